"""Ask for a training, watch it, stop it; say which run is live."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis import pagination
from chassis.failures import not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from fastapi import APIRouter

from forecaster.api.models import ReleaseIn, RollBackIn, RunOut, ScheduleOut, TrainIn, TrainOut
from forecaster.api.parameters import Config
from forecaster.application.planning import releases
from forecaster.application.training.runs import TRAIN, UPDATE, cancel_run, request_run
from forecaster.application.training.schedule import standing
from forecaster.domain.runs import run_before
from forecaster.storage import runs

router = APIRouter(prefix="/forecast", tags=["training"])


@router.post("/train", status_code=202)
def train_forecasts(db: Db, config: Config, caller: Planner, body: TrainIn | None = None) -> TrainOut:
    """Start a training. Asked for again before it begins, it is the same run."""
    return _asked(request_run(db, config, TRAIN, who=caller.actor, **(body or TrainIn()).model_dump()))


@router.post("/update", status_code=202)
def update_forecasts(db: Db, config: Config, caller: Planner, body: TrainIn | None = None) -> TrainOut:
    """Forecast from today's history with the models of the last training: seconds instead of a training."""
    return _asked(request_run(db, config, UPDATE, who=caller.actor, **(body or TrainIn()).model_dump()))


def _asked(run: dict[str, Any]) -> TrainOut:
    return TrainOut(run_id=run["id"], status=run["status"])


@router.get("/runs")
def list_forecast_runs(db: Db, _: Viewer, limit: Limit = 50, cursor: Cursor = None) -> Page[RunOut]:
    """Runs, newest first, without what the engine told, which is long: that is told of one run.

    Rehearsals are not among them: `/forecast/accuracy/rehearsal`.
    """
    before = pagination.decode(cursor, int)
    with db.snapshot() as connection:
        found = runs.newest_first(connection, before[0] if before else None, limit + 1)
        back = run_before(runs.publications(connection))
    shown = [RunOut(**row, before=row["id"] == back) for row in found]
    items, following = pagination.page(shown, limit, lambda run: [run.version])
    return Page(items=items, next_cursor=following)


@router.get("/runs/{run_id}")
def get_forecast_run(db: Db, _: Viewer, run_id: UUID) -> RunOut:
    """One run: how far it is, or what came of it."""
    with db.snapshot() as connection:
        run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    return RunOut(**run)


@router.get("/schedule")
def get_training_schedule(db: Db, config: Config, _: Viewer) -> ScheduleOut:
    """The weekly training: what became of the last, and when the next is due, or tried again."""
    found = standing(db, config, datetime.now(UTC))
    last = RunOut(**found.last) if found.last else None
    return ScheduleOut(enabled=config.weekly_training, next_at=found.next_at, last=last)


@router.post("/runs/{run_id}/cancel", status_code=202)
def cancel_forecast_run(db: Db, caller: Planner, run_id: UUID) -> RunOut:
    """Stop a run. What is live stays live."""
    return RunOut(**cancel_run(db, run_id, caller.actor))


@router.post("/runs/{run_id}/promote")
def promote_forecast_run(
    db: Db, config: Config, caller: Planner, run_id: UUID, body: ReleaseIn | None = None
) -> RunOut:
    """Make a run live that was kept back, or that was live before."""
    return RunOut(**releases.promote_run(db, run_id, caller.actor, config.zone, body.reason if body else None))


@router.post("/rollback")
def roll_back_forecasts(db: Db, config: Config, caller: Planner, body: RollBackIn | None = None) -> RunOut:
    """Go back to the run that was live before."""
    return RunOut(**releases.roll_back(db, caller.actor, config.zone, **(body or RollBackIn()).model_dump()))
