"""Read forecasts: by week, by product, as a list; and what the history holds."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import pagination
from chassis.database import Connection, Database
from chassis.failures import NotFound, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Key, LocationFilter, Search, SkuFilter, Viewer, like
from contracts.types import Code, Name
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, Field

from forecaster.api import shapes
from forecaster.api.models import ForecastOut, HistoryTotals, SeriesKey, SummaryOut, WeeklyForecastOut
from forecaster.api.parameters import Config, today
from forecaster.api.places import places_of
from forecaster.domain.overrides import adjusted
from forecaster.domain.runs import require_forecasts
from forecaster.settings import Settings
from forecaster.storage import demand, forecasts, live, overrides, runs

router = APIRouter(prefix="/forecast", tags=["forecasts"])

Sort = Literal["name", "sku", "next4", "-next4", "wape", "-wape"]


@router.get("/weekly")
def list_weekly_forecasts(
    db: Db, config: Config, _: Viewer, q: Search = None, sku: SkuFilter = None, location: LocationFilter = None,
    run: Annotated[UUID | None, Query(description="Of this run; default: what is live")] = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[WeeklyForecastOut]:  # fmt: skip
    """Forecasts by series and week."""
    after = pagination.decode(cursor, str, str, date.fromisoformat)
    with db.snapshot() as connection:
        if run is not None:
            _readable(connection, run)
        found = live.weekly_page(
            connection, run_id=run, sku=sku, location=location, search=like(q),
            start=(after[0], after[1]) if after else None, weeks=limit + 1,
        )  # fmt: skip
        in_force = overrides.operations(connection, today(config), _series(found)) if run is None else {}
    items: list[WeeklyForecastOut] = []
    for row in found:
        if len(items) > limit:
            break
        resumed = after is not None and (row["sku"], row["location"]) == (after[0], after[1])
        final = adjusted(forecasts.from_row(row), row["first_week"], in_force)
        items += shapes.weekly(row, final, after[2] if after and resumed else None)
    kept, following = pagination.page(items, limit, lambda item: [item.sku, item.location, item.week])
    return Page(items=kept, next_cursor=following)


@dataclass(frozen=True)
class SummariesAsked:
    """Which series of the list, in which order, and which page of it."""

    q: Search = None
    category: Annotated[Name | None, Query()] = None
    location: LocationFilter = None
    active: bool | None = None
    sort: Sort = "-next4"
    limit: Limit = 50
    cursor: Cursor = None


class SeriesIn(BaseModel):
    """The series that may be among them, as catalog's `GET /series` answers them."""

    items: Annotated[list[SeriesKey], Field(max_length=250_000, fail_fast=True)]


@router.get("/summary")
def list_forecast_summaries(
    db: Db, config: Config, _: Viewer, asked: Annotated[SummariesAsked, Depends()]
) -> Page[SummaryOut]:  # fmt: skip
    """One line a series: what sold lately, what is expected."""
    return _summaries(db, config, asked, None)


@router.post("/summary")
def list_forecast_summaries_of_series(
    db: Db, config: Config, _: Viewer, given: SeriesIn, asked: Annotated[SummariesAsked, Depends()]
) -> Page[SummaryOut]:  # fmt: skip
    """The same of some series alone. A question, of more of them than a URL holds."""
    return _summaries(db, config, asked, [(item.sku, item.location) for item in given.items])


def _summaries(
    db: Database, config: Settings, asked: SummariesAsked, series: list[tuple[str, str]] | None
) -> Page[SummaryOut]:  # fmt: skip
    after = pagination.decode(asked.cursor, live.SORTS[asked.sort][1], str, str)
    with db.snapshot() as connection:
        found = live.summary_page(
            connection, sort=asked.sort, search=like(asked.q), category=asked.category, location=asked.location,
            active=asked.active, series=series, after=after, limit=asked.limit + 1,
        )  # fmt: skip
        shown, following = pagination.page(
            found, asked.limit, lambda row: [row["sort_key"], row["sku"], row["location"]]
        )  # fmt: skip
        last = live.last_weeks(connection, ((row["sku"], row["location"], row["first_week"]) for row in shown))
        in_force = overrides.operations(connection, today(config), _series(shown))
    items = [
        shapes.summary(
            row, adjusted(forecasts.from_row(row), row["first_week"], in_force), last[row["sku"], row["location"]]
        )
        for row in shown
    ]
    return Page(items=items, next_cursor=following)


@router.get("/history/totals")
def get_history_totals(db: Db, _: Viewer) -> HistoryTotals:
    """What the weekly history holds, and which offsets that was."""
    with db.snapshot() as connection:
        found: dict[str, Any] = {**demand.totals(connection), "offsets": demand.offsets(connection)}
    found |= {"units": f"{found['units']:f}", "revenue": f"{found['revenue']:f}"}
    return HistoryTotals(**found)


@router.get("/{product_id}")
def get_product_forecast(
    db: Db, config: Config, _: Viewer, product_id: Key,
    location: Annotated[Code | None, Query(description="Default: `main`, or the first that has a forecast")] = None,
    horizon: Annotated[int | None, Query(ge=1, le=26, description="Weeks; default: all there are")] = None,
) -> ForecastOut:  # fmt: skip
    """A product's forecast, by id or code."""
    with db.snapshot() as connection:
        sku, places = places_of(connection, product_id)
        place = location or places[0]
        row = live.one(connection, sku, place) if place in places else None
        if row is None:
            raise NotFound(f"{sku} has no forecast at {place}.", code="no_forecast")
        model = forecasts.from_row(row)
        in_force = overrides.operations(connection, today(config), [(sku, place)])
        forecast = adjusted(model, row["first_week"], in_force)
        row["revision"] = overrides.revision(connection, [(sku, place)])
        weeks = horizon or len(forecast.mean)
        if weeks > len(forecast.mean):
            raise invalid("horizon", f"this forecast reaches {len(forecast.mean)} weeks ahead", "too_far")
        oldest = row["first_week"] - timedelta(days=7 * shapes.HISTORY_WEEKS)
        known = shapes.history(
            live.history(connection, sku, place, oldest), live.stock(connection, sku, place), model, row["first_week"],
            config.first_weekday,
        )  # fmt: skip
        earlier = live.past(connection, sku, place, row["first_week"])
    past = shapes.past(earlier, {item.week for item in known})
    return shapes.product_forecast(row, model, forecast, weeks, places=places, weeks=known, past=past)


def _series(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(row["sku"], row["location"]) for row in found]


def _readable(connection: Connection, run_id: UUID) -> None:
    run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    if run["pruned_at"] is not None:
        require_forecasts(run)
