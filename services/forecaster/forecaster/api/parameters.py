"""Parameters that several routes share: bounded, so that whatever passes can be asked of the database."""

from datetime import UTC, date, datetime
from typing import Annotated

from chassis.weeks import business_day
from fastapi import Depends, Request

from forecaster.settings import Settings


async def settings(request: Request) -> Settings:
    """The service's settings."""
    found: Settings = request.app.state.settings
    return found


Config = Annotated[Settings, Depends(settings)]


def today(given: Settings) -> date:
    """The business's calendar day."""
    return business_day(datetime.now(UTC), given.zone)


