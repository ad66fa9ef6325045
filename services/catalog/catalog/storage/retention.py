"""What catalog's tables may forget."""

from datetime import timedelta

from chassis.retention import Sweep

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
)  # fmt: skip
