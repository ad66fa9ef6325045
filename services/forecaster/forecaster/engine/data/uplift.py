"""Uplift: what an occasion makes of a usual period's sales. It is taken out before anything is learned, and put back
where the occasion comes again.

Guarantee: whatever looks back (a year, a week, a level) sees what would have sold without the occasion, so neither last
year's Easter nor last year's promotion is expected on their old dates; and every method's forecast has it where it is
due. Without evidence beyond chance nothing changes. What the factor leaves unsaid is the pooled model's to learn.

An uplift is measured against the periods around it, for all series together, then for groups, then for single ones. It
counts when it lies beyond chance (a series' own noise, and the shocks that the series of a group share) and explains
most of what is odd about the occasion's periods; chance that it multiplies is not odd. A series' own uplift is shrunk
to its group's by its evidence, and goes the other way only beyond doubt: where all sell more, a plan lowers a forecast
by no factor unless the series' own history says so. What a kind of it does otherwise, where kinds are told (kinds.py),
is measured after what all kinds do, and before groups.

Source: moving holidays estimated before seasonal adjustment (Findley et al. 1998, X-12-ARIMA); empirical Bayes with the
variance between series of DerSimonian and Laird 1986.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from scipy.stats import t as student

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data import kinds, occasions
from forecaster.engine.data.around import SHUT, MeasuredOccasion, by_period
from forecaster.engine.data.kinds import KindChanges
from forecaster.engine.data.occasions import Occasion
from forecaster.engine.data.panel import Panel, Uplift

CHANCE = 3e-5  # that a level finds an uplift where there is none, in any of its groups (Bonferroni)
ENOUGH = 5.0  # usual sales of an occasion's periods, in units of noise: with fewer a single sale is beyond chance
SMALLEST = 0.15  # the change below which nothing is done
TWICE = 2  # times that a feast must have been seen, each with half of the uplift at least
EXPLAINED = 0.5  # of what is odd about an occasion's periods, by its uplift
HIGHEST = 20.0  # factors at most
DIFFERS = 0.05  # how an occasion's change is taken to differ from time to time, as if it had been seen once more
AGAINST = 2.33  # deviations of its doubt (1 in 100) beyond which a series' change may go against its group's
MOST_DOUBT = 0.25  # the variance of a factor's logarithm, at most: by half or double


@dataclass(frozen=True)
class _ByKind:
    """What kinds make of an occasion's periods beyond what all kinds do: by cell the kind, and by kind its change."""

    names: list[str]
    codes: NDArray[np.int16]  # (N, T + H)
    changes: KindChanges
    factor: Floats  # (N, T + H)

    @classmethod
    def of(cls, panel: Panel, seen: MeasuredOccasion, factor: Floats, slope: Doubles) -> _ByKind | None:
        """Given what all kinds do, their `factor` and a whole's change (N,); None where there is nothing to tell apart,
        and no kind ahead that was never seen."""
        told = kinds.of(panel.kinds, seen.dose)
        if told is None:
            return None
        changes = kinds.measured(seen.cells(factor, told.codes), len(told.names))
        if not changes.differ and (changes.seen.all() or not slope.any()):
            return None
        # A kind that nobody has seen may be as unlike the others as kinds mostly are.
        unlike = kinds.UNLIKE * float(np.abs(slope).mean() / np.maximum(1 + slope.mean(), SHUT))
        variance = np.where(changes.seen, changes.variance, np.maximum(changes.variance, unlike**2))
        changes = replace(changes, variance=variance)
        return cls(told.names, told.codes, changes, multiple(seen.dose, changes.change[told.codes]))

    def doubt(self, dose: Floats, size: int) -> Floats:
        """(N, H) the variance of the factor's logarithm ahead."""
        part = dose[:, size:] / np.maximum(self.factor[:, size:], SHUT)
        found: Floats = np.minimum(self.changes.variance[self.codes[:, size:]] * part**2, MOST_DOUBT).astype(np.float32)
        return found

    def uplifts(self, one: Occasion, size: int) -> Iterator[Uplift]:
        """Each kind's, as it is kept."""
        n, ahead = len(self.codes), self.codes[:, size:]
        for place, name in enumerate(self.names):
            factor = np.where(ahead == place, self.factor[:, size:], np.float32(1))
            change, variance = (np.full(n, values[place], dtype=np.float32)
                                for values in (self.changes.change, self.changes.variance))  # fmt: skip
            yield Uplift(
                f"{one.name}: {name}",
                factor,
                change[None, :],
                variance,
                one.usual,
                one.largest,
                of=one.name,
                unseen=None if self.changes.seen[place] else (ahead == place) & (one.dose[:, size:] != 0),
            )


@dataclass(frozen=True)
class _UpliftFound:
    """The factor (N, T + H), the variance (N, H) of its logarithm ahead, each level's slopes (levels, N), and the
    variance (N,) of the last that counts; and what kinds of it do otherwise, where they are told apart."""

    factor: Floats
    variance: Floats
    slopes: Floats
    doubt: Floats
    by_kind: _ByKind | None = None


def apply(panel: Panel) -> None:
    """Take uplifts out of the panel's sales, into its exposure, and note them."""
    plans = list(occasions.planned(panel))
    plans.sort(key=lambda column: -_strength(panel, MeasuredOccasion.of(panel, column[0]), column))
    for column in [*plans, *occasions.feasts(panel)]:
        seen = MeasuredOccasion.of(panel, column[0])
        for one in column:
            own = seen.of_another(one)
            found = _factor(panel, own)
            if found is not None:
                _use(panel, one, own.dose, found)


def multiple(dose: Floats, slope: Floats | Doubles) -> Floats:
    """What usual sales are multiplied by where there is so much of an occasion, by one level's slopes."""
    found: Floats = np.clip(1 + dose * slope, 0, HIGHEST).astype(np.float32)
    return found


def _use(panel: Panel, one: Occasion, dose: Floats, found: _UpliftFound) -> None:
    size, factor, variance = panel.size, found.factor, found.variance
    if found.by_kind is not None:
        factor, variance = factor * found.by_kind.factor, variance + found.by_kind.doubt(dose, size)
    past, ahead = factor[:, :size], factor[:, size:]
    panel.y = np.where(past >= SHUT, panel.y / np.maximum(past, SHUT), np.nan).astype(np.float32)
    panel.exposure = ahead if panel.exposure is None else panel.exposure * ahead
    panel.doubt = variance if panel.doubt is None else panel.doubt + variance
    own = found.factor[:, size:]
    if len(found.slopes):
        panel.uplifts.append(Uplift(one.name, own, found.slopes, found.doubt, one.usual, one.largest))
    if found.by_kind is not None:
        panel.uplifts.extend(found.by_kind.uplifts(one, size))


def _strength(panel: Panel, seen: MeasuredOccasion, column: list[Occasion]) -> float:
    """How far beyond chance the strongest of a column's occasions is, each of its kinds by itself."""
    none, found = np.ones_like(seen.y), [0.0]
    for one in column:
        own = seen.of_another(one)
        if (told := kinds.of(panel.kinds, own.dose)) is not None:
            found.append(own.cells(none, told.codes).strength(len(told.names)))
            continue
        excess, exposed, _, _ = own.sums(none).sum(axis=1)
        found.append(float(excess**2 / exposed) if exposed > 0 else 0.0)
    return max(found)


def _factor(panel: Panel, seen: MeasuredOccasion) -> _UpliftFound | None:
    """Level by level; None where there is no uplift. The last level that found one is the one whose estimate counts."""
    n, size = panel.y.shape
    factor, variance = np.ones_like(seen.dose), np.zeros((n, panel.horizon), dtype=np.float32)
    groups = [group.codes.astype(np.int64) for group in panel.groups if len(group.categories) <= n / 2]
    columns = seen.columns
    slopes, doubts = [], np.zeros(n, dtype=np.float32)
    by_kind: _ByKind | None = None
    tested = int(((columns < size) & (columns >= size - panel.frequency.backtest_origins)).sum())
    for level, codes in enumerate((np.zeros(n, dtype=np.int64), *groups, np.arange(n))):
        known_already = factor if by_kind is None else factor * by_kind.factor
        slope, doubt = _slopes(seen, known_already, codes, tested)
        if level == 0 and not seen.feast:
            by_kind = _ByKind.of(panel, seen, multiple(seen.dose, slope[:, None]), slope)
            if by_kind is not None:  # what all do, and how much times differ, once each kind has what is its own
                slope, doubt = _slopes(seen, by_kind.factor, codes, tested)
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
    if by_kind is None and not (slopes and (factor[:, columns] != 1).any()):
        return None
    return _UpliftFound(factor, variance, np.stack(slopes) if slopes else np.zeros((0, n), np.float32), doubts, by_kind)


def _slopes(seen: MeasuredOccasion, factor: Floats, codes: Ints, tested: int) -> tuple[Doubles, Doubles]:
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
    own = np.where((own * whole[codes] < 0) & (np.abs(own) < AGAINST * np.sqrt(doubt)), 0.0, own)
    chance = periods * seen.expected(own)  # of what sells more by the lift: noise that it multiplies is not odd
    counts &= total(2 * own * excess - own**2 * exposed) >= EXPLAINED * np.maximum(total(odd - chance), 0)
    if seen.feast and counts.any():
        counts &= _each_time(seen, factor, codes, whole)
    if not counts.any():
        return none
    with np.errstate(all="ignore"):
        odd_times = total(odd - chance - 2 * own * excess + own**2 * exposed)
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


def _shock(seen: MeasuredOccasion, factor: Floats, codes: Ints, count: int) -> Doubles:
    """The variance (groups,) that shocks give a group's change: what its series share in usual periods."""
    if count == len(codes):
        return np.zeros(count)
    found = np.zeros((4, count, seen.y.shape[1]))
    by_period(seen.y, factor, seen.dose, seen.beside, seen.usual, seen.noise, codes, found)
    excess, usual, exposed, squared = found
    with np.errstate(all="ignore"):
        common = np.nansum(excess**2 / usual - (usual > 0), axis=1) / usual.sum(axis=1)
        part: Doubles = np.maximum(common, 0) * (exposed**2).sum(axis=1) / squared.sum(axis=1) ** 2
    return np.nan_to_num(part)


def _each_time(seen: MeasuredOccasion, factor: Floats, codes: Ints, whole: Doubles) -> Mask:
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
