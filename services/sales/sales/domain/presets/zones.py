"""Time zones as exports name them: those of the tz database, and the names that American systems show."""

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.reading.cells import BadCell

_SHOWN = {
    "eastern time (us & canada)": "America/New_York", "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver", "pacific time (us & canada)": "America/Los_Angeles",
    "arizona": "America/Phoenix", "alaska": "America/Anchorage", "hawaii": "Pacific/Honolulu",
    "atlantic time (canada)": "America/Halifax", "newfoundland": "America/St_Johns", "saskatchewan": "America/Regina",
    "london": "Europe/London", "edinburgh": "Europe/London", "dublin": "Europe/Dublin", "paris": "Europe/Paris",
    "madrid": "Europe/Madrid", "berlin": "Europe/Berlin", "tokyo": "Asia/Tokyo", "sydney": "Australia/Sydney",
    "melbourne": "Australia/Melbourne", "brisbane": "Australia/Brisbane", "perth": "Australia/Perth", "utc": "UTC",
    "gmt": "UTC",
}  # fmt: skip


@lru_cache(maxsize=1000)
def zone_of(name: str) -> tzinfo:
    """The zone of that name. Raises BadCell."""
    said = " ".join(name.split())
    try:
        return ZoneInfo(_SHOWN.get(said.casefold(), said))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadCell("bad_zone", f"{name[:40]!r} is no time zone that is known") from None
