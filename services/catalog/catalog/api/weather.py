"""Weather as it was issued."""

from datetime import date
from typing import Annotated

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, Viewer
from contracts.types import Celsius, Code, Millimetres
from fastapi import APIRouter, Query
from pydantic import BaseModel

from catalog.storage import weather

router = APIRouter(tags=["catalog"])


class WeatherOut(BaseModel):
    """What was said on a day of a location's weather on a day, and by whom."""

    location: Code
    day: date
    issued_on: date
    temperature: Celsius | None
    temperature_max: Celsius | None
    precipitation: Millimetres | None
    source: str


@router.get("/weather")
def list_weather(
    database: Db, _: Viewer, location: Code | None = None,
    since: Annotated[Day | None, Query(alias="from", description="Only of this day and later ones")] = None,
    limit: Limit = 100, cursor: Cursor = None,
) -> Page[WeatherOut]:  # fmt: skip
    """All that was said of the weather, by location, day and the day on which it was said."""
    after = pagination.decode(cursor, str, date.fromisoformat, date.fromisoformat)
    with database.snapshot() as connection:
        found = weather.page(connection, location, since, (after[0], after[1], after[2]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["location"], row["day"], row["issued_on"]])
    return Page(items=[WeatherOut(**row) for row in kept], next_cursor=following)
