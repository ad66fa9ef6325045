"""What a scenario would do to the demand of some products."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

import numpy as np
from chassis.parameters import Db, Viewer
from contracts.scenario import Scenario
from contracts.types import Code, Sku
from fastapi import APIRouter
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config, today
from forecaster.application.what_if import MovedSeries, suppose
from forecaster.storage.totals import Together

router = APIRouter(prefix="/forecast", tags=["planning"])
MOST = 2000


class SupposeIn(BaseModel):
    """Products, at all locations or some, and what would be otherwise. Lead time and service level are catalog's: they
    move no demand."""

    skus: Annotated[list[Sku], Field(min_length=1, max_length=MOST)]
    locations: Annotated[list[Code], Field(max_length=1000)] = []
    scenario: Scenario


class SupposedSeries(BaseModel):
    """A series: units by week and money of all weeks, as they are expected (`base`) and as they would be. `revenue`:
    null where nobody knows the price. `stays`: why its forecast could not be moved; empty where it could."""

    sku: str
    location: str
    base: list[float]
    units: list[float]
    base_revenue: float | None
    revenue: float | None
    stays: str


class SupposedOut(BaseModel):
    """The live run under the scenario, which is stored nowhere. `notes`: what is to be known of all of it."""

    run_id: UUID
    as_of: date
    weeks: list[date]
    notes: list[str]
    series: list[SupposedSeries]


@router.post("/what-if")
def suppose_plans(db: Db, config: Config, _: Viewer, asked: SupposeIn) -> SupposedOut:
    """What a promotion, a price or an end of sale would do, by the live run's models. Nothing is changed."""
    chosen = Together(skus=asked.skus, locations=asked.locations or None)
    found = suppose(db, config.files_dir, chosen, asked.scenario, today(config))
    return SupposedOut(
        run_id=found.run_id, as_of=found.as_of, weeks=found.weeks, notes=found.notes,
        series=[_out(item) for item in found.series],
    )  # fmt: skip


def _out(item: MovedSeries) -> SupposedSeries:
    return SupposedSeries(
        sku=item.sku, location=item.location, base=item.before.tolist(), units=item.then.tolist(),
        base_revenue=_money(item.before, item.price_before), revenue=_money(item.then, item.price_then),
        stays=item.stays,
    )  # fmt: skip


def _money(units: Any, price: Any) -> float | None:
    total = float((units * price).sum())
    return None if np.isnan(total) else total
