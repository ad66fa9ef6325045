"""Demand over a span of time as a distribution, from a forecast's quantiles of running sums.

Weekly quantiles are never added: `sums[i]` are quantiles of the demand of weeks 0..i together. Lead times that
vary mix the distributions of their spans.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVELS = np.array([0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995])
GRID = (np.arange(400) + 0.5) / 400
Array = NDArray[np.float64]


def at_levels(quantiles: Array, levels: Array) -> Array:
    """Values of one distribution at any levels, interpolated between its eleven quantiles.

    Above the last one the distribution goes on along its last stretch; it never falls below zero or decreases.
    """
    values = np.maximum.accumulate(np.maximum(quantiles, 0.0))
    found = np.interp(levels, LEVELS, values)
    slope = (values[-1] - values[-2]) / (LEVELS[-1] - LEVELS[-2])
    return np.asarray(np.where(levels > LEVELS[-1], values[-1] + slope * (levels - LEVELS[-1]), found))


def over_weeks(sums: Array, weeks: float) -> Array:
    """The eleven quantiles of demand over a span that may end within a week, or after the forecast's end.

    Within a week: between the two sums. Beyond the end: the last sum in proportion, which overstates the spread.
    """
    if weeks <= 0:
        return np.zeros(len(LEVELS))
    if weeks >= len(sums):
        return np.asarray(sums[-1] * (weeks / len(sums)))
    whole, part = int(weeks), weeks - int(weeks)
    before = sums[whole - 1] if whole else np.zeros(len(LEVELS))
    return np.asarray(before + part * (sums[whole] - before)) if part else np.asarray(before)


@dataclass(frozen=True)
class LeadTime:
    """Lead times in days with their weights, and whether receipts or a statement gave them."""

    days: tuple[float, ...]
    weights: tuple[float, ...]
    source: str

    @property
    def mean(self) -> float:
        """The expected lead time in days."""
        return float(np.dot(self.days, self.weights))


ENOUGH_RECEIPTS = 5
_SPREAD = ((-1.5, 0.1), (-0.5, 0.4), (0.5, 0.4), (1.5, 0.1))  # mean 0; unit variance after division by 0.806
_UNIT = float(np.sqrt(sum(weight * step**2 for step, weight in _SPREAD)))


def lead_time(observed: Sequence[float], stated_days: float, stated_spread: float = 0.0) -> LeadTime:
    """What receipts show; below five of them, what was stated."""
    if len(observed) >= ENOUGH_RECEIPTS:
        days, counts = np.unique(np.asarray(observed, dtype=float), return_counts=True)
        return LeadTime(tuple(days.tolist()), tuple((counts / counts.sum()).tolist()), "receipts")
    if stated_spread <= 0:
        return LeadTime((stated_days,), (1.0,), "stated")
    days_ = tuple(max(0.0, stated_days + step / _UNIT * stated_spread) for step, _ in _SPREAD)
    return LeadTime(days_, tuple(weight for _, weight in _SPREAD), "stated")


@dataclass(frozen=True)
class Demand:
    """A distribution as equally likely values, in ascending order."""

    values: Array
    weights: Array

    @property
    def mean(self) -> float:
        """What is expected."""
        return float(np.dot(self.values, self.weights))

    def quantile(self, level: float) -> float:
        """The least amount that covers demand with this probability."""
        middles = np.cumsum(self.weights) - self.weights / 2
        return float(np.interp(level, middles, self.values))

    def above(self, amount: float) -> float:
        """The probability that demand is larger."""
        return float(self.weights[self.values > amount].sum())


def protected(sums: Array, lead: LeadTime, review_days: float) -> Demand:
    """Demand from now until what is ordered at the next review arrives."""
    parts = [at_levels(over_weeks(sums, (days + review_days) / 7), GRID) for days in lead.days]
    values = np.concatenate(parts)
    weights = np.repeat(np.asarray(lead.weights) / len(GRID), len(GRID))
    order = np.argsort(values, kind="stable")
    return Demand(values[order], weights[order])
