"""Making a run live: after its training, by hand, or by going back to the one before. Always the same way.

A publication is one transaction: which run each series' forecast comes from, an entry of when that was, and every
series' forecast as an event, overrides applied.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import audit, outbox
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found
from chassis.weeks import business_day
from contracts.envelope import Event
from contracts.keys import series_key

from forecaster.application import announce
from forecaster.domain.forecasts import Forecast, horizon_weeks
from forecaster.domain.overrides import adjusted
from forecaster.domain.quality import Judgement, judge
from forecaster.domain.runs import require_publishable, run_before
from forecaster.settings import SERVICE
from forecaster.storage import forecasts, locks, overrides, runs

COMPARABLE_DAYS = 56


def release(
    connection: Connection, run: dict[str, Any], items: Iterable[Forecast], *, kind: str, who: str, zone: ZoneInfo,
    reason: str | None = None,
) -> None:  # fmt: skip
    """Make a stored run live for everybody. Whoever does holds `locks.LIVE` alone."""
    forecasts.publish(connection, run["id"], kind, who, reason)
    tell(connection, run, items, zone)


def tell(connection: Connection, run: dict[str, Any], items: Iterable[Forecast], zone: ZoneInfo) -> None:
    """Publish each series' forecast of a run, overrides applied."""
    in_force = overrides.operations(connection, business_day(datetime.now(UTC), zone))
    weeks = horizon_weeks(run["first_week"], run["horizon"])
    planned: list[Forecast] = []

    def events() -> Iterator[Event]:
        for item in items:
            final = adjusted(item, run["first_week"], in_force)
            if final is not item:
                planned.append(final)
            yield announce.forecast_ready(run["id"], run["as_of"], weeks, final, final is not item)

    outbox.publish(connection, events())
    forecasts.plan(connection, planned)


def promote_run(
    database: Database, run_id: UUID, who: str, zone: ZoneInfo, reason: str | None = None
) -> dict[str, Any]:
    """Make a run live by hand: one that was kept back, or that was live before."""
    with database.transaction() as connection:
        locks.alone(connection, locks.LIVE)
        run = runs.get(connection, run_id)
        if run is None:
            raise not_found(f"Run {run_id}")
        require_publishable(run)
        live = runs.live(connection)
        if live is not None and live["id"] == run_id:
            raise Conflict("This run is live.", code="live")
        return _release_stored(connection, run, kind="promote", who=who, zone=zone, reason=reason)


def roll_back(
    database: Database, who: str, zone: ZoneInfo, reason: str | None = None, to: UUID | None = None
) -> dict[str, Any]:
    """Go back to the run that was live before; `to`: the one that is expected, refused where it would be another."""
    with database.transaction() as connection:
        locks.alone(connection, locks.LIVE)
        before = run_before(runs.publications(connection))
        run = None if before is None else runs.get(connection, before)
        if run is None:
            raise Conflict("There is no earlier run to go back to.", code="no_earlier_run")
        if to is not None and to != before:
            raise Conflict("Another run went live in the meantime. Look at the runs again.", code="stale_rollback")
        return _release_stored(connection, run, kind="rollback", who=who, zone=zone, reason=reason)


def _release_stored(
    connection: Connection, run: dict[str, Any], *, kind: str, who: str, zone: ZoneInfo, reason: str | None
) -> dict[str, Any]:
    release(connection, run, forecasts.of_run(connection, run["id"]), kind=kind, who=who, zone=zone, reason=reason)
    runs.promoted(connection, run["id"])
    message = "promoted by hand" if kind == "promote" else "rolled back to"
    done = announce.training_completed(run["id"], "succeeded", run["as_of"], series=run["series"], message=message)
    outbox.publish(connection, [done])
    audit.record(connection, SERVICE, who, f"run-{kind}", str(run["id"]), version=run["version"], reason=reason)
    return runs.get(connection, run["id"]) or run


def verdict(
    connection: Connection, run: dict[str, Any], errors: dict[str, tuple[float, float]], models_of: UUID | None = None
) -> Judgement:
    """Whether a run with these backtest errors, or with the models of an earlier one, may go live.

    The live run is measured by its own backtest, series by series, errors per unit. A run that somebody asked for
    as of a quite different day is not compared: they know what they ask for. An update goes live on the models that
    are live only: others were judged, or taken back, in the meantime. Whoever asks holds `locks.LIVE` alone.
    """
    if models_of is not None and runs.models_in_use(connection) != models_of:
        return Judgement(False, "not promoted: another run went live while this one was made")
    live = runs.live(connection)
    if live is None or not errors:
        return Judgement(True, "there is no live backtest to compare with")
    if abs((live["first_week"] - run["first_week"]).days) > COMPARABLE_DAYS:
        return Judgement(True, f"the live run is as of {live['as_of']}: too far away to compare with")
    measured = forecasts.quality(connection, live["id"])
    champion = {series_key(*series): (wape, 1.0) for series, (wape, _) in measured.items() if wape is not None}
    return judge(errors, champion)
