"""Price elasticities: by which power of a product's price its sales change, learned across products.

A product's sales at its prices are compared within half a year, so that what it sells at all says nothing, and against
what the others sell meanwhile at prices that stand, so that season and shared shocks say nothing either. Guarantees:
an elasticity is never above zero (a lower price never sells less); without evidence beyond chance it is zero; each
product's is shrunk to its group's and all products' by its own evidence. The periods just before a price changes count
for nothing: where a price follows the sales, they are what it follows.

Source: Poisson regression with fixed effects, by conditioning on totals (Hausman, Hall and Griliches 1984); variance
by clusters (Liang and Zeger 1986); shrinkage by empirical Bayes (DerSimonian and Laird 1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data.around import FEWEST, STEADIEST
from forecaster.engine.data.levels import clustered, shrunk
from forecaster.engine.jit import compiled

CHANCE = 1e-3  # that all products together show an elasticity where there is none
DIFFER = 0.01  # that groups or series are told apart that do not differ; what is told of them is shrunk besides
ROUNDS, CLOSE = 8, 1e-3  # of Gauss and Newton, at most, and the change of elasticities at which they end
STEEPEST = 8.0  # an elasticity at most
LEAST = 3  # cells of a half year that there must be
SAME = 0.005  # the logarithm by which two prices differ at most that are one
FAR_OFF = 4.0  # deviations beyond which a period's sales are odd for another reason, and count as so many
UNLIKE = 1 / 3  # of all products' elasticity: how much a product of which nothing is known may differ from it


@dataclass(frozen=True)
class Elasticities:
    """By series (N,): the elasticity, 0 without evidence, and its variance."""

    slope: Doubles
    variance: Doubles


@dataclass(frozen=True)
class _PricedCells:
    """Sales, prices' logarithms, the cells that are usable, and what periods share (N, T); each series' noise (N,)."""

    y: Floats
    logs: Floats
    usable: Mask
    shared: Floats
    noise: Doubles

    def only(self, rows: Ints) -> _PricedCells:
        """Of some series."""
        return _PricedCells(self.y[rows], self.logs[rows], self.usable[rows], self.shared[rows], self.noise[rows])


@dataclass(frozen=True)
class _PriceEvidence:
    """What prices tell beyond elasticities that are supposed (N,): by cell (N, T) its score and its exposure."""

    score: Floats
    exposed: Floats
    supposed: Doubles

    def by_period(self, codes: Ints, fitted: Doubles) -> tuple[Doubles, Doubles]:
        """Beyond elasticities `fitted`, by group and period (G, T), and the exposure."""
        score, exposed = (np.zeros((int(codes.max()) + 1, self.score.shape[1])) for _ in range(2))
        beyond = self.score + (self.supposed - fitted).astype(np.float32)[:, None] * self.exposed
        np.add.at(score, codes, beyond)
        np.add.at(exposed, codes, self.exposed)
        return score, exposed

    def own(self, fitted: Doubles) -> tuple[Doubles, Doubles]:
        """The same by series (N,)."""
        exposed = self.exposed.sum(axis=1, dtype=np.float64)
        return self.score.sum(axis=1, dtype=np.float64) + (self.supposed - fitted) * exposed, exposed


def measured(y: Floats, logs: Floats, usable: Mask, groups: list[Ints], span: int, near: int) -> Elasticities | None:
    """Of sales (N, T) at prices' logarithms (N, T), NaN where unknown, in the cells that are `usable`; `groups`: codes
    of partitions of the series; `span`: periods that are compared; `near`: those before a change that say nothing."""
    usable = usable & ~np.isnan(y) & ~np.isnan(logs)
    usual = np.zeros_like(usable)
    _mark(np.ascontiguousarray(logs), span, near, SAME, usable, usual)
    moving = (usable & ~usual).any(axis=1)
    if not moving.any():
        return None
    shared, noise = _shared(y, usual, usable, groups, span)
    rows = np.flatnonzero(moving & np.isfinite(noise))
    if not len(rows):
        return None
    n = len(y)
    found = _fitted(_PricedCells(y, logs, usable, shared, noise).only(rows), [codes[rows] for codes in groups], span)
    slope, variance = np.zeros(n), np.zeros(n)
    slope[rows], variance[rows] = found.slope, found.variance
    others = np.setdiff1d(np.arange(n), rows)
    if len(others):
        slope[others], variance[others] = _of_others(found, groups, rows, others)
    kept = slope < 0
    if not kept.any():
        return None
    return Elasticities(np.where(kept, np.maximum(slope, -STEEPEST), 0.0), np.where(kept, variance, 0.0))


def _fitted(cells: _PricedCells, groups: list[Ints], span: int) -> Elasticities:
    """By Gauss and Newton: until prices tell nothing more beyond what is supposed."""
    found = Elasticities(np.zeros(len(cells.y)), np.zeros(len(cells.y)))
    for _ in range(ROUNDS):
        score, exposed, clusters = np.zeros_like(cells.y), np.zeros_like(cells.y), np.zeros(2)
        for begin in (0, span // 2):  # half years, and those a quarter later: a change is in the midst of one
            _tell(cells.y, cells.logs, cells.usable, cells.shared, cells.noise, found.slope, span, begin, score,
                  exposed, clusters)  # fmt: skip
        part = np.float32(2 * max(clusters[0] / clusters[1] if clusters[1] > 0 else 1.0, 1.0))  # 2: both ways
        before, found = found.slope, _levels(_PriceEvidence(score / part, exposed / part, found.slope), groups)
        if np.abs(found.slope - before).max() < CLOSE:
            break
    return found


def _levels(told: _PriceEvidence, groups: list[Ints]) -> Elasticities:
    """Level by level, each beyond those before; never above zero."""
    n = len(told.supposed)
    fitted, variance = np.zeros(n), np.zeros(n)
    slope, doubt = clustered(*told.by_period(np.zeros(n, dtype=np.int64), fitted))
    if doubt[0] < np.inf and -slope[0] / np.sqrt(doubt[0]) >= norm.isf(CHANCE):
        fitted, variance = fitted + slope[0], variance + doubt[0]
    for codes in groups:
        part, left = shrunk(*clustered(*told.by_period(codes, fitted)), DIFFER)
        fitted, variance = fitted + part[codes], variance + left[codes]
    beyond, exposed = told.own(fitted)
    with np.errstate(divide="ignore", invalid="ignore"):
        own, doubt = np.where(exposed > 0, beyond / exposed, 0.0), np.where(exposed > 0, 1 / exposed, np.inf)
    part, left = shrunk(own, doubt, DIFFER)
    return Elasticities(np.clip(fitted + part, -STEEPEST, 0), variance + left)


def _of_others(found: Elasticities, groups: list[Ints], rows: Ints, others: Ints) -> tuple[Doubles, Doubles]:
    """What is expected of series whose price never changed: what those of their groups do, the finest that has any."""
    slope = np.full(len(others), float(found.slope.mean()))
    for codes in sorted(groups, key=lambda codes: int(codes.max())):
        count = np.bincount(codes[rows], minlength=int(codes.max()) + 1)
        total = np.bincount(codes[rows], weights=found.slope, minlength=int(codes.max()) + 1)
        known = count[codes[others]] >= FEWEST
        slope = np.where(known, total[codes[others]] / np.maximum(count[codes[others]], 1), slope)
    spread = max(float(found.slope.var()), 0.0)
    return slope, np.maximum(spread, (UNLIKE * slope) ** 2) + float(found.variance.mean())


def _shared(y: Floats, usual: Mask, usable: Mask, groups: list[Ints], span: int) -> tuple[Floats, Doubles]:
    """What periods (N, T) have in common, of sales at standing prices: by all series, then by group, each drawn to none
    by how little periods differ beyond chance; and each series' noise (N,)."""
    shared = np.ones_like(y)
    sold = np.where(usual, y, 0).astype(np.float32)
    for codes in (np.zeros(len(y), dtype=np.int64), *groups):
        expected = _expected(sold, usual, shared, span)
        noise = _noise(y, usual, expected)
        weight = np.where(np.isfinite(noise), 1 / np.where(np.isfinite(noise), noise, 1), 0).astype(np.float32)
        count = int(codes.max()) + 1
        total, mean = (np.zeros((count, y.shape[1])) for _ in range(2))
        np.add.at(total, codes, sold * weight[:, None])
        np.add.at(mean, codes, expected * weight[:, None])
        square = ((total - mean) ** 2 - mean).sum(axis=1)
        varies = np.maximum(square, 0) / np.maximum((mean**2).sum(axis=1), 1e-9)
        drawn = (1 / np.maximum(varies, 1e-9))[:, None]
        shared = (shared * ((total + drawn) / (mean + drawn))[codes]).astype(np.float32)
    noise = _noise(y, usual, _expected(sold, usual, shared, span))
    if (short := ~np.isfinite(noise)).any():  # too few at a price that stands: all prices together tell it
        sold = np.where(usable, y, 0).astype(np.float32)
        noise[short] = _noise(y, usable, _expected(sold, usable, shared, span))[short]
    return shared, noise


def _expected(sold: Floats, cells: Mask, shared: Floats, span: int) -> Floats:
    """What cells (N, T) would sell by their series' mean of the half year and what periods share; 0 elsewhere."""
    begins = np.arange(0, sold.shape[1], span)
    there = np.where(cells, shared, 0).astype(np.float32)
    total, count = (np.add.reduceat(values, begins, axis=1) for values in (sold, there))
    with np.errstate(invalid="ignore", divide="ignore"):
        level = np.where(count > 0, total / count, 0)
    found: Floats = (np.repeat(level, span, axis=1)[:, : sold.shape[1]] * there).astype(np.float32)
    return found


def _noise(y: Floats, cells: Mask, expected: Floats) -> Doubles:
    """Each series' variance by its expected sales; infinite where too few cells tell it."""
    square = np.where(cells, (np.nan_to_num(y) - expected) ** 2, 0).sum(axis=1, dtype=np.float64)
    total, count = expected.sum(axis=1, dtype=np.float64), cells.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = np.maximum(square / total, STEADIEST**2 * total / count)
    return np.where((count >= FEWEST) & (total > 0), found, np.inf)


@compiled
def _mark(logs: Floats, span: int, near: int, same: float, usable: Mask, usual: Mask) -> None:
    """Take from `usable` the cells just before a price changes, half of those at a price at most; set `usual` where the
    price is the median of its half year."""
    size = logs.shape[1]
    for i in range(len(logs)):
        begin, last = 0, np.nan
        for t in range(size):
            if logs[i, t] != logs[i, t]:
                continue
            if last == last and abs(logs[i, t] - last) > same:
                for at in range(max(t - min(near, (t - begin) // 2), 0), t):
                    usable[i, at] = False
                begin = t
            last = logs[i, t]
        for start in range(0, size, span):
            end = min(start + span, size)
            held = np.sort(logs[i, start:end][usable[i, start:end]])
            if len(held):
                middle = held[(len(held) - 1) // 2]
                for t in range(start, end):
                    usual[i, t] = usable[i, t] and abs(logs[i, t] - middle) <= same


@compiled
def _tell(
    y: Floats, logs: Floats, usable: Mask, shared: Floats, noise: Doubles, slope: Doubles, span: int, begin: int,
    score: Floats, exposed: Floats, clusters: Doubles,
) -> None:  # fmt: skip
    """Add each cell's score and exposure beyond the elasticities; and to `clusters` the squares of the half years'
    scores beyond each series' own elasticity, and what chance alone would make them."""
    size = y.shape[1]
    halves = np.zeros((2, size // span + 2))
    for i in range(len(y)):
        halves[:] = 0
        for number in range(halves.shape[1]):
            low, high = max(begin + (number - 1) * span, 0), min(begin + number * span, size)
            halves[0, number], halves[1, number] = _half(
                y[i, low:high], logs[i, low:high], usable[i, low:high], shared[i, low:high], noise[i], slope[i],
                score[i, low:high], exposed[i, low:high],
            )  # fmt: skip
        known = halves[1].sum()
        if known > 0:  # beside what is the series' own elasticity
            clusters[0] += ((halves[0] - halves[0].sum() / known * halves[1]) ** 2).sum()
            clusters[1] += known - (halves[1] ** 2).sum() / known


@compiled
def _half(
    y: Floats, logs: Floats, usable: Mask, shared: Floats, noise: float, slope: float, score: Floats, exposed: Floats
) -> tuple[float, float]:
    """The same of a series' half year, given what it sold altogether; its score and exposure."""
    sold, weight, mean, count = 0.0, 0.0, 0.0, 0
    for t in range(len(y)):
        if usable[t]:
            part = shared[t] * np.exp(slope * logs[t])
            sold, weight, mean, count = sold + y[t], weight + part, mean + part * logs[t], count + 1
    if sold <= 0 or weight <= 0 or count < LEAST:
        return 0.0, 0.0
    total, known = 0.0, 0.0
    for t in range(len(y)):
        if usable[t]:
            expected = sold / weight * shared[t] * np.exp(slope * logs[t])
            far = FAR_OFF * np.sqrt(noise * expected)
            away = logs[t] - mean / weight
            told = away * min(max(y[t] - expected, -far), far) / noise
            score[t] += told
            exposed[t] += away * away * expected / noise
            total += told
            known += away * away * expected / noise
    return total, known
