"""Weather as it was issued: what was said, on a day, of a location's day."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

VALUES = ("temperature", "temperature_max", "precipitation")
Key = tuple[str, date, date]


@dataclass(frozen=True)
class WeatherWord:
    """Mean and highest temperature (degrees Celsius) and precipitation (mm) of a day; None: it was not said."""

    location: str
    day: date
    issued_on: date
    temperature: Decimal | None = None
    temperature_max: Decimal | None = None
    precipitation: Decimal | None = None

    @staticmethod
    def of(row: Mapping[str, Any]) -> "WeatherWord":
        """Of a row that may say more."""
        return WeatherWord(**{name: row[name] for name in WeatherWord.__dataclass_fields__})

    @property
    def key(self) -> Key:
        """What it is of, and when it was said: of both there is one word."""
        return self.location, self.day, self.issued_on

    @property
    def told(self) -> dict[str, Any]:
        """Field by field."""
        return asdict(self)


def issued_on(day: date, today: date) -> date:
    """When a word is taken to be said that does not say so: of a day that was, on it; of one to come, today."""
    return min(day, today)
