"""What catalog's tables may forget."""

from datetime import timedelta

from chassis.retention import Sweep, finished_jobs

_ENDED = "EXISTS (SELECT FROM job WHERE job.id = {} AND job.status IN ('succeeded', 'failed', 'cancelled'))"

SWEEPS: tuple[Sweep, ...] = (
    Sweep(
        "forecast", "kept_at", timedelta(days=60),
        "a run's end is in its topic for 30 days: what is still of no run that counts will be of none; a run that is"
        " made live again tells its forecasts again",
        "NOT EXISTS (SELECT FROM live_run l WHERE forecast.run_id IN (l.run_id, l.preparing))",
    ),
    Sweep(
        "forecast_run", "completed_at", timedelta(days=365),
        "only runs after the live one are asked for",
        "run_id NOT IN (SELECT run_id FROM live_run WHERE run_id IS NOT NULL)",
    ),
    Sweep(
        "attention", "changed_at", timedelta(days=180),
        "what ended half a year ago is found in the audit; a cause that returns opens its entry anew",
        "status = 'resolved' AND NOT present",
    ),
    Sweep(
        "import", "created_at", timedelta(days=400), "an import is looked up, and undone, for a year",
        _ENDED.format("import.id"),
    ),
    Sweep(
        "import_chunk", "(SELECT created_at FROM import WHERE import.id = import_id)", timedelta(days=30),
        "the file of an import that failed or was cancelled is of use while somebody looks into it",
        _ENDED.format("import_id"), batch=100,
    ),
    finished_jobs(unless="EXISTS (SELECT FROM import WHERE import.id = job.id)"),  # an import's status is its job's
)  # fmt: skip
