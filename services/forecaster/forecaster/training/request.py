"""Asking for a run: the run, its job and its event in one transaction; and asking it to stop."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, jobs, outbox
from chassis.database import Connection
from chassis.weeks import last_ended_week, week_of

from forecaster.events import builders
from forecaster.events.builders import Cause
from forecaster.settings import SERVICE, Settings
from forecaster.storage import runs

TRAIN, UPDATE = "train", "update"


def request_run(
    connection: Connection, settings: Settings, *, as_of: date, requested_by: str, cause: Cause = "manual",
    kind: str = TRAIN, horizon: int | None = None, period: str | None = None,
) -> UUID | None:  # fmt: skip
    """Queue a run; None when the period has had its own. Asked twice before it begins, it is the same run."""
    horizon = horizon or settings.horizon
    same = runs.open_like(connection, kind, as_of, horizon) if period is None else None
    if same is not None:
        return same
    run_id = jobs.submit(connection, kind, {"as_of": as_of.isoformat()}, requested_by, period=period, id=uuid4())
    if run_id is None:
        return None
    runs.create(
        connection,
        {
            "id": run_id, "kind": kind, "cause": cause, "requested_by": requested_by, "as_of": as_of,
            "horizon": horizon, "first_week": first_week(as_of, settings.first_weekday), "seed": settings.seed,
        },
    )  # fmt: skip
    outbox.publish(connection, [builders.training_requested(run_id, as_of, cause, requested_by)])
    audit.record(
        connection, SERVICE, requested_by, "training-requested", str(run_id), as_of=as_of.isoformat(), cause=cause
    )
    return run_id


def first_week(as_of: date, first_weekday: int) -> date:
    """The week after the last one that had ended when `as_of` had just ended."""
    last = last_ended_week(as_of, first_weekday)
    return week_of(date.fromordinal(last.toordinal() + 7), first_weekday)


def cancel_run(connection: Connection, run: dict[str, Any], who: str) -> bool:
    """Ask a run to stop; one that has not begun ends here. False when it has ended already."""
    if not jobs.cancel(connection, run["id"]):
        return False
    job = jobs.get(connection, run["id"])
    if job is not None and job["status"] == "cancelled":
        end_without_forecasts(connection, run, "cancelled", f"cancelled by {who}")
    audit.record(connection, SERVICE, who, "training-cancelled", str(run["id"]))
    return True


def end_without_forecasts(connection: Connection, run: dict[str, Any], outcome: builders.Outcome, message: str) -> None:
    """End a run that changes nothing: the live forecasts stay."""
    runs.end(connection, run["id"], outcome, message=message)
    outbox.publish(connection, [builders.training_completed(run["id"], outcome, run["as_of"], message=message)])
