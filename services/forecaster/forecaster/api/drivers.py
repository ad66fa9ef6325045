"""What is known ahead that moves sales: the holidays of each location, and how far plans reach."""

from datetime import date, timedelta
from typing import Annotated

from chassis.parameters import Db, Viewer
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from forecaster.api.parameters import Config, today
from forecaster.domain import holiday_calendar
from forecaster.storage import catalog

router = APIRouter(prefix="/forecast/drivers", tags=["planning"])


class HolidayOut(BaseModel):
    """A holiday to come."""

    location: str
    name: str
    day: date


class DriversOut(BaseModel):
    """What forecasts know of the days to come."""

    holidays: Annotated[str, Field(description="How it stands with holidays, also that no location has a country")]
    locations: Annotated[int, Field(description="How many locations have holidays")]
    unknown: Annotated[dict[str, str], Field(description="By location what the calendar does not know")]
    days: list[HolidayOut]
    until: Annotated[dict[str, date | None], Field(
        description="By driver the last day that anything is entered of; beyond it the last price is taken to stay,"
        " no promotion and no event to come, and the weather to be as usual at the time of the year, with a wider band;"
        " null: nothing is entered"
    )]  # fmt: skip


@router.get("")
def get_drivers(
    db: Db, config: Config, _: Viewer,
    days: Annotated[int, Query(ge=1, le=800, description="How many days ahead holidays are listed")] = 182,
) -> DriversOut:  # fmt: skip
    """Holidays by location in the days to come, and until when prices, promotions, events and weather are entered."""
    with db.snapshot() as connection:
        places, until = catalog.locations(connection), catalog.planned_until(connection)
    now = today(config)
    found = holiday_calendar.of(places, now, now + timedelta(days=days))
    return DriversOut(
        holidays=found.said, locations=found.set, unknown=found.unknown,
        days=[HolidayOut(**row) for row in sorted(found.days, key=lambda row: (row["day"], row["location"]))],
        until=until,
    )  # fmt: skip
