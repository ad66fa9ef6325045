"""Uplift: what an occasion makes of a usual period's sales. It is taken out before anything is learned, and put back
where the occasion comes again.

Guarantee: whatever looks back (a year, a week, a level) sees what would have sold without the occasion, so neither last
year's Easter nor last year's promotion is expected on their old dates; and every method's forecast has it where it is
due. Without evidence beyond chance nothing changes. What the factor leaves unsaid is the pooled model's to learn.

An uplift is measured against the periods around it, for all series together, then for groups, then for single ones. It
counts when it lies beyond chance (a series' own noise, and the shocks that the series of a group share) and explains
most of what is odd about the occasion's periods. A series' own uplift is shrunk to its group's by its evidence.

Source: moving holidays estimated before seasonal adjustment (Findley et al. 1998, X-12-ARIMA); empirical Bayes with the
variance between series of DerSimonian and Laird 1986.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data import occasions
from forecaster.engine.data.occasions import Occasion
from forecaster.engine.data.panel import Panel, Uplift
from forecaster.engine.jit import compiled

AROUND, LEAST_AROUND = 4, 3  # seasons (weeks for days) on each side whose mean is usual; periods that it needs
FEWEST = 8  # usual periods, from which a series' noise can be told
STEADIEST = 0.05  # the noise that a series has at least, of its level
CHANCE = 3e-5  # that a level finds an uplift where there is none, in any of its groups (Bonferroni)
ENOUGH = 5.0  # usual sales of an occasion's periods, in units of noise: with fewer a single sale is beyond chance
SMALLEST = 0.15  # the change below which nothing is done
TWICE = 2  # times that a feast must have been seen, each with half of the uplift at least
EXPLAINED = 0.5  # of what is odd about an occasion's periods, by its uplift
SHUT, HIGHEST = 0.1, 20.0  # a factor below which nothing is learned from a period, and the highest
DIFFERS = 0.05  # how an occasion's change is taken to differ from time to time, as if it had been seen once more
MOST_DOUBT = 0.25  # the variance of a factor's logarithm, at most: by half or double


@dataclass(frozen=True)
class _Measured:
    """An occasion beside a panel's sales: what is usual in each period, and each series' noise in units of it."""

    y: Floats  # (N, T)
    dose: Floats  # (N, T + H)
    columns: Ints  # those in which there is any of it
    beside: Mask  # (N, T)
    usual: Floats  # (N, T)
    noise: Doubles  # (N,) variance of a period by its usual sales; infinite where it cannot be told
    whole: Mask  # (N,) sold by the piece
    feast: bool

    @classmethod
    def of(cls, panel: Panel, one: Occasion) -> _Measured:
        """Of a panel as it is."""
        n, size = panel.y.shape
        dose = np.ascontiguousarray(np.broadcast_to(one.dose, (n, one.dose.shape[1])))
        beside = np.ascontiguousarray(np.broadcast_to(one.beside, (n, size)))
        usual, noise = np.full((n, size), np.nan, dtype=np.float32), np.full(n, np.inf)
        _around(panel.y, beside, panel.frequency.short_season or 1, usual, noise)
        return cls(panel.y, dose, one.columns, beside, usual, noise, panel.whole, one.feast)

    def of_another(self, one: Occasion) -> _Measured:
        """Another occasion of the same column, which leaves usual periods as they are."""
        dose = np.ascontiguousarray(np.broadcast_to(one.dose, self.dose.shape))
        return replace(self, dose=dose, columns=one.columns)

    def expected(self, change: Doubles) -> Doubles:
        """How many times the usual square (N,) a period is off by chance after a change (N,): single sales come by
        chance, whose variance grows as they do; of what else varies the deviation does."""
        times, counted = np.maximum(1 + change, SHUT), np.where(self.whole, 1 / np.maximum(self.noise, 1), 0)
        found: Doubles = times * (counted + (1 - counted) * times)
        return found

    def sums(self, factor: Floats) -> Doubles:
        """By series (4, N): excess and exposure to the occasion in units of its noise, what is odd, and periods."""
        found = np.zeros((4, len(self.y)))
        columns = self.columns[self.columns < self.y.shape[1]]
        _sums(self.y, factor, self.dose, self.usual, self.noise, columns, found)
        return found


def apply(panel: Panel) -> None:
    """Take uplifts out of the panel's sales, into its exposure, and note them."""
    plans = list(occasions.planned(panel))
    plans.sort(key=lambda column: -_strength(_Measured.of(panel, column[0]), column))
    for column in [*plans, *occasions.feasts(panel)]:
        seen = _Measured.of(panel, column[0])
        for one in column:
            found = _factor(panel, seen.of_another(one))
            if found is not None:
                _use(panel, one, *found)


def multiple(dose: Floats, slope: Floats | Doubles) -> Floats:
    """What usual sales are multiplied by where there is so much of an occasion, by one level's slopes."""
    found: Floats = np.clip(1 + dose * slope, 0, HIGHEST).astype(np.float32)
    return found


def _use(panel: Panel, one: Occasion, factor: Floats, variance: Floats, slopes: Floats, doubt: Floats) -> None:
    past, ahead = factor[:, : panel.size], factor[:, panel.size :]
    panel.y = np.where(past >= SHUT, panel.y / np.maximum(past, SHUT), np.nan).astype(np.float32)
    panel.exposure = ahead if panel.exposure is None else panel.exposure * ahead
    panel.doubt = variance if panel.doubt is None else panel.doubt + variance
    panel.uplifts.append(Uplift(one.name, ahead, slopes, doubt, one.usual, one.largest))


def _strength(seen: _Measured, column: list[Occasion]) -> float:
    """How far beyond chance the strongest of a column's occasions is."""
    none, found = np.ones_like(seen.y), [0.0]
    for one in column:
        excess, exposed, _, _ = seen.of_another(one).sums(none).sum(axis=1)
        found.append(float(excess**2 / exposed) if exposed > 0 else 0.0)
    return max(found)


def _factor(panel: Panel, seen: _Measured) -> tuple[Floats, Floats, Floats, Floats] | None:
    """The factor (N, T + H), level by level, the variance (N, H) of its logarithm ahead, each level's slopes, and their
    variance (N,); None where there is no uplift. The last level that found one is the one whose estimate counts."""
    n, size = panel.y.shape
    factor, variance = np.ones_like(seen.dose), np.zeros((n, panel.horizon), dtype=np.float32)
    groups = [group.codes.astype(np.int64) for group in panel.groups if len(group.categories) <= n / 2]
    columns = seen.columns
    slopes, doubts = [], np.zeros(n, dtype=np.float32)
    tested = int(((columns < size) & (columns >= size - panel.frequency.backtest_origins)).sum())
    for codes in (np.zeros(n, dtype=np.int64), *groups, np.arange(n)):
        slope, doubt = _slopes(seen, factor, codes, tested)
        if slope.any():
            slopes.append(slope.astype(np.float32))
            doubts = np.where(slope != 0, doubt, doubts).astype(np.float32)
            change = multiple(seen.dose[:, columns], slope[:, None])
            factor[:, columns] *= change
            ahead = columns >= size
            known = slope != 0
            part = seen.dose[np.ix_(known, columns[ahead])] / np.maximum(change[np.ix_(known, ahead)], SHUT)
            changed = np.ix_(known, columns[ahead] - size)
            variance[changed] = np.minimum(doubt[known, None] * part**2, MOST_DOUBT)
    if not slopes:
        return None
    return (factor, variance, np.stack(slopes), doubts) if (factor[:, columns] != 1).any() else None


def _slopes(seen: _Measured, factor: Floats, codes: Ints, tested: int) -> tuple[Doubles, Doubles]:
    """The change (N,) that a whole occasion makes beyond `factor`, by the groups of a level, 0 without evidence; and
    its variance (N,), of the estimate and from one time to the next. `tested`: periods of it in the backtest."""
    excess, exposed, odd, periods = seen.sums(factor)
    count = int(codes.max()) + 1

    def total(values: Doubles) -> Doubles:
        found: Doubles = np.bincount(codes, weights=values, minlength=count).astype(np.float64)
        return found

    none = np.zeros(len(codes)), np.zeros(len(codes))
    beyond = norm.isf(CHANCE / count)
    with np.errstate(all="ignore"):
        whole, variance = np.nan_to_num(total(excess) / total(exposed)), 1 / total(exposed)
        counts = (np.abs(whole) / np.sqrt(variance) >= beyond) & (np.abs(whole) >= SMALLEST)
        counts &= total(exposed) >= ENOUGH
        if not counts.any():  # as nearly always; shocks, which cost more to tell, only make it less sure
            return none
        variance += _shock(seen, factor, codes, count)
        counts &= np.abs(whole) / np.sqrt(variance) >= beyond
    own, doubt = _shrunk(excess, exposed, whole, variance, codes)
    counts &= total(2 * own * excess - own**2 * exposed) >= EXPLAINED * np.maximum(total(odd - periods), 0)
    if seen.feast and counts.any():
        counts &= _each_time(seen, factor, codes, whole)
    if not counts.any():
        return none
    with np.errstate(all="ignore"):
        odd_times = total(odd - periods * seen.expected(own) - 2 * own * excess + own**2 * exposed)
        times = np.maximum(total(exposed * periods) / total(exposed), 1)
        each = np.nan_to_num(_between_times(np.maximum(odd_times / total(exposed), 0), times, tested))
    # Twice: ahead, and once because the backtest's errors are as much too small by what the estimate was drawn to them.
    return np.where(counts[codes], own, 0.0), doubt * (2 if tested else 1) + each[codes]


def _between_times(odd: Doubles, times: Doubles, tested: int) -> Doubles:
    """The variance that a change has ahead because it differs from one time to the next, and with it the mean of so
    many `times` that were seen; `odd`: what was seen of it. What a backtest saw its errors hold already."""
    few = (student.ppf(0.9, times) / norm.ppf(0.9)) ** 2  # a variance told by few times is itself in doubt
    found: Doubles = few * (odd + DIFFERS**2 / times) * (1 / (tested + 1) + 1 / times)
    return found


def _shrunk(
    excess: Doubles, exposed: Doubles, whole: Doubles, variance: Doubles, codes: Ints
) -> tuple[Doubles, Doubles]:
    """Each series' own change, shrunk to its group's; the group's, a little nearer to none, where it has none. And the
    variance of what was estimated, the group's included."""
    count = len(whole)
    known = exposed > 0
    own = np.where(known, excess / np.where(known, exposed, 1), 0.0)
    weight = exposed / np.maximum(1 + whole, SHUT)[codes]
    members = np.bincount(codes, weights=known, minlength=count)
    total, square = (np.bincount(codes, weights=weight**power, minlength=count) for power in (1, 2))
    with np.errstate(all="ignore"):
        spread = np.bincount(codes, weights=weight * (own - whole[codes]) ** 2, minlength=count) - (members - 1)
        between = np.nan_to_num(np.maximum(spread / (total - square / total), 0))[codes]
    found = (between * weight * own + whole[codes]) / (between * weight + 1)
    found = np.where(known, found, whole[codes] * (members / (members + 1))[codes])
    alone = (members[codes] == 1) & known
    part = 1 / (between * weight + 1)  # of the group's in a series' own, where it is known
    doubt = np.where(known, between * part + part**2 * variance[codes], between + variance[codes])
    with np.errstate(divide="ignore"):
        return np.where(alone, own, found), np.where(alone, 1 / weight, doubt)


def _shock(seen: _Measured, factor: Floats, codes: Ints, count: int) -> Doubles:
    """The variance (groups,) that shocks give a group's change: what its series share in usual periods."""
    if count == len(codes):
        return np.zeros(count)
    found = np.zeros((4, count, seen.y.shape[1]))
    _by_period(seen.y, factor, seen.dose, seen.beside, seen.usual, seen.noise, codes, found)
    excess, usual, exposed, squared = found
    with np.errstate(all="ignore"):
        common = np.nansum(excess**2 / usual - (usual > 0), axis=1) / usual.sum(axis=1)
        part: Doubles = np.maximum(common, 0) * (exposed**2).sum(axis=1) / squared.sum(axis=1) ** 2
    return np.nan_to_num(part)


def _each_time(seen: _Measured, factor: Floats, codes: Ints, whole: Doubles) -> Mask:
    """Which groups (groups,) had half of their change at least each time that the feast came, twice or more."""
    columns = seen.columns[seen.columns < seen.y.shape[1]]
    times, agree = np.zeros(len(whole)), np.ones(len(whole), dtype=bool)
    for column in columns.tolist():
        usual = seen.usual[:, column] / seen.noise
        change = seen.y[:, column] / np.maximum(factor[:, column], SHUT) / seen.noise - usual
        known = np.isfinite(change) & (usual > 0)
        top, bottom = (np.bincount(codes[known], weights=one[known], minlength=len(whole)) for one in (change, usual))
        there = bottom > 0
        times += there
        agree &= ~there | (top * np.sign(whole) >= 0.5 * np.abs(whole) * bottom)
    found: Mask = agree & (times >= TWICE)
    return found


@compiled
def _around(y: Floats, beside: Mask, season: int, usual: Floats, noise: Doubles) -> None:
    """Write the mean of the periods around each to `usual`, and each series' noise."""
    size = y.shape[1]
    for i in range(len(y)):
        square, total, count = 0.0, 0.0, 0
        for t in range(size):
            part, known = 0.0, 0
            for step in range(-AROUND, AROUND + 1):
                at = t + step * season
                if step != 0 and 0 <= at < size and beside[i, at] and y[i, at] == y[i, at]:
                    part += y[i, at]
                    known += 1
            if known >= LEAST_AROUND:
                usual[i, t] = part / known
                if beside[i, t] and y[i, t] == y[i, t]:
                    square += (y[i, t] - usual[i, t]) ** 2
                    total += usual[i, t]
                    count += 1
        if count >= FEWEST and total > 0:
            noise[i] = max(square / total, STEADIEST * STEADIEST * total / count)


@compiled
def _sums(y: Floats, factor: Floats, dose: Floats, usual: Floats, noise: Doubles, columns: Ints, out: Doubles) -> None:
    for i in range(len(y)):
        for t in columns:
            if dose[i, t] != 0 and usual[i, t] > 0 and y[i, t] == y[i, t] and factor[i, t] > 0 and noise[i] < np.inf:
                over = y[i, t] / factor[i, t] - usual[i, t]
                out[0, i] += dose[i, t] * over / noise[i]
                out[1, i] += dose[i, t] * dose[i, t] * usual[i, t] / noise[i]
                out[2, i] += over * over / (noise[i] * usual[i, t])
                out[3, i] += 1


@compiled
def _by_period(
    y: Floats, factor: Floats, dose: Floats, beside: Mask, usual: Floats, noise: Doubles, codes: Ints, out: Doubles
) -> None:
    for i in range(len(y)):
        for t in range(y.shape[1]):
            if usual[i, t] > 0 and y[i, t] == y[i, t] and noise[i] < np.inf:
                if beside[i, t]:
                    out[0, codes[i], t] += (y[i, t] - usual[i, t]) / noise[i]
                    out[1, codes[i], t] += usual[i, t] / noise[i]
                elif dose[i, t] != 0:
                    out[2, codes[i], t] += dose[i, t] * usual[i, t] / noise[i]
                    out[3, codes[i], t] += dose[i, t] * dose[i, t] * usual[i, t] / noise[i]
