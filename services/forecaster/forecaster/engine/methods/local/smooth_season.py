"""A level times a smooth yearly season: few numbers tell a season that swells and fades, where a phase by itself has
only as many values as there are years.

The season is the exponential of three harmonics of the year, fitted to the sales around a level of a year's width
by Poisson regression with the dispersion that the residuals show; each harmonic is kept as far as there is evidence of
it. The level is what was sold against what the season would have sold, older periods counting ever less: a period in
which the season expects next to nothing says next to nothing of it.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.jit import compiled
from forecaster.engine.methods.base import LocalMethod
from forecaster.engine.methods.histories import Histories

HARMONICS = 3
YEARS = 1.5  # of history, below which a season cannot be told from a trend
_SHARES = np.array([0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5])  # of the newest period in the level, tried in this order
_MOST = 6.0  # of a season in logs, either way
_ROUNDS, _STEPS = 3, 3  # of level and season in turn; of Newton's method in each
_LEAST = 0.02  # that counts as expected in a period, of the mean: a sale where none is expected is not all there is
_DEVIATION = 2.0  # of a first harmonic's parts before any evidence, in logs; of the k-th a k-th


class SmoothSeason(LocalMethod):
    """Harmonics of the year times a level that is told by them."""

    name = "smooth season"
    reference = (
        "Poisson regression on harmonics (McCullagh and Nelder 1989), shrunk (James and Stein 1961); the level of"
        " Harvey and Fernandes 1989, Time series models for count or qualitative observations"
    )
    applies = "one and a half years of history without a shorter season; before that it is exponential smoothing"
    rank = 13
    uses = ("level", "season")
    cost = 60.0

    def forecast(self, histories: Histories) -> Floats:
        """See LocalMethod."""
        out = histories.empty()
        year = histories.year_length
        if not year or histories.season_length != year:
            out[:] = np.nan
            return out
        _forecast(histories.values, histories.lengths, histories.smoothed.level, _basis(year), out)
        return out


def _basis(year: int) -> Doubles:
    """(year, 1 + 2 x HARMONICS): a constant, and cosine and sine of each harmonic by phase."""
    turn = 2 * np.pi * np.arange(year) / year
    waves = [wave(k * turn) for k in range(1, HARMONICS + 1) for wave in (np.cos, np.sin)]
    return np.stack([np.ones(year), *waves], axis=1)


@compiled
def _forecast(values: Doubles, lengths: Ints, levels: Doubles, basis: Doubles, out: Floats) -> None:
    year = len(basis)
    for r in range(len(lengths)):
        n = lengths[r]
        if n < YEARS * year:
            out[r] = levels[r]
            continue
        mean = values[r, :n].mean()
        if mean <= 0:
            out[r] = 0.0
            continue
        x = values[r, :n] / mean
        index = _season(x, basis)
        level = _level(x, index) * mean
        for h in range(out.shape[1]):
            out[r, h] = level * index[h % year]


@compiled
def _season(x: Doubles, basis: Doubles) -> Doubles:
    """Indices by phase (year,), counted from the period after the last, of mean 1. x (n,) has a mean of 1 as well."""
    n, year, parts = len(x), len(basis), basis.shape[1]
    rows = np.empty((n, parts))
    for k in range(n):
        rows[k] = basis[(k - n) % year]
    effects, season, dispersion = np.zeros(parts), np.ones(n), 1.0
    information = np.eye(parts)
    for _ in range(_ROUNDS):
        level = _around(x, season, year)
        effects[0] = 0.0
        for _ in range(_STEPS):
            information = _improve(x, level, rows, dispersion, effects)
        season = np.exp(_bounded(rows @ effects))
        expected = level * season
        freedom = max(n - parts - n / year, 1.0)  # the level has one a year
        dispersion = max(((x - expected) ** 2 / np.maximum(expected, _LEAST)).sum() / freedom, 1e-6)
    effects[0] = 0.0
    _shrink(effects, information, dispersion)
    index: Doubles = np.exp(_bounded(basis @ effects))
    index /= index.mean()
    return index


@compiled
def _bounded(logs: Doubles) -> Doubles:
    found: Doubles = np.minimum(np.maximum(logs, -_MOST), _MOST)
    return found


@compiled
def _around(x: Doubles, season: Doubles, year: int) -> Doubles:
    """The level around each period: what a whole year sold against what the season would have sold in it."""
    n = len(x)
    level = np.empty(n)
    for t in range(n):
        begin = min(max(t - year // 2, 0), n - year)
        level[t] = max(x[begin : begin + year].sum() / max(season[begin : begin + year].sum(), 1e-9), 1e-9)
    return level


@compiled
def _improve(x: Doubles, level: Doubles, rows: Doubles, dispersion: float, effects: Doubles) -> Doubles:
    """A step of Newton's method on the effects, in place; the information of the data alone (parts, parts)."""
    expected = level * np.exp(_bounded(rows @ effects))
    information = rows.T @ (expected.reshape(-1, 1) * rows)
    priced = information.copy()
    slope = rows.T @ (x - expected)
    priced[0, 0] += 1e-9
    for part in range(1, len(effects)):
        price = dispersion * ((part + 1) // 2 / _DEVIATION) ** 2
        priced[part, part] += price
        slope[part] -= price * effects[part]
    effects += np.minimum(np.maximum(np.linalg.solve(priced, slope), -2.0), 2.0)
    return information


@compiled
def _shrink(effects: Doubles, information: Doubles, dispersion: float) -> None:
    """Each harmonic as far as it is more than chance, in place."""
    for part in range(1, len(effects), 2):
        a, b = effects[part], effects[part + 1]
        square = a * a * information[part, part] + b * b * information[part + 1, part + 1]
        evidence = (square + 2 * a * b * information[part, part + 1]) / (2 * dispersion)
        kept = max(0.0, 1 - 2 / max(evidence, 1e-9))
        effects[part] *= kept
        effects[part + 1] *= kept


@compiled
def _level(x: Doubles, index: Doubles) -> float:
    """The level at the end of sales (n,) of mean 1, with the share of the newest that told each next period best."""
    n, year = len(x), len(index)
    start = float(x[:year].sum()) / year
    best, found = np.inf, start
    for share in _SHARES:
        weight = 0.5 / share
        sold, error = start * weight, 0.0
        for t in range(n):
            season = index[(t - n) % year]
            expected = sold / weight * season
            if t >= year // 2:
                error += (x[t] - expected) ** 2 / (expected + _LEAST)
            sold = (1 - share) * sold + x[t]
            weight = (1 - share) * weight + season
        if error < best:
            best, found = error, sold / weight
    return found
