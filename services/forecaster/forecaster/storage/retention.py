"""What the forecaster's schema forgets by age alone. Sales' ids and superseded forecasts have rules of their own
(application.retention)."""

from datetime import timedelta

from chassis.retention import Sweep, finished_jobs

from forecaster.domain.silences import WINDOW_WEEKS

HEARD = timedelta(weeks=WINDOW_WEEKS + 1)
# Runs, replays and reproductions read their status from their jobs.
_TOLD = " OR ".join(
    f"EXISTS (SELECT FROM {table} WHERE {table}.id = job.id)" for table in ("run", "replay", "reproduction")
)

SWEEPS: tuple[Sweep, ...] = (
    finished_jobs(unless=_TOLD),
    Sweep(
        "anomaly", "detected_at", timedelta(days=400),
        "an anomaly is told once, when its week has ended; a week is not looked at again a year later",
    ),
    Sweep("source_hour", "hour", HEARD, "a source's rhythm is that of its last quarter"),
)  # fmt: skip
