"""What the forecaster's schema may forget, and when."""

from chassis.retention import Sweep, finished_jobs

# Runs, replays and reproductions read their status from their jobs.
_TOLD = " OR ".join(
    f"EXISTS (SELECT FROM {table} WHERE {table}.id = job.id)" for table in ("run", "replay", "reproduction")
)

SWEEPS: tuple[Sweep, ...] = (finished_jobs(unless=_TOLD),)
