"""Weather as it was issued; and the feed that tells it: whether it is on, and what fails since when and why."""

from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlsplit

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, Viewer
from contracts.types import Celsius, Code, Millimetres
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.parameters import Config
from catalog.application import weather_feed
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


class FeedFault(BaseModel):
    """A location of which no weather comes: since when, after how many tries, why (`code` for programs, `fault` in
    words), when it was told last and when it is asked for again."""

    location: Code
    since: datetime
    tries: int
    code: str
    fault: str
    told_at: datetime | None
    next_at: datetime


class WeatherFeedOut(BaseModel):
    """`host` null: the feed is off. `told_until` is the last day that is told of at every location that was told."""

    host: Annotated[str | None, Field(description="Whom it asks")]
    hours: Annotated[int, Field(description="Hours between two askings for a location")]
    locations: Annotated[int, Field(description="Locations that have a latitude and a longitude")]
    told: int
    told_at: datetime | None
    told_until: date | None
    next_at: datetime | None
    failing: int
    since: Annotated[datetime | None, Field(description="Since when the one fails that does longest")]
    faults: Annotated[list[FeedFault], Field(description="Those that fail longest, at most 20")]


@router.get("/weather/feed")
def get_weather_feed(database: Db, config: Config, _: Viewer) -> WeatherFeedOut:
    """Whether weather is asked for, when it was told last, and where it fails since when and why."""
    found = weather_feed.standing(database)
    return WeatherFeedOut(
        host=urlsplit(config.weather_url.get_secret_value()).hostname, hours=config.weather_hours,
        faults=[FeedFault(**fault) for fault in found["faults"]],
        **{name: found[name] for name in ("locations", "told", "told_at", "told_until", "next_at", "failing", "since")},
    )  # fmt: skip
