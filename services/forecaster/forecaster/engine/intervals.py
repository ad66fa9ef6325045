"""Distributions from a rolled backtest: what the errors were, made relative to what they were expected to be.

z = (y - f) / spread. Small boosted models learn the size of |z| from horizon, level, intermittency and regressors,
upwards and downwards apart; the common shock of an origin is a draw with mean zero, so it enters mirrored; quantiles
are taken by bucket and shrunk to those of all. Source: conformal prediction with learned scale (Lei et al. 2018).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, t

from forecaster.engine import trees
from forecaster.engine.features import Built
from forecaster.engine.types import QUANTILES, Floats

Ints = NDArray[np.int64]
LEVELS = np.array(QUANTILES)
BESIDE = ("exponential smoothing", "moving average", "seasonal naive", "last year with half its growth")
DOUBT = np.array([0.15, 0.0, 0.0, 0.2], dtype=np.float32)  # how much the distance to each of them widens
MEDIAN = QUANTILES.index(0.5)
WIDEN = 1.06  # the future strays further from the backtest than its own origins do from each other: measured
UNTESTED = 0.25  # how much bands are stretched by learned quantiles that no backtest judged, a share of 1
MOST_STRETCH = 1.0  # and by those that it judged, at most
MORE_OFTEN = 1.25  # so much more often than the conformal bands alone may those with learned quantiles be left: learned
# quantiles are too narrow, the more so the more of the error is common to all series
FREEDOM = 6.0  # degrees of freedom of the tails when the backtest is no longer than the horizon, and two more for
FREEDOM_A_ROUND = 2.0  # each further horizon that fits into it: few independent origins know little of the tails
SHRINK = 800.0  # a bucket of this many errors counts as much as all errors together
STEPS = (1, 2, 4, 8, 13, 26, 52)  # horizon buckets end here
_PARAMS = {
    "objective": "regression", "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True,
    "num_leaves": 15, "min_data_in_leaf": 60, "learning_rate": 0.08, "feature_fraction": 0.8, "max_bin": 63, "seed": 1,
}  # fmt: skip
_ROUNDS = 60


def bucket(steps: NDArray[np.generic]) -> Ints:
    """The horizon bucket of steps ahead."""
    return np.searchsorted(np.array(STEPS), steps, side="left").astype(np.int64)


def spread(f: Floats, built: Built, deviation: int, beside: Floats) -> Floats:
    """The size of error that level, volatility and the way from plainer methods suggest, in units of y. `deviation` is
    a feature's column, `beside` (rows, methods) are the forecasts of BESIDE."""
    sd = np.nan_to_num(built.x[:, deviation], nan=1.0) * built.scale
    usual = np.maximum(0.5 * sd + 0.15 * f, 0.05 * f + 0.02 * built.scale)
    found: Floats = (usual + np.abs(f[:, None] - beside) @ DOUBT).astype(np.float32)
    return found


def drivers(f: Floats, built: Built, chosen: Ints, wide: Floats, beside: Floats) -> Floats:
    """What the scale models see: chosen features, the forecast against the series' size, and how far plainer methods
    stand from it: where methods disagree, all of them err more."""
    relative = (f / built.scale)[:, None].astype(np.float32)
    away = (f[:, None] - beside) / wide[:, None]
    return np.concatenate(
        [built.x[:, chosen], relative, np.log(f + 1e-3)[:, None], away], axis=1, dtype=np.float32
    )  # fmt: skip


@dataclass
class Scale:
    """Predicts how large an error is, for up and down; boosters by block of origins: (all, up, down)."""

    boosters: list[tuple[lgb.Booster, lgb.Booster, lgb.Booster]]
    _forests: list[list[trees.Forest | None]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._forests = [[trees.forest(booster) for booster in models] for models in self.boosters]

    def sizes(self, x: Floats, block: int | None = None) -> tuple[Floats, Floats]:
        """Expected size of an error upwards and downwards; by one block's models, or by the mean of all."""
        if not self.boosters:
            return np.ones(len(x), dtype=np.float32), np.ones(len(x), dtype=np.float32)
        used = range(len(self.boosters)) if block is None else [block]
        logs = np.mean([
            [trees.predict(*pair, x) for pair in zip(self.boosters[number], self._forests[number], strict=True)]
            for number in used
        ], axis=0)  # fmt: skip
        return (
            np.exp((logs[0] + logs[1]) / 2).astype(np.float32), np.exp((logs[0] + logs[2]) / 2).astype(np.float32)
        )  # fmt: skip


def fit_scale(x: Floats, z: Floats, origins: Ints) -> tuple[Scale, Floats, Floats]:
    """Scale models of two blocks of origins, and the sizes of errors up and down that the other block expects."""
    middle = np.median(origins)
    late = origins > middle
    up, down = np.ones_like(z), np.ones_like(z)
    if len(z) < 400 or late.sum() < 150 or (~late).sum() < 150:
        return Scale([]), up, down
    target = np.log(np.abs(z) + 0.05)
    scale = Scale([_three(x[~late], target[~late], z[~late]), _three(x[late], target[late], z[late])])
    for block, part in ((0, late), (1, ~late)):
        up[part], down[part] = scale.sizes(x[part], block)
    return scale, up, down


def _three(x: Floats, target: Floats, z: Floats) -> tuple[lgb.Booster, lgb.Booster, lgb.Booster]:
    found = []
    for part in (np.ones(len(z), dtype=bool), z > 0, z <= 0):
        chosen = part if part.sum() >= 50 else np.ones(len(z), dtype=bool)
        data = lgb.Dataset(x[chosen], target[chosen], params=_PARAMS)
        found.append(lgb.train(_PARAMS, data, _ROUNDS))
    return found[0], found[1], found[2]


def shocks(e: Floats, origins: Ints, steps: Ints) -> Floats:
    """The common error of each row's origin and horizon bucket, shrunk for sampling noise."""
    keys, place = np.unique(origins * 64 + bucket(steps), return_inverse=True)
    capped = np.clip(e, *np.quantile(e, (0.01, 0.99))) if len(e) else e
    count = np.bincount(place, minlength=len(keys))
    mean = np.bincount(place, weights=capped, minlength=len(keys)) / np.maximum(count, 1)
    noise = capped.var() / np.maximum(count / 3.0, 1.0)  # a series' errors of one bucket are not independent
    signal = np.maximum(mean**2 - noise, 0) / np.maximum(mean**2, 1e-12)
    found: Floats = (mean * signal)[place].astype(np.float32)
    return found


def pushed(e: Floats, origins: Ints, steps: Ints) -> Floats:
    """Errors with their common shocks as large as a new origin's may be."""
    shock = shocks(e, origins, steps)
    return (e + (_push(steps, span(origins)) - 1) * shock).astype(np.float32)


def span(origins: Ints) -> int:
    """How many periods a backtest was rolled through; of many not every one is an origin, but all are seen."""
    return int(origins.max()) - int(origins.min()) + 1


def _push(steps: Ints, periods: int) -> Floats:
    return (1.25 * np.sqrt(1 + steps / max(periods, 1))).astype(np.float32)


def _tails(rounds: float) -> Floats:
    """How much further out each quantile lies than the backtest's: Student's t against the normal distribution."""
    normal = norm.ppf(LEVELS)
    wide = t.ppf(LEVELS, FREEDOM + FREEDOM_A_ROUND * rounds)
    return np.where(LEVELS == 0.5, 1.0, wide / np.where(LEVELS == 0.5, 1.0, normal)).astype(np.float32)


@dataclass
class Table:
    """Quantiles of relative errors by cell (horizon bucket x level of the forecast) and the share of each cell."""

    edges: Floats  # of the forecast's level
    cells: Floats  # (horizon buckets, levels, 11)
    longest: int  # the longest horizon that the backtest saw
    periods: int  # how many it rolled through

    def of(self, steps: Ints, level: Floats) -> Floats:
        """Quantiles (rows, 11) of relative errors; horizons never seen are stretched."""
        cell = self.cells[np.minimum(bucket(steps), len(self.cells) - 1), np.searchsorted(self.edges, level)]
        stretch = WIDEN * np.maximum(steps / max(self.longest, 1), 1.0) ** 0.25
        found: Floats = (cell * _tails(self.periods / max(self.longest, 1)) * stretch[:, None]).astype(np.float32)
        return found


def table(e: Floats, origins: Ints, steps: Ints, level: Floats) -> Table:
    """Quantiles of relative errors with mirrored common shocks. `level`: of the forecast, in units that tell shapes
    apart."""
    if len(e) < 30:
        normal = np.array([-2.58, -1.96, -1.28, -0.97, -0.67, 0, 0.67, 0.97, 1.28, 1.96, 2.58], dtype=np.float32)
        return Table(np.zeros(0, dtype=np.float32), (1.3 * normal)[None, None, :], 1, 1)
    periods = span(origins)
    shock = shocks(e, origins, steps)
    push = _push(steps, periods) * shock
    pool = np.concatenate([e - shock + push, e - shock - push])
    where = np.tile(bucket(steps), 2)
    edges = np.unique(np.quantile(level, (0.2, 0.4, 0.6, 0.8))).astype(np.float32)
    kind = np.tile(np.searchsorted(edges, level), 2)
    overall = _empirical(pool)
    by_level = [_shrunk(pool[kind == k], overall) for k in range(len(edges) + 1)]
    cells = np.empty((int(where.max()) + 1, len(edges) + 1, len(LEVELS)), dtype=np.float32)
    for b in range(len(cells)):
        for k in range(len(edges) + 1):
            part = (where == b) & (kind == k)
            cells[b, k] = _shrunk(pool[part], by_level[k])
    return Table(edges, cells, int(steps.max()), periods)


def _shrunk(pool: Floats, to: Floats) -> Floats:
    if len(pool) < 20:
        return to
    share = len(pool) / 2 / (len(pool) / 2 + SHRINK)
    found: Floats = share * _empirical(pool) + (1 - share) * to
    return found


def _empirical(pool: Floats) -> Floats:
    found: Floats = np.quantile(pool, LEVELS, method="hazen").astype(np.float32)
    return found


def conformal(f: Floats, wide: Floats, up: Floats, down: Floats, relative: Floats) -> Floats:
    """Quantiles (rows, 11) in units of y of forecasts f and their relative errors, never negative."""
    size = np.where(relative > 0, up[:, None], down[:, None])
    found: Floats = np.maximum(f[:, None] + wide[:, None] * size * relative, 0)
    return found


def quantiles(f: Floats, alone: Floats, learned: Floats, share: Floats, stretch: Floats) -> Floats:
    """Quantiles (rows, 11) in units of y: never negative, never crossing, not yet rounded. `alone` are the conformal
    ones, `learned` the quantile model's, which have a `share` (rows,) of them; `stretch` (11,) is how
    much further from the forecast they lie where the share is 1."""
    found: Floats = (1 - share)[:, None] * alone + share[:, None] * learned
    found.sort(axis=1)
    found = np.maximum(f[:, None] + (found - f[:, None]) * (1 + share[:, None] * stretch), 0)
    found.sort(axis=1)
    return found


def stretched(y: Floats, f: Floats, alone: Floats, learned: Floats, share: Floats) -> Floats:
    """The least `stretch` (11,) with which a backtest's actual y lie outside each quantile at most MORE_OFTEN as often
    as outside the conformal one."""
    mixed = quantiles(f, alone, learned, share, np.zeros(len(LEVELS), dtype=np.float32))
    found = np.zeros(len(LEVELS), dtype=np.float32)
    for level in [number for number in range(len(LEVELS)) if number != MEDIAN]:
        sign = 1 if level > MEDIAN else -1
        allowed = MORE_OFTEN * float((sign * (y - alone[:, level]) > 0).mean())
        low, high = 0.0, MOST_STRETCH
        for _ in range(12):
            middle = (low + high) / 2
            bound = np.maximum(f + (mixed[:, level] - f) * (1 + share * np.float32(middle)), 0)
            often = float((sign * (y - bound) > 0).mean())
            low, high = (middle, high) if often > allowed else (low, middle)
        found[level] = high if low > 0 else 0.0
    return found
