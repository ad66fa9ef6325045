"""Demand over a span of time as a distribution, from a forecast's quantiles of running sums.

Weekly quantiles are never added: `sums[i]` are quantiles of the demand of weeks 0..i together. Lead times that
vary mix the distributions of their spans.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from contracts import quantiles
from numpy.typing import NDArray

LEVELS = np.array(quantiles.LEVELS)
EDGES = np.append(LEVELS, 1.0)
BISECTIONS = 32
_TINY = 1e-12
Array = NDArray[np.float64]


def over_weeks(sums: Array, weeks: float) -> Array:
    """The eleven quantiles of demand over a span that may end within a week, or after the forecast's end.

    `sums` is (…, week, level). Within a week: between the two sums. Beyond the end: the last sum in proportion,
    which overstates the spread.
    """
    horizon, nothing = sums.shape[-2], np.zeros((*sums.shape[:-2], sums.shape[-1]))
    if weeks <= 0:
        return nothing
    if weeks >= horizon:
        return np.asarray(sums[..., -1, :] * (weeks / horizon))
    whole, part = int(weeks), weeks - int(weeks)
    before = sums[..., whole - 1, :] if whole else nothing
    return np.asarray(before + part * (sums[..., whole, :] - before)) if part else np.asarray(before)


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

    @property
    def spread(self) -> float:
        """The standard deviation in days."""
        return float(np.sqrt(np.dot((np.asarray(self.days) - self.mean) ** 2, self.weights)))


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
    """A mixture of distributions, each given by eleven quantiles: `nodes` (…, span, 12), a weight a span.

    Leading axes are series, so that thousands of them are asked at once. Between two nodes a distribution is
    even; the twelfth node ends its last stretch.
    """

    nodes: Array
    weights: Array

    @property
    def mean(self) -> Array:
        """What is expected."""
        middles = (self.nodes[..., 1:] + self.nodes[..., :-1]) / 2
        each = middles @ np.diff(EDGES) + self.nodes[..., 0] * EDGES[0]
        return np.asarray(each @ self.weights)

    def at_most(self, amount: Array | float) -> Array:
        """The probability that demand is not larger."""
        x = np.asarray(amount, dtype=float)[..., None, None]
        low = self.nodes[..., :-1]
        return self._at_most(x, low, _steepness(self.nodes))

    def _at_most(self, x: Array, low: Array, steep: Array) -> Array:
        share = np.clip((x - low + _TINY) * steep, 0.0, 1.0) @ np.diff(EDGES)
        return np.asarray((share + EDGES[0] * (x[..., 0] >= low[..., 0])) @ self.weights)

    def above(self, amount: Array | float) -> Array:
        """The probability that demand is larger."""
        return np.asarray(1.0 - self.at_most(amount))

    def quantile(self, level: Array | float) -> Array:
        """The least amount that covers demand with this probability."""
        wanted, low, steep = np.asarray(level, dtype=float) - 1e-9, self.nodes[..., :-1], _steepness(self.nodes)
        least, most = np.zeros(self.nodes.shape[:-2]) - 1e-9, self.nodes[..., -1].max(axis=-1)
        for _ in range(BISECTIONS):
            middle = (least + most) / 2
            enough = self._at_most(middle[..., None, None], low, steep) >= wanted
            least, most = np.where(enough, least, middle), np.where(enough, middle, most)
        return np.asarray(np.maximum(most, 0.0))

    def shortage(self, amount: Array | float) -> Array:
        """The units of demand that are expected beyond an amount."""
        x = np.asarray(amount, dtype=float)[..., None, None]
        low, high = self.nodes[..., :-1], self.nodes[..., 1:]
        over, under = np.maximum(high - x, 0.0), np.maximum(low - x, 0.0)
        width = np.where(high > low, high - low, 1.0)
        # The mean of max(D - x, 0) over an even stretch from low to high.
        stretch = np.where(high > low, (over**2 - under**2) / (2 * width), over)
        first = np.maximum(self.nodes[..., 0] - x[..., 0], 0.0) * EDGES[0]
        return np.asarray((stretch @ np.diff(EDGES) + first) @ self.weights)


def _steepness(nodes: Array) -> Array:
    """One over each stretch's width; a stretch without width is a step."""
    return np.asarray(1.0 / np.maximum(np.diff(nodes, axis=-1), _TINY))


def expected(means: Array, lead: LeadTime, review_days: float) -> Array:
    """What is expected from now until what is ordered at the next review arrives: the forecast's own means (…, week),
    added up. The quantiles of sums are whole numbers where products are sold by the piece; a mean read from them would
    be another one than the forecast's."""
    running = np.cumsum(np.asarray(means, dtype=float), axis=-1)[..., None]
    spans = [over_weeks(running, (days + review_days) / 7)[..., 0] for days in lead.days]
    return np.asarray(np.stack(spans, axis=-1) @ np.asarray(lead.weights, dtype=float))


def protected(sums: Array, lead: LeadTime, review_days: float) -> Demand:
    """Demand from now until what is ordered at the next review arrives; `sums` (…, week, level)."""
    spans = [over_weeks(sums, (days + review_days) / 7) for days in lead.days]
    values = np.maximum.accumulate(np.maximum(np.stack(spans, axis=-2), 0.0), axis=-1)
    slope = (values[..., -1] - values[..., -2]) / (LEVELS[-1] - LEVELS[-2])
    end = values[..., -1] + slope * (1 - LEVELS[-1])
    return Demand(np.concatenate([values, end[..., None]], axis=-1), np.asarray(lead.weights, dtype=float))
