"""What was live on a day, and how two runs differ."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, LocationFilter, SkuFilter, Viewer
from fastapi import APIRouter, Query
from pydantic import BaseModel

from forecaster.api import shapes
from forecaster.api.models import Quantiles
from forecaster.api.parameters import Config, today
from forecaster.application.planning.comparison import compare_runs
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import Operations, adjusted
from forecaster.storage import compare, forecasts, overrides

router = APIRouter(prefix="/forecast", tags=["planning"])


class AsOfOut(BaseModel):
    """A series' forecast as it was live at the end of a day."""

    sku: str
    location: str
    name: str | None
    run_id: UUID
    version: int
    method: str
    overridden: bool
    weeks: list[date]
    mean: list[float]
    quantiles: list[Quantiles]


class DifferenceOut(BaseModel):
    """A series' change between two runs, by cause: `data + model + override = after - before`."""

    sku: str
    location: str
    before: float
    after: float
    data: float
    model: float
    override: float
    method_before: str | None
    method_after: str | None


class RunDifference(BaseModel):
    """Two runs compared over the weeks that both forecast; the series with the largest changes."""

    before: UUID
    after: UUID
    total_before: float
    total_after: float
    data: float
    model: float
    override: float
    series: int
    items: list[DifferenceOut]


@router.get("/as-of")
def list_forecasts_as_of(
    db: Db, config: Config, _: Viewer, day: Day, sku: SkuFilter = None, location: LocationFilter = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[AsOfOut]:  # fmt: skip
    """What was live at the end of a day in the business's time zone."""
    moment = datetime.combine(day + timedelta(days=1), time(), config.zone).astimezone(UTC)
    after = pagination.decode(cursor, str, str)
    with db.snapshot() as connection:
        found = compare.as_of_page(
            connection, moment, sku=sku, location=location, after=(after[0], after[1]) if after else None,
            limit=limit + 1,
        )  # fmt: skip
        series = [(row["sku"], row["location"]) for row in found]
        plan = overrides.operations(connection, day, series, moment, list({row["run_id"] for row in found}))
    items, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"]])
    return Page(items=[_as_of(row, plan) for row in items], next_cursor=following)


def _as_of(row: dict[str, Any], plan: Operations) -> AsOfOut:
    model = forecasts.from_row(row)
    final = adjusted(model, row["first_week"], plan)
    return AsOfOut(
        sku=row["sku"], location=row["location"], name=row["name"], run_id=row["run_id"], version=row["version"],
        method=row["method"], overridden=final is not model, weeks=horizon_weeks(row["first_week"], len(final.mean)),
        mean=shapes.numbers(final.mean), quantiles=shapes.quantiles(final.quantiles),
    )  # fmt: skip


@router.get("/runs/{run_id}/diff")
def compare_forecast_runs(
    db: Db, config: Config, _: Viewer, run_id: UUID,
    to: Annotated[UUID, Query(description="The other run: the later one")], limit: Limit = 100,
) -> RunDifference:  # fmt: skip
    """The difference of two runs by cause, adding up, for the whole and for the series that changed most."""
    found = compare_runs(db, run_id, to, today(config))
    return RunDifference(
        before=run_id, after=to, series=len(found.skus), total_before=found.before.final.sum(),
        total_after=found.after.final.sum(), data=found.data.sum(), model=found.model.sum(),
        override=found.override.sum(), items=[DifferenceOut(**vars(item)) for item in found.largest(limit)],
    )  # fmt: skip
