"""Rebuild the history from the log; rebuild a run's forecasts from the log."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from chassis import audit, jobs, pagination
from chassis.failures import Conflict, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from contracts.types import Sku
from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel, Field

from forecaster.api.parameters import Config, Day, Db, Operator, Viewer
from forecaster.replay.job import REPLAY
from forecaster.replay.scope import scope_of
from forecaster.settings import SERVICE
from forecaster.storage import replays, reproductions, runs
from forecaster.training.reproduce import REPRODUCE

router = APIRouter(tags=["replay"])


class ReplayIn(BaseModel):
    """What to rebuild. `from` and `to` are business days of `sold_at`, both included, widened to whole weeks.

    `recorded_from`: the weeks touched by what was recorded since. Without any of them: everything.
    """

    sold_from: Day | None = Field(default=None, alias="from")
    sold_to: Day | None = Field(default=None, alias="to")
    recorded_from: AwareDatetime | None = None
    skus: Annotated[list[Sku], Field(max_length=10_000)] | None = None
    retrain: bool = False


class ReplayOut(BaseModel):
    """A replay, how far it is (`rate`: records a second while it reads), and what it compared and changed."""

    id: UUID
    version: int
    scope: dict[str, Any]
    retrain: bool
    requested_by: str
    requested_at: datetime
    status: str
    stage: str | None
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    message: str | None
    started_at: datetime | None
    finished_at: datetime | None
    result: dict[str, Any] | None


class ReproductionOut(BaseModel):
    """The rebuilding of a run, and whether its forecasts came out identical."""

    id: UUID
    run_id: UUID
    requested_by: str
    requested_at: datetime
    status: str
    stage: str | None
    done: int
    total: int
    seconds_left: float | None
    message: str | None
    finished_at: datetime | None
    result: dict[str, Any] | None


@router.post("/replays", status_code=202)
def start_replay(db: Db, config: Config, caller: Operator, body: ReplayIn | None = None) -> ReplayOut:
    """Rebuild the history, or a part of it, from `sale-recorded`; the live projection goes on meanwhile."""
    asked = body or ReplayIn()
    if asked.sold_from and asked.sold_to and asked.sold_from > asked.sold_to:
        raise invalid("to", f"{asked.sold_to} lies before {asked.sold_from}", "empty_range")
    if asked.recorded_from is not None and not 1970 <= asked.recorded_from.year <= 2200:
        raise invalid("recorded_from", "must be between 1970 and 2200", "out_of_range")
    scope = scope_of(config.first_weekday, asked.sold_from, asked.sold_to, asked.recorded_from, asked.skus)
    who, replay_id = caller.actor, uuid4()
    with db.transaction() as connection:
        arguments = {"scope": scope.document(), "retrain": asked.retrain, "requested_by": who}
        jobs.submit(connection, REPLAY, arguments, who, id=replay_id)
        replays.create(connection, replay_id, scope, asked.retrain, who)
        audit.record(connection, SERVICE, who, "replay-requested", str(replay_id), retrain=asked.retrain)
        return ReplayOut(**(replays.get(connection, replay_id) or {}))


@router.get("/replays")
def list_replays(db: Db, _: Viewer, limit: Limit = 50, cursor: Cursor = None) -> Page[ReplayOut]:
    """Replays, newest first."""
    before = pagination.decode(cursor, int)
    with db.transaction() as connection:
        found = replays.newest_first(connection, before[0] if before else None, limit + 1)
    items, following = pagination.page([ReplayOut(**row) for row in found], limit, lambda item: [item.version])
    return Page(items=items, next_cursor=following)


@router.get("/replays/{replay_id}")
def get_replay(db: Db, _: Viewer, replay_id: UUID) -> ReplayOut:
    """One replay."""
    with db.transaction() as connection:
        found = replays.get(connection, replay_id)
    if found is None:
        raise not_found(f"Replay {replay_id}")
    return ReplayOut(**found)


@router.post("/replays/{replay_id}/cancel", status_code=202)
def cancel_replay(db: Db, caller: Operator, replay_id: UUID) -> ReplayOut:
    """Stop a replay. The history stays as it is."""
    with db.transaction() as connection:
        if replays.get(connection, replay_id) is None:
            raise not_found(f"Replay {replay_id}")
        if not jobs.cancel(connection, replay_id):
            raise Conflict("The replay has ended.", code="ended")
        audit.record(connection, SERVICE, caller.actor, "replay-cancelled", str(replay_id))
        return ReplayOut(**(replays.get(connection, replay_id) or {}))


@router.post("/forecast/runs/{run_id}/reproduce", status_code=202)
def reproduce_forecast_run(db: Db, caller: Operator, run_id: UUID) -> ReproductionOut:
    """Rebuild a run's history from the log and its forecasts from that, and say whether they are identical."""
    who, reproduction_id = caller.actor, uuid4()
    with db.transaction() as connection:
        run = runs.get(connection, run_id)
        if run is None:
            raise not_found(f"Run {run_id}")
        if run["offsets"] is None or run["series"] == 0:
            raise Conflict(f"The run made no forecasts: {run['status']}.", code="no_forecasts")
        if run["kind"] != "train":
            raise Conflict("An update is made by an earlier training's models: reproduce that.", code="update")
        jobs.submit(connection, REPRODUCE, {"run_id": run_id}, who, id=reproduction_id)
        reproductions.create(connection, reproduction_id, run_id, who)
        return ReproductionOut(**(reproductions.get(connection, reproduction_id) or {}))


@router.post("/forecast/reproductions/{reproduction_id}/cancel", status_code=202)
def cancel_reproduction(db: Db, _: Operator, reproduction_id: UUID) -> ReproductionOut:
    """Stop a reproduction. It has changed nothing."""
    with db.transaction() as connection:
        if reproductions.get(connection, reproduction_id) is None:
            raise not_found(f"Reproduction {reproduction_id}")
        if not jobs.cancel(connection, reproduction_id):
            raise Conflict("The reproduction has ended.", code="ended")
        return ReproductionOut(**(reproductions.get(connection, reproduction_id) or {}))


@router.get("/forecast/reproductions/{reproduction_id}")
def get_reproduction(db: Db, _: Viewer, reproduction_id: UUID) -> ReproductionOut:
    """One reproduction."""
    with db.transaction() as connection:
        found = reproductions.get(connection, reproduction_id)
    if found is None:
        raise not_found(f"Reproduction {reproduction_id}")
    return ReproductionOut(**found)
