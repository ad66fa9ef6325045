"""What a planner says beside the model, and how it changes a forecast.

An instruction becomes an operation a (series, week): `set` a number, multiply by a `factor`, or `add` units. Set and
added amounts are spread over series and weeks by their share of the forecast, to the exact unit. Operations are
kept, not their results, so that they hold over retraining: `factor` and `add` follow the new model's forecast.

What is said of a kit is said of what it consists of: the units that it adds or takes move a component's week first, and
what is said of the component itself is done to what comes of that.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from statistics import NormalDist
from typing import Literal, NamedTuple

import numpy as np
from contracts.quantiles import LEVELS
from numpy.typing import NDArray

from forecaster.domain.forecasts import Forecast, horizon_weeks

Kind = Literal["units", "percent", "formula"]
Operation = Literal["set", "factor", "add"]
Per = Literal["week", "total"]
Series = tuple[str, str]
_FORMULA = re.compile(r"^\s*([*/+\-=])\s*(\d{1,9}(?:\.\d{1,4})?)\s*(%?)\s*$")
_FINE = 1000  # what is taken away is spread in thousandths: the forecasts it is taken from are no whole units

# Standard normal quantiles, for series whose model says zero: their band is that of a Poisson count.
_Z = np.array([NormalDist().inv_cdf(level) for level in LEVELS])


class Said(NamedTuple):
    """What is in force of a series' week: its own operation, and by kit the units that kits' operations make of it."""

    operation: str = "add"
    amount: float = 0.0
    kits: tuple[tuple[str, float], ...] = ()

    def base(self, model: float) -> float:
        """The model's forecast, with what planners said of the kits that the product is in."""
        return max(model + sum(units for _, units in self.kits), 0.0)

    def of(self, model: float) -> float:
        """The forecast afterwards."""
        return result(self.operation, self.amount, self.base(model))


SaidOf = Mapping[date, Said]  # of a series, by week
Operations = dict[Series, dict[date, Said]]  # what is in force, by series and week


class Unclear(ValueError):
    """The instruction is no number or formula, or cannot be carried out."""


@dataclass(frozen=True)
class Instruction:
    """What is to be done to the forecast of some series and weeks."""

    operation: Operation
    amount: float


@dataclass(frozen=True)
class PlannedWeek:
    """A series' week with its forecast before, and what it would be without what is said of itself (`model`). `fixed`
    ones are locked by somebody and stay as they are."""

    sku: str
    location: str
    week: date
    model: float
    before: float
    fixed: bool = False


@dataclass(frozen=True)
class Change:
    """What becomes of a series' week."""

    planned: PlannedWeek
    operation: Operation
    amount: float

    @property
    def after(self) -> float:
        """The forecast afterwards."""
        return result(self.operation, self.amount, self.planned.model)


def result(operation: str, amount: float, model: float) -> float:
    """An operation applied to the model's forecast."""
    if operation == "set":
        return max(amount, 0.0)
    return max(model * amount if operation == "factor" else model + amount, 0.0)


def understand(kind: Kind, value: str) -> Instruction:
    """`units` 120, `percent` -10, `formula` *1.2, /2, +250, -30, +10%, =120."""
    if kind != "formula":
        number = _number(value)
        if kind == "units":
            if number < 0:
                raise Unclear("units cannot be negative")
            return Instruction("set", number)
        return _factor(1 + number / 100)
    found = _FORMULA.match(value)
    if found is None:
        raise Unclear("a formula is one of *1.2, /2, +250, -30, +10%, =120")
    sign, number, percent = found[1], _number(found[2]), bool(found[3])
    if percent:
        if sign not in "+-":
            raise Unclear("only + and - take a percentage")
        return _factor(1 + number / 100 * (1 if sign == "+" else -1))
    if sign == "/" and number == 0:
        raise Unclear("cannot divide by zero")
    match sign:
        case "*":
            return _factor(number)
        case "/":
            return _factor(1 / number)
        case "=":
            return Instruction("set", number)
        case _:
            return Instruction("add", number if sign == "+" else -number)


def _number(value: str) -> float:
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        raise Unclear(f"{value[:40]!r} is no number") from None
    if not number.is_finite() or abs(number) >= 10**9:
        raise Unclear(f"{value[:40]!r} is out of range")
    return float(number)


def _factor(factor: float) -> Instruction:
    if factor < 0:
        raise Unclear("would make the forecast negative")
    if factor > 1000:
        raise Unclear("more than a thousandfold")
    return Instruction("factor", factor)


def spread(instruction: Instruction, weeks: Sequence[PlannedWeek], per: Per) -> list[Change]:
    """The change of every week that is not fixed. The parts of a set or added amount sum to it exactly."""
    if instruction.operation == "factor":
        return [Change(week, "factor", instruction.amount) for week in weeks if not week.fixed]
    groups: dict[date | None, list[PlannedWeek]] = {}
    for week in weeks:
        groups.setdefault(week.week if per == "week" else None, []).append(week)
    return [change for group in groups.values() for change in _spread(instruction, group)]


def _spread(instruction: Instruction, weeks: Sequence[PlannedWeek]) -> list[Change]:
    open_ = [week for week in weeks if not week.fixed]
    if not open_:
        return []
    amount = instruction.amount
    if instruction.operation == "set":
        amount -= sum(week.before for week in weeks if week.fixed)
        if amount < 0:
            raise Unclear("the locked part alone is more than that")
    weights = np.array([week.model for week in open_])
    if amount < 0 and weights.sum() + amount < -1 / _FINE:
        raise Unclear("would make the forecast negative")
    parts = _parts(amount, weights)
    return [Change(week, instruction.operation, part) for week, part in zip(open_, parts, strict=True)]


def _parts(amount: float, weights: NDArray[np.float64]) -> list[float]:
    """Parts by weight, by largest remainder: whole units where the amount is whole and given, not taken."""
    if weights.sum() <= 0:
        weights = np.ones(len(weights))
    scale = 1 if amount >= 0 and float(amount).is_integer() else _FINE
    total = round(abs(amount) * scale)
    exact = weights / weights.sum() * total
    whole = np.floor(exact).astype(np.int64)
    short = total - int(whole.sum())
    order = np.argsort(-(exact - whole), kind="stable")
    whole[order[:short]] += 1
    sign = 1 if amount >= 0 else -1
    return [sign * int(part) / scale for part in whole]


def apply(forecast: Forecast, first_week: date, operations: SaidOf) -> Forecast:
    """A forecast after its operations. Bands keep their width in proportion to the mean."""
    weeks = horizon_weeks(first_week, len(forecast.mean))
    if operations.keys().isdisjoint(weeks):
        return forecast
    old = forecast.mean.astype(np.float64)
    mean = np.array(_applied(old.tolist(), weeks, operations))
    quantiles = _rescaled(forecast.quantiles.astype(np.float64), old, mean)
    sums = _rescaled(forecast.sum_quantiles.astype(np.float64), np.cumsum(old), np.cumsum(mean))
    return replace(
        forecast,
        mean=mean.astype(np.float32),
        quantiles=quantiles.astype(np.float32),
        sum_quantiles=sums.astype(np.float32),
        in_kits=_in_kits(forecast.in_kits, weeks, operations),
    )


def beneath(forecast: Forecast, first_week: date, operations: SaidOf) -> Forecast:
    """A forecast with what is said of the kits that the product is in, but not of itself."""
    through = {week: Said(kits=said.kits) for week, said in operations.items() if said.kits}
    return apply(forecast, first_week, through) if through else forecast


def _in_kits(
    model: Mapping[str, NDArray[np.float32]], weeks: Sequence[date], operations: SaidOf
) -> dict[str, NDArray[np.float32]]:
    found = dict(model)
    for step, week in enumerate(weeks):
        for kit, units in operations[week].kits if week in operations else ():
            if found.get(kit) is model.get(kit):
                found[kit] = found[kit].copy() if kit in found else np.zeros(len(weeks), dtype=np.float32)
            found[kit][step] = max(found[kit][step] + units, 0.0)
    return found


def through_kits(weeks: Sequence[date], operations: SaidOf) -> NDArray[np.float64]:
    """The units of each week that what is said of kits adds or takes."""
    return np.array([sum(units for _, units in operations[week].kits) if week in operations else 0.0 for week in weeks])


def final_means(means: Sequence[float], weeks: Sequence[date], operations: SaidOf) -> list[float]:
    """What `apply` makes of the means alone, to the bit: for whoever shows no bands."""
    return [float(mean) for mean in np.array(_applied(means, weeks, operations), dtype=np.float32)]


def _applied(means: Sequence[float], weeks: Sequence[date], operations: SaidOf) -> list[float]:
    pairs = zip(weeks, means, strict=True)
    return [operations[week].of(mean) if week in operations else mean for week, mean in pairs]


def adjusted(forecast: Forecast, first_week: date, in_force: Operations) -> Forecast:
    """A forecast after whatever is in force for its series; the same object where nothing is."""
    own = in_force.get((forecast.sku, forecast.location))
    return apply(forecast, first_week, own) if own else forecast


def _rescaled(
    quantiles: NDArray[np.float64], before: NDArray[np.float64], after: NDArray[np.float64]
) -> NDArray[np.float64]:
    ratio = np.divide(after, before, out=np.ones_like(after), where=before > 0)
    found = quantiles * ratio[:, None]
    for step in np.flatnonzero((before <= 0) & (after > 0)):
        found[step] = np.maximum(after[step] + _Z * np.sqrt(after[step]), 0.0)
    return found
