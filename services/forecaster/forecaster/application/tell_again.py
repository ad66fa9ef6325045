"""Topics made again from what the forecaster keeps: the live run's forecasts with its end, and what is found now.

Told in one transaction under the lock that a publication takes: no state is told after a newer one. Requests and
progress of trainings, and anomalies, are news and not states: they are told once.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from chassis import outbox
from chassis.database import Connection
from chassis.republish import Portion, TopicSource
from contracts.topics import FINDING_CHANGED, FORECAST_READY

from forecaster.application import announce
from forecaster.application.planning.releases import tell
from forecaster.storage import forecasts, locks, runs, said

TOPICS = (FORECAST_READY.name, FINDING_CHANGED.name)


def sources(zone: ZoneInfo) -> tuple[TopicSource, ...]:
    """What can be told again, in the business's time zone."""

    def tell_forecasts(connection: Connection, _: Any) -> Portion:
        locks.alone(connection, locks.LIVE)
        run = runs.live(connection)
        if run is None:
            return Portion(0, None)
        tell(connection, run, forecasts.of_run(connection, run["id"]), zone)
        done = announce.training_completed(
            run["id"], "succeeded", run["as_of"], series=run["series"], message="told again"
        )  # fmt: skip
        outbox.publish(connection, [done])
        return Portion(run["series"] + 1, None)

    return (
        TopicSource(FORECAST_READY, _count_forecasts, tell_forecasts),
        TopicSource(FINDING_CHANGED, lambda connection: len(said.findings(connection)), _tell_findings),
    )


def _count_forecasts(connection: Connection) -> int:
    run = runs.live(connection)
    return 0 if run is None else run["series"] + 1


def _tell_findings(connection: Connection, _: Any) -> Portion:
    locks.alone(connection, locks.WATCH)
    now = datetime.now(UTC)
    found = said.findings(connection).values()
    outbox.publish(connection, [announce.finding_changed(finding, now, still_so=True) for finding in found])
    return Portion(len(found), None)
