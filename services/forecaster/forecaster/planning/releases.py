"""Making a run live: after its training, by hand, or by going back to the one before. Always the same way.

A publication is one transaction: which run each series' forecast comes from, an entry of when that was, and every
series' forecast as an event, overrides applied.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import audit, outbox
from chassis.database import Connection, rows, scalar
from chassis.failures import Conflict
from chassis.weeks import business_day

from forecaster.domain.forecasts import Forecast, horizon_weeks
from forecaster.domain.quality import Verdict, judge
from forecaster.events import builders
from forecaster.planning.edits import adjusted
from forecaster.settings import SERVICE
from forecaster.storage import forecasts, locks, overrides, runs

COMPARABLE_DAYS = 56


def release(
    connection: Connection, run: dict[str, Any], items: Iterable[Forecast], *, kind: str, who: str, zone: ZoneInfo
) -> None:
    """Make a stored run live for everybody."""
    locks.alone(connection, locks.LIVE)
    in_force = overrides.operations(connection, business_day(datetime.now(UTC), zone))
    forecasts.publish(connection, run["id"], kind, who)
    weeks = horizon_weeks(run["first_week"], run["horizon"])
    finals = ((item, adjusted(item, run["first_week"], in_force)) for item in items)
    outbox.publish(
        connection,
        (builders.forecast_ready(run["id"], run["as_of"], weeks, final, final is not item) for item, final in finals),
    )


def release_stored(connection: Connection, run: dict[str, Any], *, kind: str, who: str, zone: ZoneInfo) -> None:
    """Make a run live that was kept back, or was live before."""
    release(connection, run, forecasts.of_run(connection, run["id"]), kind=kind, who=who, zone=zone)
    message = "promoted by hand" if kind == "promote" else "rolled back to"
    done = builders.training_completed(run["id"], "succeeded", run["as_of"], series=run["series"], message=message)
    outbox.publish(connection, [done])
    audit.record(connection, SERVICE, who, f"run-{kind}", str(run["id"]), version=run["version"])


def promote(connection: Connection, run_id: UUID, who: str, zone: ZoneInfo) -> dict[str, Any]:
    """Make a run live by hand."""
    run = runs.get(connection, run_id)
    if run is None or run["series"] == 0:
        raise Conflict("This run has no forecasts.", code="no_forecasts")
    live = runs.live(connection)
    if live is not None and live["id"] == run_id:
        raise Conflict("This run is live.", code="live")
    release_stored(connection, run, kind="promote", who=who, zone=zone)
    return run


def roll_back(connection: Connection, who: str, zone: ZoneInfo) -> dict[str, Any]:
    """Go back to the run that was live before the one that is live first was."""
    locks.alone(connection, locks.LIVE)
    live = runs.live(connection)
    before = None
    if live is not None:
        before = scalar(
            connection,
            "SELECT run_id FROM publication WHERE id < (SELECT min(id) FROM publication WHERE run_id = :live)"
            " ORDER BY id DESC LIMIT 1",
            live=live["id"],
        )
    if before is None:
        raise Conflict("There is no earlier run to go back to.", code="no_earlier_run")
    run = runs.get(connection, UUID(str(before)))
    if run is None:
        raise Conflict("The earlier run is gone.", code="no_earlier_run")
    release_stored(connection, run, kind="rollback", who=who, zone=zone)
    return run


def verdict(connection: Connection, run: dict[str, Any], errors: dict[str, tuple[float, float]]) -> Verdict:
    """Whether a run with these backtest errors may go live.

    The live run is measured by its own backtest, series by series, errors per unit. A run that somebody asked for
    as of a quite different day is not compared: they know what they ask for.
    """
    live = runs.live(connection)
    if live is None or not errors:
        return Verdict(True, "there is no live backtest to compare with")
    if abs((live["first_week"] - run["first_week"]).days) > COMPARABLE_DAYS:
        return Verdict(True, f"the live run is as of {live['as_of']}: too far away to compare with")
    champion = {
        row["id"]: (row["wape"], 1.0)
        for row in rows(
            connection,
            "SELECT replace(replace(location, '%', '%25'), ':', '%3A') || ':' ||"
            " replace(replace(sku, '%', '%25'), ':', '%3A') AS id, wape FROM forecast"
            " WHERE run_id = :id AND wape IS NOT NULL",
            id=live["id"],
        )
    }
    return judge(errors, champion)
