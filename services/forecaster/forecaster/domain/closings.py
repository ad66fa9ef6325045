"""The days on which locations are closed, or may be: calendar events that close them, and their holidays."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from forecaster.domain import holiday_calendar
from forecaster.domain.drivers import closes

Record = Mapping[str, Any]


def closed_days(
    places: Iterable[str], locations: Sequence[Record], events: Sequence[Record], first: date, last: date
) -> dict[str, set[date]]:
    """By place the days from one to another, both included, of which it is not known that it sells as on any other."""
    found: dict[str, set[date]] = {place: set() for place in places}
    for event in events:
        if not closes(event):
            continue
        begin, end = max(event["starts"], first), min(event["ends"], last)
        days = {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
        for place in event["locations"] or list(found):
            found.setdefault(place, set()).update(days)
    for row in holiday_calendar.of(locations, first, last).days:
        found.setdefault(row["location"], set()).add(date.fromisoformat(row["day"]))
    return found
