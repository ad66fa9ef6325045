"""Listens: which sources and locations are silent now, by their own rhythm and the days on which they are closed."""

from datetime import date, datetime, timedelta

from chassis.database import Connection

from forecaster.domain.closings import closed_days
from forecaster.domain.silences import WINDOW_WEEKS, Heard, Quiet, silences
from forecaster.settings import Settings
from forecaster.storage import catalog, heard

WINDOW = timedelta(weeks=WINDOW_WEEKS)


def listen(connection: Connection, settings: Settings, now: datetime, newest: date) -> Quiet:
    """What is silent at this moment; `newest` is the last week that has ended."""
    recent = heard.recent(connection, now, WINDOW, settings.zone)
    today = now.astimezone(settings.zone).replace(tzinfo=None)
    inputs = catalog.training_inputs(connection, today.date(), ("events", "locations"))
    first = min(newest, (today - WINDOW).date())
    places = {one.location for one in recent} | {row["code"] for row in inputs["locations"]}
    closed = closed_days(places, inputs["locations"], inputs["events"], first, today.date())
    shut = {place for place in places if _shut(closed[place], newest, [one for one in recent if one.location == place])}
    return Quiet(tuple(silences(recent, today, closed)), frozenset(shut))


def _shut(closed: set[date], week: date, recent: list[Heard]) -> bool:
    """Whether a place was closed on all days of a week on which something usually comes of it."""
    usual = {one.hour.weekday() for one in recent} or set(range(7))
    days = [week + timedelta(days=n) for n in range(7)]
    return bool(closed) and all(day in closed for day in days if day.weekday() in usual)
