"""Keeping what is said of the weather, and telling it: each word once."""

from collections.abc import Sequence

from chassis.database import Connection

from catalog.application import announce
from catalog.domain.weather import WeatherWord
from catalog.storage import weather


def keep_weather(connection: Connection, words: Sequence[WeatherWord], source: str) -> int:
    """Keep and tell what was not said yet; how many that are. What was said of a day on a day stays as it was said."""
    new = weather.keep(connection, words, source)
    announce.weather(connection, [word.told for word in new])
    return len(new)
