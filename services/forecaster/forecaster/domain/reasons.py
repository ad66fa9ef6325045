"""Why a number is what it is, as a planner reads it: named contributions that add up to it, and a sentence.

Guarantee: the contributions add up to what is shown, to the last bit of rounding: what is done to the engine's number
after it (rounded, off sale, overridden) has a name of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from contracts.sentences import Amount, Sentence
from contracts.sentences import sentence as said

LEVEL, ON_SALE, ROUNDING, OVERRIDE, LIKE_ITEM = "level", "on sale", "rounding", "override", "like-item"
KITS = "kits"
_FINE = 1e-5  # of the number: what is kept has six significant digits
_WORTH = 0.04  # of the number, from which a contribution has a place in the sentence
_MOST = 5
_MORE = {
    "trend": "trend", "season": "season", "calendar": "for the days in the week", "price": "for its price",
    "promotion": "since a promotion runs", "events": "for {0}", "closings": "for opening days",
    "weather": "for the weather", "availability": "since it was out of stock for a part of its past",
    KITS: "sold in {0}", "plans": "for {0}", LIKE_ITEM: "as products like it sell",
    "band": "to lie in its own band",
    "not below zero": "since nothing sells less than nothing", ON_SALE: "for its days on sale",
    OVERRIDE: "by a planner", ROUNDING: "by rounding", LEVEL: "as usual", "ending": "since it may have ended",
}  # fmt: skip
_LESS = {
    "promotion": "without a promotion", "closings": "since it is closed", "ending": "since it may have ended",
    "availability": "since it sold more while others were out of stock", ON_SALE: "since it is not on sale then",
}  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """What one driver adds, and by which of its details most."""

    driver: str
    units: float
    details: tuple[tuple[str, float], ...] = ()

    def said(self) -> Sentence:
        """Why, in a few words."""
        more = _MORE.get(self.driver, self.driver)
        text = _LESS.get(self.driver, more) if self.units < 0 else more
        return said(text, *([self.details[0][0] if self.details else self.driver] if "{0}" in text else []))

    def words(self) -> str:
        """The same in English."""
        return self.said().english()


def reasons(
    parts: Mapping[tuple[str, str], float], told: float, model: float, final: float,
    in_kits: Mapping[str, float] | None = None,
) -> list[Reason]:  # fmt: skip
    """Of the engine's contributions by (driver, detail), which add up to what it `told`; the `model`'s number as it is
    kept, and the `final` one after overrides. `in_kits`: what of the model's comes through which kits, as many of which
    as planners expect. Largest first, but the level before all."""
    found: dict[str, dict[str, float]] = {}
    for (driver, detail), units in parts.items():
        found.setdefault(driver, {})[detail] = units
    summed = sum(sum(details.values()) for details in found.values())
    through = {kit: units for kit, units in (in_kits or {}).items() if units}
    if through:
        found[KITS] = through
    alone = model - sum(through.values())
    own = ROUNDING if abs(alone - told) <= _FINE * max(abs(told), abs(model), 1e-9) else ON_SALE
    late = ((ROUNDING, told - summed), (own, alone - told), (OVERRIDE, final - model))
    for driver, units in late:
        if units:
            found.setdefault(driver, {})[driver] = found.get(driver, {}).get(driver, 0.0) + units
    every = [Reason(driver, sum(details.values()), _largest(details)) for driver, details in found.items()]
    return sorted(every, key=lambda one: (one.driver != LEVEL, -abs(one.units)))


def _largest(details: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(details.items(), key=lambda one: -abs(one[1]))[:3])


def sentence(found: list[Reason], final: float) -> Sentence:
    """`14 expected: 10 as usual, +3 since a promotion runs, +1 season`: the numbers shown add up as well."""
    digits = 0 if abs(final) >= 20 else 1 if abs(final) >= 2 else 2
    least = max(_WORTH * abs(final), 0.5 * 10.0**-digits)
    named = [one for one in found if one.driver != LEVEL and abs(one.units) >= least][:_MOST]
    small = sum(one.units for one in found if one.driver != LEVEL and one not in named)
    shown = [(round(one.units, digits), one.said()) for one in named]
    if abs(small) >= least:
        shown.append((round(small, digits), said("by smaller reasons")))
    usual = round(round(final, digits) - sum(units for units, _ in shown), digits)
    whole = said("{0} expected: {1} as usual", Amount(final, digits), Amount(usual, digits))
    for units, why in shown:
        whole = said("{0}, {1} {2}", whole, Amount(units, digits, signed=True), why)
    return whole
