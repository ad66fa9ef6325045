"""Asking for a replay or the reproduction of a run, and asking it to stop; each said in the audit trail."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict, not_found

from forecaster.domain.runs import require_forecasts
from forecaster.domain.scope import Scope
from forecaster.settings import SERVICE
from forecaster.storage import replays, reproductions, runs

REPLAY, REPRODUCE = "replay", "reproduce"


def request_replay(
    database: Database, scope: Scope, retrain: bool, who: str, *, trust_log: bool = False
) -> dict[str, Any]:  # fmt: skip
    """Ask for the history, or a part of it, to be rebuilt from the log."""
    replay_id = uuid4()
    with database.transaction() as connection:
        arguments = {"scope": scope.document(), "retrain": retrain, "requested_by": who, "trust_log": trust_log}
        jobs.submit(connection, REPLAY, arguments, who, id=replay_id)
        replays.create(connection, replay_id, scope, retrain, who)
        audit.record(
            connection, SERVICE, who, "replay-requested", str(replay_id), retrain=retrain, trust_log=trust_log
        )  # fmt: skip
        return replays.get(connection, replay_id) or {}


def cancel_replay(database: Database, replay_id: UUID, who: str) -> dict[str, Any]:
    """Stop a replay. The history stays as it is."""
    return _cancel(database, "replay", replays.get, replay_id, who)


def request_reproduction(database: Database, run_id: UUID, who: str) -> dict[str, Any]:
    """Ask for a run to be made again from the log, and compared with what it said."""
    reproduction_id = uuid4()
    with database.transaction() as connection:
        run = runs.get(connection, run_id)
        if run is None:
            raise not_found(f"Run {run_id}")
        require_forecasts(run)
        jobs.submit(connection, REPRODUCE, {"run_id": run_id}, who, id=reproduction_id)
        reproductions.create(connection, reproduction_id, run_id, who)
        audit.record(connection, SERVICE, who, "reproduction-requested", str(reproduction_id), run=str(run_id))
        return reproductions.get(connection, reproduction_id) or {}


def cancel_reproduction(database: Database, reproduction_id: UUID, who: str) -> dict[str, Any]:
    """Stop a reproduction. It has changed nothing."""
    return _cancel(database, "reproduction", reproductions.get, reproduction_id, who)


def _cancel(
    database: Database, what: str, get: Callable[[Connection, UUID], dict[str, Any] | None], id_: UUID, who: str
) -> dict[str, Any]:
    with database.transaction() as connection:
        if get(connection, id_) is None:
            raise not_found(f"{what.capitalize()} {id_}")
        if not jobs.cancel(connection, id_):
            raise Conflict(f"The {what} has ended.", code="ended")
        audit.record(connection, SERVICE, who, f"{what}-cancelled", str(id_))
        return get(connection, id_) or {}
