"""Quantiles of relative errors from a rolled backtest, and the bands that they make around a forecast.

The common shock of an origin is a draw with mean zero, so it enters mirrored; quantiles are taken by bucket of the
horizon and level of the forecast, and shrunk to those of all. Source: conformal prediction (Vovk et al. 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm, t

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.quantiles import AS_ARRAY, MEDIAN
from forecaster.engine.uncertainty.shocks import bucket, push, shocks, span

WIDEN = 1.06  # the future strays further from the backtest than its own origins do from each other: measured
FREEDOM = 6.0  # degrees of freedom of the tails when the backtest is no longer than the horizon, and two more for
FREEDOM_A_ROUND = 2.0  # each further horizon that fits into it: few independent origins know little of the tails
SHRINK = 800.0  # a bucket of this many errors counts as much as all errors together
_PARTS = (0.2, 0.4, 0.6, 0.8)  # of the levels of forecasts, where a bucket of the level ends
LEVELS_OF = len(_PARTS)
FEWEST, FEWEST_A_BUCKET = 30, 20  # errors, below which they say nothing
UNTESTED_WIDTH = 1.3  # how much wider than normal errors are without a backtest
_NORMAL = np.array([-2.58, -1.96, -1.28, -0.97, -0.67, 0, 0.67, 0.97, 1.28, 1.96, 2.58], dtype=np.float32)


_MIDDLE = np.arange(len(AS_ARRAY)) == MEDIAN


def _tails(rounds: float) -> Floats:
    """How much further out each quantile lies than the backtest's: Student's t against the normal distribution."""
    normal = norm.ppf(AS_ARRAY)
    wide = t.ppf(AS_ARRAY, FREEDOM + FREEDOM_A_ROUND * rounds)
    return np.where(_MIDDLE, 1.0, wide / np.where(_MIDDLE, 1.0, normal)).astype(np.float32)


@dataclass
class ConformalTable:
    """Quantiles of relative errors by kind of product, horizon bucket and level of the forecast."""

    edges: Floats  # (2, 4) of the forecast's level, of what is measured and of what is sold by the piece
    quantiles: Floats  # (2, horizon buckets, levels of the forecast, 11)
    longest: int  # the longest horizon that the backtest saw
    periods: int  # how many it rolled through

    def of(self, steps: Ints, level: Floats, whole: Mask) -> Floats:
        """Quantiles (rows, 11) of relative errors; horizons never seen are stretched. `whole`: sold by the piece."""
        place = np.where(whole, *(np.searchsorted(edges, level) for edges in self.edges[::-1]))
        own = self.quantiles[whole.astype(np.int64), np.minimum(bucket(steps), self.quantiles.shape[1] - 1), place]
        stretch = WIDEN * np.maximum(steps / max(self.longest, 1), 1.0) ** 0.25
        found: Floats = (own * _tails(self.periods / max(self.longest, 1)) * stretch[:, None]).astype(np.float32)
        return found


def table(e: Floats, origins: Ints, steps: Ints, level: Floats, whole: Mask) -> ConformalTable:
    """Quantiles of relative errors with mirrored common shocks. `level`: of the forecast, in units that tell shapes
    apart; `whole`: rows of what is sold by the piece, whose errors have other shapes."""
    if len(e) < FEWEST:
        usual = np.broadcast_to(UNTESTED_WIDTH * _NORMAL, (2, 1, LEVELS_OF + 1, len(AS_ARRAY)))
        return ConformalTable(np.zeros((2, LEVELS_OF), dtype=np.float32), usual, 1, 1)
    periods = span(origins)
    shock = shocks(e, origins, steps)
    pushed = push(steps, periods) * shock
    pool = np.concatenate([e - shock + pushed, e - shock - pushed])
    where, kind = np.tile(bucket(steps), 2), np.tile(whole, 2)
    edges = np.zeros((2, LEVELS_OF), dtype=np.float32)
    found = np.empty((2, int(where.max()) + 1, LEVELS_OF + 1, len(AS_ARRAY)), dtype=np.float32)
    overall = _empirical(pool)
    for number in range(2):
        inside = kind == bool(number)
        if inside.any():
            edges[number] = np.quantile(level[whole == bool(number)], _PARTS)
        place = np.tile(np.searchsorted(edges[number], level), 2)
        of_kind = _shrunk(pool[inside], overall)
        for k in range(LEVELS_OF + 1):
            of_level = _shrunk(pool[inside & (place == k)], of_kind)
            for b in range(found.shape[1]):
                found[number, b, k] = _shrunk(pool[inside & (place == k) & (where == b)], of_level)
    return ConformalTable(edges, found, int(steps.max()), periods)


def _shrunk(pool: Floats, to: Floats) -> Floats:
    if len(pool) < FEWEST_A_BUCKET:
        return to
    share = len(pool) / 2 / (len(pool) / 2 + SHRINK)
    found: Floats = share * _empirical(pool) + (1 - share) * to
    return found


def _empirical(pool: Floats) -> Floats:
    found: Floats = np.quantile(pool, AS_ARRAY, method="hazen").astype(np.float32)
    return found


def conformal(f: Floats, wide: Floats, up: Floats, down: Floats, relative: Floats) -> Floats:
    """Quantiles (rows, 11) in units of y of forecasts f and their relative errors, never negative."""
    size = np.where(relative > 0, up[:, None], down[:, None])
    found: Floats = np.maximum(f[:, None] + wide[:, None] * size * relative, 0)
    return found
