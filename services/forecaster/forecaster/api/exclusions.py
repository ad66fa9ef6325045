"""Weeks that trainings are not to learn from: a crate sold once, a broken till."""

from datetime import date, datetime
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, LocationFilter, Planner, SkuFilter, Viewer
from chassis.weeks import week_of
from contracts.types import MAIN_LOCATION, Code, Sku
from fastapi import APIRouter
from pydantic import BaseModel

from forecaster.api.models import Why
from forecaster.api.parameters import Config
from forecaster.application.planning import exclusions as use
from forecaster.storage import exclusions

router = APIRouter(prefix="/forecast/exclusions", tags=["planning"])


class ExclusionIn(BaseModel):
    """The weeks that two days lie in, and those between; without a last day the week of the first."""

    sku: Sku
    location: Code = MAIN_LOCATION
    first_day: Day
    last_day: Day | None = None
    reason: Why


class ExclusionOut(BaseModel):
    """Weeks of a series, by their first days, that trainings do not learn from, until they were put back."""

    id: UUID
    sku: str
    location: str
    first_week: date
    last_week: date
    reason: str
    author: str
    created_at: datetime
    restored_by: str | None
    restored_at: datetime | None


@router.get("")
def list_exclusions(
    db: Db, _: Viewer, sku: SkuFilter = None, location: LocationFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[ExclusionOut]:
    """Newest first, also those that were put back."""
    after = pagination.decode(cursor, datetime.fromisoformat, UUID)
    with db.snapshot() as connection:
        found = exclusions.page(connection, sku, location, after, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["created_at"], row["id"]])
    return Page(items=[ExclusionOut(**row) for row in kept], next_cursor=following)


@router.post("", status_code=201)
def exclude_weeks(db: Db, config: Config, caller: Planner, given: ExclusionIn) -> ExclusionOut:
    """Leave weeks out of the next trainings. The forecast's reason says so; sales stay as they are."""
    first, last = (week_of(day, config.first_weekday) for day in (given.first_day, given.last_day or given.first_day))
    wanted = use.LeftOut(given.sku, given.location, first, last, given.reason)
    return ExclusionOut(**use.exclude_weeks(db, wanted, caller.actor))


@router.post("/{exclusion_id}/restore")
def restore_weeks(db: Db, caller: Planner, exclusion_id: UUID) -> ExclusionOut:
    """Put weeks back: the next training learns from them again."""
    return ExclusionOut(**use.restore_weeks(db, exclusion_id, caller.actor))
