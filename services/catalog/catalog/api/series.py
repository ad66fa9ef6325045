"""Which series a supplier delivers or a class holds: what totals of them are asked by."""

from typing import Annotated

import orjson
from chassis.parameters import Db, Viewer
from contracts.types import Code
from fastapi import APIRouter, Query, Response
from pydantic import BaseModel

from catalog.api.parameters import SegmentFilter
from catalog.storage import forecasts

router = APIRouter(tags=["replenishment"])


class ForecastSeries(BaseModel):
    """A product at a location that the live run has forecast."""

    sku: str
    location: str


class ForecastSeriesList(BaseModel):
    """All of them, in one answer."""

    items: list[ForecastSeries]


@router.get("/series", response_model=ForecastSeriesList)
def list_forecast_series(
    database: Db, _: Viewer,
    supplier: Annotated[Code | None, Query(description="Only what is bought from this supplier")] = None,
    segment: SegmentFilter = None,
) -> Response:  # fmt: skip
    """The series of the live run, of a supplier or a class: `POST /forecast/totals` takes them as they are."""
    with database.snapshot() as connection:
        found = forecasts.live_series(connection, supplier, segment)
    # Written as they are stored: of 180,000 a model each would take most of a second.
    told = {"items": [{"sku": sku, "location": location} for sku, location in found]}
    return Response(orjson.dumps(told), media_type="application/json")
