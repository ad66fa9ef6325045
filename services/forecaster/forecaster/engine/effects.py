"""What each driver does to sales, by groups of series: uplifts as they were measured, what the models say of a change
that is asked of them, and what happens beside promotions: in the weeks after them, and to products that compete.

Guarantee: each effect says how it was found, of how many series, and within which bounds (nine times of ten for what is
measured; between the tenth and the ninetieth of a hundred products for what is asked). Nothing is changed by asking.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.contributions import PROMOTION, driver_of
from forecaster.engine.data import uplift
from forecaster.engine.working import Working

MEASURED, ASKED, BESIDE = "measured", "asked of the models", "weeks compared"
BOUND = 1.645  # of a normal distribution, nine of ten
AROUND = 4  # usual periods on each side that a period is compared with, as many as are there
LEAST = 2  # of them that there must be
FEWEST = 8  # periods that a comparison rests on
AFTER, NEIGHBOURS = "the week after a promotion", "while others of its group are promoted"


@dataclass(frozen=True)
class DriverEffect:
    """`change`: by which share sales are another, 0.5 is half as much again; of a price the elasticity, by which power
    of the price they change."""

    driver: str
    name: str
    group: str
    change: float
    low: float
    high: float
    series: int
    how: str


def _whole(working: Working, one: dict[str, Any]) -> Doubles:
    """(N,) by which share a whole of an occasion changes sales."""
    slopes = np.array(working.arrays["slopes"][one["first"] : one["first"] + one["levels"]], dtype=np.float32)
    times = [uplift.multiple(np.ones_like(slope), slope) for slope in slopes]
    found: Doubles = np.prod(times, axis=0, dtype=np.float64) - 1
    return found


def _with_all_kinds(working: Working, of: str, change: Doubles, variance: Doubles) -> tuple[Doubles, Doubles]:
    """What a kind of an occasion does altogether, and its variance; `change`: beyond what all kinds do."""
    assert working.plans is not None
    for place, (name, one) in enumerate(zip(working.uplifts, working.plans["uplifts"], strict=True)):
        if name == of and not one.get("of"):
            every = _whole(working, one)
            doubt = np.array(working.arrays["variances"][place], dtype=np.float64)
            return (1 + every) * (1 + change) - 1, doubt * (1 + change) ** 2 + variance * (1 + every) ** 2
    return change, variance


def measured(working: Working, groups: Mapping[str, Ints]) -> Iterator[DriverEffect]:
    """Of each uplift, and each group of series (rows of the working), what a whole of it does."""
    if working.plans is None:
        return
    for place, one in enumerate(working.plans["uplifts"]):
        slopes = np.array(working.arrays["slopes"][one["first"] : one["first"] + one["levels"]], dtype=np.float32)
        whole = _whole(working, one)
        variance = np.array(working.arrays["variances"][place], dtype=np.float64)
        name = driver = working.uplifts[place]
        if one.get("of"):
            if not one["seen"]:
                continue  # taken to do what all kinds do: nobody measured it
            whole, variance = _with_all_kinds(working, one["of"], whole, variance)
        if (deviation := one.get("deviation")) is not None:  # of a condition such as weather
            whole, variance = np.expm1(slopes[0].astype(np.float64) * deviation), variance * deviation**2
            variance *= (1 + whole) ** 2
            name = f"{name}, {deviation:.2g} above what is usual"
        if one.get("elastic"):  # the power itself, which is none above zero
            whole = slopes[0].astype(np.float64)
        for group, rows in groups.items():
            own = rows[(slopes[:, rows] != 0).any(axis=0)]
            if len(own):
                off = BOUND * float(np.sqrt(variance[own].mean()))
                change = float(whole[own].mean())
                known = one["usual"] is not None or deviation is not None or one.get("elastic")
                low, high = max(change - off, -1.0), change + off
                if one.get("elastic"):
                    low, high = change - off, min(change + off, 0.0)
                yield DriverEffect(driver_of(driver) if known else "feast", name, group, change, low, high, len(own),
                                   MEASURED)  # fmt: skip


def asked(name: str, driver: str, ratio: Floats, groups: Mapping[str, Ints]) -> Iterator[DriverEffect]:
    """Of a change that the models were asked about: how many times as much (N,) each series sells, NaN where it was not
    asked."""
    for group, rows in groups.items():
        own = ratio[rows][~np.isnan(ratio[rows]) & (ratio[rows] > 0)].astype(np.float64)
        if len(own):
            low, middle, high = np.quantile(own - 1, (0.1, 0.5, 0.9)).tolist()
            yield DriverEffect(driver, name, group, middle, low, high, len(own), ASKED)


def beside(
    working: Working, column: str, groups: Mapping[str, Ints], neighbours: Mapping[str, Ints]
) -> Iterator[DriverEffect]:
    """Of promotions, which a column says: what the week after one sells, and what a series sells while others of its
    group are promoted and it is not, each against the weeks around with no promotion. `neighbours`: the groups whose
    products compete."""
    place = working.known.index(column) if column in working.known else working.by_series
    if place >= working.by_series:
        return  # none ever was, or always everywhere: there is nobody beside it
    size = working.last + 1
    sales = np.array(working.arrays["sales"])
    on: Mask = np.array(working.arrays["known"][place, :, :size] > 0, dtype=np.bool_)
    after: Mask = np.zeros(on.shape, dtype=np.bool_)
    after[:, 1:] = on[:, :-1] & ~on[:, 1:]
    usual: Mask = ~(on | after)
    yield from _compared(AFTER, sales, after, usual, groups)
    for name, rows in neighbours.items():
        others = np.any(on[rows], axis=0, keepdims=True) & ~on[rows] & ~after[rows]
        own = usual[rows] & ~np.any(on[rows], axis=0, keepdims=True)
        yield from _compared(NEIGHBOURS, sales[rows], others, own, {name: np.arange(len(rows))})


def _compared(
    name: str, sales: Floats, chosen: Mask, usual: Mask, groups: Mapping[str, Ints]
) -> Iterator[DriverEffect]:
    """Sales of the periods that are chosen against the mean of the usual ones around each."""
    level = _around(sales, usual)
    there = chosen & ~np.isnan(sales) & ~np.isnan(level)
    sold, expected = (np.where(there, values, 0.0).sum(axis=1, dtype=np.float64) for values in (sales, level))
    for group, rows in groups.items():
        total = float(expected[rows].sum())
        if int(there[rows].sum()) < FEWEST or total <= 0:
            continue
        ratio = float(sold[rows].sum()) / total
        own = rows[expected[rows] > 0]
        off = BOUND * float(np.sqrt(((sold[own] - ratio * expected[own]) ** 2).sum())) / total
        yield DriverEffect(PROMOTION, name, group, ratio - 1, ratio - 1 - off, ratio - 1 + off, len(own), BESIDE)


def _around(sales: Floats, usual: Mask) -> Doubles:
    """The mean of the usual periods around each, NaN where there are too few."""
    known = usual & ~np.isnan(sales)
    total, count = (np.zeros(sales.shape) for _ in range(2))
    for step in (*range(-AROUND, 0), *range(1, AROUND + 1)):
        own = np.zeros_like(known)
        values = np.zeros(sales.shape)
        end = sales.shape[1]
        to, of = slice(max(-step, 0), end - max(step, 0)), slice(max(step, 0), end - max(-step, 0))
        own[:, to], values[:, to] = known[:, of], np.where(known[:, of], sales[:, of], 0.0)
        total += values
        count += own
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Doubles = np.where(count >= LEAST, total / count, np.nan)
    return found
