"""Contributions: what each driver adds to a forecast, by driver and detail, in the units of the sales.

Guarantee: whatever is done to Contributions (scaled, added, multiplied by factors), their sum is the number that is
explained; nothing is left without a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import factorial

from forecaster.engine.features import own_past, plans, seasonal
from forecaster.engine.features.builder import STEP

LEVEL, TREND, SEASON, CALENDAR = "level", "trend", "season", "calendar"
PRICE, PROMOTION, EVENTS, CLOSINGS = "price", "promotion", "events", "closings"
WEATHER, AVAILABILITY, PLANS, LIKE_ITEM = "weather", "availability", "plans", "like-item"
ENDING, ON_SALE, BAND, FLOOR = "ending", "on sale", "band", "not below zero"
_COLUMNS = (  # what of a column's name says which driver it is; the first that fits
    (AVAILABILITY, ("in_stock", "availab")), (PROMOTION, ("promo", "discount", "display")), (PRICE, ("price",)),
    (EVENTS, ("event", "holiday", "feast", "easter", "thanksgiving", "christmas", "pay")),
    (CLOSINGS, ("open", "clos", "shut")),
    (WEATHER, ("weather", "temperature", "rain", "snow", "sun", "wind", "precipitation")),
)  # fmt: skip
_SEASONAL = {
    *seasonal.PHASES,
    *seasonal.YEARLY,
    seasonal.YEAR_AGO,
    "mean of 3 a season ago",
    "position in the year",
    "month",
}
_TRENDS = {STEP, seasonal.TREND, seasonal.GROWTH}
_CALENDAR = {"weekday", "day of the month", "days in the month"}
_LEVELS = {own_past.SINCE_SALE, own_past.AGE, own_past.LOG_SCALE}


def driver_of(column: str) -> str:
    """The driver that a column of the history or the future is, by its name."""
    name = column.lower()
    for driver, words in _COLUMNS:
        if any(word in name for word in words):
            return driver
    return PLANS


def driver_of_feature(feature: str, columns: Sequence[str], planned: str | None) -> str:
    """The driver that a feature tells of. `columns`: the regressors', longest first; `planned`: the one that is planned
    for the period otherwise than is usual, if one is: earlier periods of its kind are then told for its sake."""
    name = feature.split(": ", 1)[-1]
    if feature in plans.SAME_STATE:
        return driver_of(planned) if planned else LEVEL
    if name in _TRENDS:
        return TREND
    if name in _SEASONAL:
        return SEASON
    if name in _CALENDAR:
        return CALENDAR
    if name.startswith("days to "):
        return EVENTS
    if name in _LEVELS or name.startswith("static "):
        return LEVEL
    return next((driver_of(column) for column in columns if name.startswith(column)), LEVEL)


class Contributions:
    """Units by (driver, detail)."""

    def __init__(self, parts: dict[tuple[str, str], float] | None = None) -> None:
        self.parts = parts if parts is not None else {}

    def add(self, driver: str, detail: str, units: float) -> None:
        """Some units more of a detail."""
        if units:
            self.parts[driver, detail] = self.parts.get((driver, detail), 0.0) + units

    def join(self, other: Contributions, times: float = 1.0) -> None:
        """Another's, so many times, beside these."""
        for (driver, detail), units in other.parts.items():
            self.add(driver, detail, units * times)

    def scaled(self, times: float) -> Contributions:
        """These, so many times."""
        return Contributions({key: units * times for key, units in self.parts.items()})

    @property
    def total(self) -> float:
        """What is explained."""
        return sum(self.parts.values())

    def multiply(self, factors: Iterable[tuple[str, str, float]]) -> None:
        """The number is multiplied by factors, (driver, detail, factor): what each adds is its mean over all orders in
        which they may be taken (Shapley's value), so that none counts more for coming first."""
        base, known = self.total, [one for one in factors if one[2] != 1]
        count = len(known)
        for number, (driver, detail, factor) in enumerate(known):
            sums = _elementary([other[2] for place, other in enumerate(known) if place != number])
            share = sum(
                factorial(k) * factorial(count - 1 - k) / factorial(count) * value for k, value in enumerate(sums)
            )
            self.add(driver, detail, base * (factor - 1) * share)


def _elementary(values: Sequence[float]) -> list[float]:
    """The elementary symmetric polynomials of values: sums of the products of any 0, 1, 2 … of them."""
    found = [1.0]
    for value in values:
        found = [one + value * before for one, before in zip([*found, 0.0], [0.0, *found], strict=True)]
    return found
