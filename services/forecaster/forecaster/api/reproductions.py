"""Rebuild a run's forecasts from the log."""

from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.failures import not_found
from chassis.parameters import Db, Operator, Viewer
from fastapi import APIRouter
from pydantic import BaseModel

from forecaster.application.replay import requests
from forecaster.storage import reproductions

router = APIRouter(prefix="/forecast", tags=["replay"])


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


@router.post("/runs/{run_id}/reproduce", status_code=202)
def reproduce_forecast_run(db: Db, caller: Operator, run_id: UUID) -> ReproductionOut:
    """Rebuild a run's history from the log and its forecasts from that, and say whether they are identical."""
    return ReproductionOut(**requests.request_reproduction(db, run_id, caller.actor))


@router.post("/reproductions/{reproduction_id}/cancel", status_code=202)
def cancel_reproduction(db: Db, caller: Operator, reproduction_id: UUID) -> ReproductionOut:
    """Stop a reproduction. It has changed nothing."""
    return ReproductionOut(**requests.cancel_reproduction(db, reproduction_id, caller.actor))


@router.get("/reproductions/{reproduction_id}")
def get_reproduction(db: Db, _: Viewer, reproduction_id: UUID) -> ReproductionOut:
    """One reproduction."""
    with db.snapshot() as connection:
        found = reproductions.get(connection, reproduction_id)
    if found is None:
        raise not_found(f"Reproduction {reproduction_id}")
    return ReproductionOut(**found)
