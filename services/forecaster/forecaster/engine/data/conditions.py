"""What conditions with a reach (issued.py) make of sales: taken out before anything is learned, put back as far as they
are told, and beyond that in doubt.

Sales are taken to be multiplied by exp(slope x how far off a condition is from what is usual then), so that the season
stays with what learns seasons. Guarantees: a forecast's periods of which nothing was said are as in a usual year, with
a band that is wider by all that the condition varies; those of which something was said by what such words are off, and
both by the doubt of the slope. Without evidence beyond chance nothing changes.

Slopes are measured as changes against the periods around, for all series, then groups, then single ones, each shrunk
to the level before by how much the level's slopes differ beyond chance (empirical Bayes with a normal prior). What all
series of a level share in a period counts once: the variance of a slope is clustered by periods (Liang and Zeger 1986).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.data.around import AROUND, FEWEST, LEAST_AROUND, STEADIEST
from forecaster.engine.data.issued import Condition
from forecaster.engine.data.levels import clustered, shrunk
from forecaster.engine.data.panel import Panel, Uplift
from forecaster.engine.data.uplift import CHANCE, HIGHEST, MOST_DOUBT
from forecaster.engine.jit import compiled

ROUNDS = 4  # of Gauss and Newton, for slopes of one condition
PASSES = 2  # over the conditions, for what two of them share
SMALLEST = 0.01  # the change of sales, at a usual deviation of the condition, below which nothing is done
FAR_OFF = 4.0  # deviations beyond which a period's sales are odd for another reason, and count as so many


@dataclass
class _Fit:
    """A condition's slopes (N,), 0 without evidence, and their variance."""

    slope: Doubles
    variance: Doubles
    strength: float  # of the first level, in standard errors


def apply(panel: Panel, conditions: Sequence[Condition]) -> None:
    """Take what conditions do out of a panel's sales, into its exposure and doubt, and note it as uplifts."""
    fits: dict[str, _Fit] = {}
    by_name = {one.name: one for one in conditions}
    none = np.zeros(len(panel.ids))
    strengths = {name: _fit(panel, one, panel.y).strength for name, one in by_name.items()}
    order = sorted(by_name, key=lambda name: (-strengths[name], name))
    for _ in range(PASSES):
        for name in order:
            others = {key: fit for key, fit in fits.items() if key != name and fit.slope.any()}
            y = panel.y
            for key, fit in others.items():
                y = _without(y, by_name[key], fit.slope)
            fits[name] = _fit(panel, by_name[name], y)
            if np.abs(fits[name].slope).max(initial=0) * by_name[name].deviation < SMALLEST:
                fits[name] = _Fit(none, none, 0.0)
        if len([fit for fit in fits.values() if fit.slope.any()]) < 2:
            break
    for name in order:
        if fits[name].slope.any():
            _use(panel, by_name[name], fits[name])


def factor(away: Floats | Doubles, slope: Floats | Doubles) -> Floats:
    """What usual sales are multiplied by so far off what is usual."""
    bound = np.log(HIGHEST)
    found: Floats = np.exp(np.clip(away * slope, -bound, bound)).astype(np.float32)
    return found


def _by_series(values: Floats, one: Condition) -> Floats:
    """Of places (P, …) to series (N, …); those without a place have none."""
    found: Floats = np.where((one.place >= 0)[:, None], values[np.maximum(one.place, 0)], np.nan).astype(np.float32)
    return found


def _without(y: Floats, one: Condition, slope: Doubles) -> Floats:
    found: Floats = (y / np.nan_to_num(factor(_by_series(one.past, one), slope[:, None]), nan=1.0)).astype(np.float32)
    return found


def _use(panel: Panel, one: Condition, fit: _Fit) -> None:
    panel.y = _without(panel.y, one, fit.slope)
    low, high = np.nanmin(one.past), np.nanmax(one.past)
    away = np.nan_to_num(_by_series(np.clip(one.ahead, low, high), one))  # beyond what was seen nothing is known
    varies = np.nan_to_num(_by_series(one.variance, one))
    square = fit.slope[:, None] ** 2 * varies
    # The mean over what may come, which is above what the middle of it makes.
    ahead = factor(away * fit.slope[:, None] + square / 2, np.ones((len(panel.ids), 1)))
    doubt = np.minimum(square + fit.variance[:, None] * away**2, MOST_DOUBT).astype(np.float32)
    panel.exposure = ahead if panel.exposure is None else panel.exposure * ahead
    panel.doubt = doubt if panel.doubt is None else panel.doubt + doubt
    panel.uplifts.append(
        Uplift(one.name, ahead, fit.slope.astype(np.float32)[None, :], fit.variance.astype(np.float32),
               deviation=one.deviation, normal=_by_series(one.usual, one), reach=_reach(one))
    )  # fmt: skip


def _reach(one: Condition) -> Ints:
    """(N,): up to which step something was said of a series' place without a gap."""
    steps = np.cumprod(one.told, axis=1).sum(axis=1)
    return np.where(one.place >= 0, steps[np.maximum(one.place, 0)], 0).astype(np.int64)


def _fit(panel: Panel, one: Condition, y: Floats) -> _Fit:
    n = len(y)
    groups = [group.codes.astype(np.int64) for group in panel.groups if len(group.categories) <= n / 2]
    past = np.ascontiguousarray(_by_series(one.past, one))
    found = _Fit(np.zeros(n), np.zeros(n), 0.0)
    for _ in range(ROUNDS):
        rest = (y / np.nan_to_num(factor(past, found.slope[:, None]), nan=1.0)).astype(np.float32)
        dose, usual = np.full(y.shape, np.nan, dtype=np.float32), np.full(y.shape, np.nan, dtype=np.float32)
        noise = np.full(n, np.inf)
        _around(rest, past, panel.frequency.short_season or 1, dose, usual, noise)
        before = found.slope
        found = _levels(_Score(rest, dose, usual, noise, before), groups)
        if not found.slope.any() or np.abs(found.slope - before).max() < 1e-4 * np.abs(found.slope).max():
            break
    return found


@dataclass(frozen=True)
class _Score:
    """What a condition leaves in sales beyond slopes that are supposed (N,)."""

    y: Floats
    dose: Floats
    usual: Floats
    noise: Doubles
    supposed: Doubles

    def sums(self, codes: Ints, fitted: Doubles) -> tuple[Doubles, Doubles]:
        """By group and period (2, G, T): what is beyond the slopes `fitted`, and the exposure to the condition."""
        out = np.zeros((2, int(codes.max()) + 1, self.y.shape[1]))
        beyond = self.supposed - fitted
        _by_period(self.y, self.dose, self.usual, self.noise, beyond, codes, out)
        return out[0], out[1]

    def own(self, fitted: Doubles) -> tuple[Doubles, Doubles]:
        """The same by series (N,)."""
        out = np.zeros((2, len(self.y)))
        _by_row(self.y, self.dose, self.usual, self.noise, self.supposed - fitted, out)
        return out[0], out[1]


def _levels(score: _Score, groups: list[Ints]) -> _Fit:
    """Slopes level by level, each beyond those before."""
    n = len(score.y)
    fitted, variance = np.zeros(n), np.zeros(n)
    beyond, exposed = score.sums(np.zeros(n, dtype=np.int64), fitted)
    slope, doubt = clustered(beyond, exposed)
    strength = float(np.abs(slope[0]) / np.sqrt(doubt[0])) if doubt[0] > 0 else 0.0
    if strength >= norm.isf(CHANCE):
        fitted, variance = fitted + slope[0], variance + doubt[0]
    for codes in groups:
        own, doubt = clustered(*score.sums(codes, fitted))
        part, left = shrunk(own, doubt)
        fitted, variance = fitted + part[codes], variance + left[codes]
    total, weight = score.own(fitted)
    with np.errstate(divide="ignore", invalid="ignore"):
        part, left = shrunk(np.where(weight > 0, total / weight, 0.0), np.where(weight > 0, 1 / weight, np.inf))
    return _Fit(fitted + part, variance + left, strength)


@compiled
def _around(y: Floats, past: Floats, season: int, dose: Floats, usual: Floats, noise: Doubles) -> None:
    """Write the mean of the periods around each to `usual`, how much more of the condition it has than they to `dose`,
    and each series' noise: the variance of a period by its usual sales."""
    size = y.shape[1]
    for i in range(len(y)):
        square, total, count = 0.0, 0.0, 0
        for t in range(size):
            if y[i, t] != y[i, t] or past[i, t] != past[i, t]:
                continue
            sold, away, known = 0.0, 0.0, 0
            for step in range(-AROUND, AROUND + 1):
                at = t + step * season
                if step != 0 and 0 <= at < size and y[i, at] == y[i, at] and past[i, at] == past[i, at]:
                    sold += y[i, at]
                    away += past[i, at]
                    known += 1
            if known >= LEAST_AROUND:
                usual[i, t] = sold / known
                dose[i, t] = past[i, t] - away / known
                square += (y[i, t] - usual[i, t]) ** 2
                total += usual[i, t]
                count += 1
        if count >= FEWEST and total > 0:
            noise[i] = max(square / total, STEADIEST * STEADIEST * total / count)


@compiled
def _told(y: float, dose: float, usual: float, noise: float, beyond: float) -> tuple[float, float]:
    """What a period says is beyond the slopes, and its exposure."""
    far = FAR_OFF * np.sqrt(noise * usual)
    over = min(max(y - usual, -far), far)
    exposed = dose * dose * usual / noise
    return dose * over / noise + beyond * exposed, exposed


@compiled
def _by_period(
    y: Floats, dose: Floats, usual: Floats, noise: Doubles, beyond: Doubles, codes: Ints, out: Doubles
) -> None:
    for i in range(len(y)):
        for t in range(y.shape[1]):
            if usual[i, t] > 0 and noise[i] < np.inf:
                said, exposed = _told(y[i, t], dose[i, t], usual[i, t], noise[i], beyond[i])
                out[0, codes[i], t] += said
                out[1, codes[i], t] += exposed


@compiled
def _by_row(y: Floats, dose: Floats, usual: Floats, noise: Doubles, beyond: Doubles, out: Doubles) -> None:
    for i in range(len(y)):
        for t in range(y.shape[1]):
            if usual[i, t] > 0 and noise[i] < np.inf:
                said, exposed = _told(y[i, t], dose[i, t], usual[i, t], noise[i], beyond[i])
                out[0, i] += said
                out[1, i] += exposed
