"""Asking somebody else for the weather: what is asked, when again, and what is said of a feed that fails. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from contracts.sentences import sentence

from catalog.domain.attention import Concern, entry_id

AHEAD = 16  # days that are asked for, today's among them
MOST_BACK = 92  # days that were, when a location is asked for first
STILL_CHANGING = 2  # days before the last answer whose weather is asked for again: it was not measured whole then
PAUSE = timedelta(minutes=5)  # before the second try; twice as long before each further one
NEWS_AFTER = 3  # tries in vain, which is a quarter of an hour: before that it is nobody's news
ROOT = "weather-feed"  # one cause, however many locations it is of
ENTRY = entry_id(ROOT)


class NotTold(Exception):
    """No weather came: a short code for programs, and why in words. Neither has anything of the address in it that
    may be secret."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why[:300])
        self.code = code


@dataclass(frozen=True)
class WeatherQuestion:
    """A location's days that are asked for, from `back` days before today on, the feed's days ahead among them."""

    location: str
    latitude: float
    longitude: float
    today: date
    back: int

    @property
    def days(self) -> list[date]:
        """The days, in order."""
        return [self.today + timedelta(days=number) for number in range(-self.back, AHEAD)]


def days_back(told_at: datetime | None, today: date, zone: ZoneInfo) -> int:
    """How many days that were are asked for: those since the last answer, and before the first as many as there are."""
    if told_at is None:
        return MOST_BACK
    since = (today - told_at.astimezone(zone).date()).days
    return min(max(since, 0) + STILL_CHANGING, MOST_BACK)


def next_try(tries: int, now: datetime, every: timedelta) -> datetime:
    """When a location is asked for again after so many tries in vain; never later than it would be without a fault."""
    return now + min(PAUSE * (1 << min(tries - 1, 20)), every)


def concern(standing: Mapping[str, Any], zone: ZoneInfo, now: datetime) -> Concern | None:
    """What the attention list says of it; None while nothing has failed long enough to be news. `standing` has the
    number of `locations`, how many are `failing` as long, and of the one that does longest `location`, `since`,
    `code` and `fault`."""
    failing, since = standing["failing"], standing["since"]
    if not failing:
        return None
    said = (
        sentence("No weather of {0} since {1}: {2}", standing["location"], since.astimezone(zone), standing["fault"])
        if failing == 1 else
        sentence(
            "No weather of {0} of {1} locations since {2}: {3}", failing, standing["locations"],
            since.astimezone(zone), standing["fault"],
        )
    )  # fmt: skip
    detail = {
        "kind": "weather", "since": since.isoformat(), "code": standing["code"], "locations": failing,
        "said": said.document(),
    }  # fmt: skip
    day = since.astimezone(zone).date()
    return Concern(ROOT, "late-data", 0.0, said.english()[:500], detail, None, None, None, day, now)
