"""The business week: days are counted in the business's time zone, a week is named by its first day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def week_of(day: date, first_weekday: int = 0) -> date:
    """The first day of the week that holds `day`; `first_weekday` is 0 for Monday."""
    return day - timedelta(days=(day.weekday() - first_weekday) % 7)


def business_day(moment: datetime, zone: ZoneInfo) -> date:
    """The business's calendar day of an aware moment."""
    return moment.astimezone(zone).date()


def last_ended_week(as_of: date, first_weekday: int = 0) -> date:
    """The newest week that has ended when the day `as_of` has just ended."""
    return week_of(as_of + timedelta(days=1), first_weekday) - timedelta(days=7)


def yesterday(zone: ZoneInfo, now: datetime | None = None) -> date:
    """The newest day that has ended: the default `as_of`."""
    return (now or datetime.now(UTC)).astimezone(zone).date() - timedelta(days=1)
