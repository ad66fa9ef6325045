"""The shape of Open-Meteo's forecast API: what is asked, and what an answer says. Pure.

Guarantee: an answer is taken whole or not at all. Whatever is not as it was asked for (other days, another place, other
units, a value that no weather has, a part that is missing) raises NotTold, and nothing else is raised.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from contracts.types import Celsius, Millimetres
from pydantic import TypeAdapter, ValidationError

from catalog.domain.weather import VALUES, WeatherWord
from catalog.domain.weather_feed import AHEAD, NotTold, WeatherQuestion

DEGREES = "°C"
# By value: what it is called there, in which unit it is told, and what it may be.
_TOLD: dict[str, tuple[str, str, TypeAdapter[Decimal]]] = {
    "temperature": ("temperature_2m_mean", DEGREES, TypeAdapter(Celsius)),
    "temperature_max": ("temperature_2m_max", DEGREES, TypeAdapter(Celsius)),
    "precipitation": ("precipitation_sum", "mm", TypeAdapter(Millimetres)),
}
_NEAR = 1.0  # degrees: the cell of the widest grid that a point is told by
_CENT = Decimal("0.01")


def parameters(question: WeatherQuestion, zone: str) -> dict[str, str]:
    """Of the request: the business's days, in the units that are kept."""
    return {
        "latitude": f"{question.latitude:.5f}", "longitude": f"{question.longitude:.5f}",
        "daily": ",".join(called for called, _, _ in _TOLD.values()), "timezone": zone,
        "past_days": str(question.back), "forecast_days": str(AHEAD),
        "temperature_unit": "celsius", "precipitation_unit": "mm", "timeformat": "iso8601",
    }  # fmt: skip


def words(answer: Any, question: WeatherQuestion) -> list[WeatherWord]:
    """What an answer says, as said today; a day of which nothing is known is left out."""
    if not isinstance(answer, dict):
        raise NotTold("no_weather", "the answer is no weather")
    _is_near(answer, question)
    daily, units = _part(answer, "daily"), _part(answer, "daily_units")
    days = _days(daily, question)
    columns = {name: _column(daily, units, name, days) for name in VALUES}
    told = [
        WeatherWord(question.location, day, question.today, **{name: columns[name][place] for name in VALUES})
        for place, day in enumerate(days)
        if any(columns[name][place] is not None for name in VALUES)
    ]
    if not any(word.day >= question.today for word in told):
        raise NotTold("nothing_said", "the answer says nothing of the days to come")
    return told


def reason(answer: Any) -> str:
    """What a refusal says of itself, if it does, on one line."""
    told = answer.get("reason") if isinstance(answer, dict) else None
    return " ".join("".join(c if c.isprintable() else " " for c in told).split())[:200] if isinstance(told, str) else ""


def _part(answer: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = answer.get(name)
    if not isinstance(part, dict):
        raise NotTold("missing", f"the answer has no {name}")
    return part


def _is_near(answer: Mapping[str, Any], question: WeatherQuestion) -> None:
    where = [_number(answer.get(name)) for name in ("latitude", "longitude")]
    if where[0] is None or where[1] is None:
        raise NotTold("missing", "the answer does not say of which place it is")
    north = abs(where[0] - question.latitude)
    east = abs((where[1] - question.longitude + 180) % 360 - 180) * math.cos(math.radians(question.latitude))
    if north > _NEAR or east > _NEAR:
        raise NotTold("another_place", f"the answer is of another place, {where[0]:g}, {where[1]:g}")


def _days(daily: Mapping[str, Any], question: WeatherQuestion) -> list[date]:
    """The days of an answer: the first is the first that was asked for, and none is left out up to a day to come."""
    told = daily.get("time")
    if not isinstance(told, list) or not told:
        raise NotTold("missing", "the answer has no days")
    try:
        days = [date.fromisoformat(one) for one in told]
    except (TypeError, ValueError):
        raise NotTold("bad_day", "the answer has a day that is none") from None
    if any((after - before).days != 1 for before, after in pairwise(days)):
        raise NotTold("bad_day", "the answer's days do not follow each other")
    if days[0] != question.days[0] or not question.today <= days[-1] <= question.days[-1]:
        raise NotTold("other_days", f"the answer is of {days[0]} to {days[-1]}, not of the days from"
                                    f" {question.days[0]} on")  # fmt: skip
    return days


def _column(
    daily: Mapping[str, Any], units: Mapping[str, Any], name: str, days: Sequence[date]
) -> list[Decimal | None]:  # fmt: skip
    called, unit, kind = _TOLD[name]
    values = daily.get(called)
    if not isinstance(values, list):
        raise NotTold("missing", f"the answer has no {called}")
    if len(values) != len(days):
        raise NotTold("missing", f"{called} has {len(values)} values for {len(days)} days")
    if units.get(called) != unit:
        raise NotTold("wrong_unit", f"{called} is told in {str(units.get(called))[:20]!r}, not in {unit}")
    return [_value(value, called, kind, day) for value, day in zip(values, days, strict=True)]


def _value(value: Any, called: str, kind: TypeAdapter[Decimal], day: date) -> Decimal | None:
    if value is None:
        return None
    number = _number(value)
    if number is None:
        raise NotTold("bad_value", f"{called} of {day} is no number")
    try:
        return kind.validate_python(Decimal(f"{number:.2f}").quantize(_CENT))
    except ValidationError:
        raise NotTold("bad_value", f"{called} of {day} is {number:g}, which no weather has") from None


def _number(value: Any) -> float | None:
    """As a number that is one; a truth value is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if abs(value) < 1e9 else None
