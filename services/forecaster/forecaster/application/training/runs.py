"""Asking for a run, and asking it to stop: the run, its job, its event and its audit entry in one transaction."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, jobs, outbox
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid, not_found
from chassis.weeks import last_ended_week, week_of, yesterday

from forecaster.application import announce
from forecaster.application.announce import Cause
from forecaster.settings import SERVICE, Settings
from forecaster.storage import replays, runs

TRAIN, UPDATE = "train", "update"


def request_run(
    database: Database, settings: Settings, kind: str, *, who: str, as_of: date | None = None,
    horizon: int | None = None, cause: Cause = "manual",
) -> dict[str, Any]:  # fmt: skip
    """Ask for a run as if the day `as_of` (default: yesterday) had just ended; the run as it stands."""
    newest = yesterday(settings.zone)
    day = as_of or newest
    if day > newest:
        raise invalid("as_of", f"{day} has not ended yet; the newest day that has is {newest}", "not_ended")
    with database.transaction() as connection:
        run_id = queue_run(
            connection, settings, as_of=day, requested_by=who, cause=cause, kind=kind, horizon=horizon
        )  # fmt: skip
        run = runs.get(connection, run_id) if run_id else None
    if run is None:
        raise Conflict("This run was asked for already.", code="conflict")
    return run


def queue_run(
    connection: Connection, settings: Settings, *, as_of: date, requested_by: str, cause: Cause = "manual",
    kind: str = TRAIN, horizon: int | None = None, period: str | None = None,
) -> UUID | None:  # fmt: skip
    """Queue a run, in the caller's transaction; None when the period has had its own.

    Asked twice before it begins, it is the same run.
    """
    if cause != "replay" and being_rewritten(connection):
        raise Conflict(
            "The history is being rewritten for other settings, and a training follows by itself. If its replay has"
            " failed: `./almanac replay sale-recorded --retrain`.", code="rewriting",
        )  # fmt: skip
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
    outbox.publish(connection, [announce.training_requested(run_id, as_of, cause, requested_by)])
    audit.record(
        connection, SERVICE, requested_by, "training-requested", str(run_id), as_of=as_of.isoformat(), cause=cause
    )
    return run_id


def being_rewritten(connection: Connection) -> bool:
    """Whether a part of the history is still of the weeks of other settings: also after its replay has failed."""
    return replays.rewriting_is_open(connection)


def first_week(as_of: date, first_weekday: int) -> date:
    """The week after the last one that had ended when `as_of` had just ended."""
    last = last_ended_week(as_of, first_weekday)
    return week_of(date.fromordinal(last.toordinal() + 7), first_weekday)


def cancel_run(database: Database, run_id: UUID, who: str) -> dict[str, Any]:
    """Ask a run to stop; one that has not begun ends here. What is live stays live."""
    with database.transaction() as connection:
        run = runs.get(connection, run_id)
        if run is None:
            raise not_found(f"Run {run_id}")
        if not jobs.cancel(connection, run_id):
            raise Conflict(f"The run has ended: {run['status']}.", code="ended")
        job = jobs.get(connection, run_id)
        if job is not None and job["status"] == "cancelled":
            end_without_forecasts(connection, run, "cancelled", f"cancelled by {who}")
        audit.record(connection, SERVICE, who, "training-cancelled", str(run_id))
        return runs.get(connection, run_id) or run


def end_without_forecasts(
    connection: Connection, run: dict[str, Any], outcome: announce.RunOutcome, message: str
) -> None:
    """End a run that changes nothing: the live forecasts stay."""
    runs.end(connection, run["id"], outcome, message=message)
    outbox.publish(connection, [announce.training_completed(run["id"], outcome, run["as_of"], message=message)])
