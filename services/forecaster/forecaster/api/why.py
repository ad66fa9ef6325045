"""Why a product's forecast of a week is what it is."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from chassis.failures import NotFound, invalid
from chassis.parameters import Day, Db, Key, Viewer
from contracts.types import Code
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config, today
from forecaster.api.places import places_of
from forecaster.application import why
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import adjusted
from forecaster.domain.reasons import Reason
from forecaster.storage import forecasts, live, overrides, runs

router = APIRouter(prefix="/forecast", tags=["forecasts"])


class DetailOut(BaseModel):
    """A part of a contribution: a column, a feature, a feast or a method, and its units."""

    name: str
    units: float


class ReasonOut(BaseModel):
    """What a driver adds to the number: level, trend, season, calendar, price, promotion, events, closings, weather,
    availability (what sales while it was out of stock do not show), plans (any other column known ahead), like-item,
    ending, kits (what is sold of it in kits), band, not below zero, on sale, rounding, override.
    `details`: its largest parts."""

    driver: str
    units: float
    words: str
    details: list[DetailOut]


class SimilarWeekOut(BaseModel):
    """A past week most like the one ahead, and what it sold."""

    week: date
    units: float


class WhyOut(BaseModel):
    """`contributions` add up to `expected`, which is after overrides; `model` is before."""

    sku: str
    location: str
    week: date
    run_id: UUID
    method: str
    reason: str
    expected: float
    model: float
    sentence: str
    said: Annotated[
        dict[str, Any], Field(description="The same sentence, for readers of any language: its text and what fills it")
    ] = {}
    contributions: list[ReasonOut]
    similar: list[SimilarWeekOut]


@router.get("/{product_id}/why")
def get_forecast_reasons(
    db: Db, config: Config, _: Viewer, product_id: Key,
    location: Annotated[Code | None, Query(description="Default: `main`, or the first that has a forecast")] = None,
    week: Annotated[Day | None, Query(description="First day of a forecast week; default: the next")] = None,
) -> WhyOut:  # fmt: skip
    """Why a week's forecast is what it is: contributions that add up to it, a sentence, and weeks like it."""
    with db.snapshot() as connection:
        sku, places = places_of(connection, product_id)
        place = location or places[0]
        row = live.one(connection, sku, place) if place in places else None
        if row is None:
            raise NotFound(f"{sku} has no forecast at {place}.", code="no_forecast")
        run = runs.get(connection, row["run_id"])
        model = forecasts.from_row(row)
        final = adjusted(model, row["first_week"], overrides.operations(connection, today(config), [(sku, place)]))
        sold = {one["week"]: one["units"] + one["in_kits"] for one in live.history(connection, sku, place, date.min)}
    weeks = horizon_weeks(row["first_week"], len(model.mean))
    if week is not None and week not in weeks:
        raise invalid("week", f"this forecast is of the weeks {weeks[0]} to {weeks[-1]}", "not_forecast")
    step = weeks.index(week) + 1 if week else 1
    found = why.of_forecast(config.files_dir, run or {}, model, final, step)
    return WhyOut(
        sku=sku, location=place, week=weeks[step - 1], run_id=row["run_id"], method=model.method, reason=model.reason,
        expected=float(final.mean[step - 1]), model=float(model.mean[step - 1]), sentence=found.sentence.english(),
        said=found.sentence.document(),
        contributions=[_reason(one) for one in found.reasons],
        similar=[
            SimilarWeekOut(week=day, units=float(sold.get(day, 0))) for day in map(date.fromisoformat, found.similar)
        ],
    )  # fmt: skip


def _reason(one: Reason) -> ReasonOut:
    details: list[Any] = [DetailOut(name=name, units=units) for name, units in one.details]
    return ReasonOut(driver=one.driver, units=one.units, words=one.words(), details=details)
