"""Ask for a training, watch it, stop it."""

from uuid import UUID

from chassis import pagination
from chassis.database import Database
from chassis.failures import Conflict, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal
from chassis.weeks import yesterday
from fastapi import APIRouter

from forecaster.api.models import RunOut, TrainIn, TrainOut
from forecaster.api.parameters import Config, Db, Planner, Viewer, not_in_future
from forecaster.planning import releases
from forecaster.settings import Settings
from forecaster.storage import runs
from forecaster.training.request import TRAIN, UPDATE, cancel_run, request_run

router = APIRouter(prefix="/forecast", tags=["training"])


@router.post("/train", status_code=202)
def train_forecasts(db: Db, config: Config, caller: Planner, body: TrainIn | None = None) -> TrainOut:
    """Start a training. Asked for again before it begins, it is the same run."""
    return _ask(db, config, caller, body or TrainIn(), TRAIN)


@router.post("/update", status_code=202)
def update_forecasts(db: Db, config: Config, caller: Planner, body: TrainIn | None = None) -> TrainOut:
    """Forecast from today's history with the models of the last training: seconds instead of a training."""
    return _ask(db, config, caller, body or TrainIn(), UPDATE)


def _ask(db: Database, config: Settings, caller: Principal, asked: TrainIn, kind: str) -> TrainOut:
    newest = yesterday(config.zone)
    as_of = not_in_future(asked.as_of or newest, newest)
    with db.transaction() as connection:
        run_id = request_run(
            connection, config, as_of=as_of, requested_by=caller.actor, cause=asked.cause, kind=kind,
            horizon=asked.horizon,
        )  # fmt: skip
        run = runs.get(connection, run_id) if run_id else None
    if run is None:
        raise Conflict("This run was asked for already.", code="conflict")
    return TrainOut(run_id=run["id"], status=run["status"])


@router.get("/runs")
def list_forecast_runs(db: Db, _: Viewer, limit: Limit = 50, cursor: Cursor = None) -> Page[RunOut]:
    """Runs, newest first."""
    before = pagination.decode(cursor, int)
    with db.transaction() as connection:
        found = runs.newest_first(connection, before[0] if before else None, limit + 1)
    items, following = pagination.page([RunOut(**row) for row in found], limit, lambda run: [run.version])
    return Page(items=items, next_cursor=following)


@router.get("/runs/{run_id}")
def get_forecast_run(db: Db, _: Viewer, run_id: UUID) -> RunOut:
    """One run: how far it is, or what came of it."""
    with db.transaction() as connection:
        run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    return RunOut(**run)


@router.post("/runs/{run_id}/cancel", status_code=202)
def cancel_forecast_run(db: Db, caller: Planner, run_id: UUID) -> RunOut:
    """Stop a run. What is live stays live."""
    with db.transaction() as connection:
        run = runs.get(connection, run_id)
        if run is None:
            raise not_found(f"Run {run_id}")
        if not cancel_run(connection, run, caller.actor):
            raise Conflict(f"The run has ended: {run['status']}.", code="ended")
        run = runs.get(connection, run_id)
    return RunOut(**run)  # type: ignore[arg-type]


@router.post("/runs/{run_id}/promote")
def promote_forecast_run(db: Db, config: Config, caller: Planner, run_id: UUID) -> RunOut:
    """Make a run live that was kept back, or that was live before."""
    with db.transaction() as connection:
        if runs.get(connection, run_id) is None:
            raise not_found(f"Run {run_id}")
        releases.promote(connection, run_id, caller.actor, config.zone)
        return RunOut(**(runs.get(connection, run_id) or {}))


@router.post("/rollback")
def roll_back_forecasts(db: Db, config: Config, caller: Planner) -> RunOut:
    """Go back to the run that was live before."""
    with db.transaction() as connection:
        run = releases.roll_back(connection, caller.actor, config.zone)
        return RunOut(**(runs.get(connection, run["id"]) or {}))
