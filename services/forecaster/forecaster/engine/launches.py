"""Products that begin: forecast by what others sell until their own sales say more.

LAUNCHES tells of each who its peers are (a chosen like-item, or some that are alike), how much of them it is to sell,
and from which day on. Its rate is what the peers are forecast, times that, times the launch curve, times a factor that
nobody knows yet: as wide as such guesses are wrong, until its own first periods narrow it. Before its first day nothing
is forecast; over a quarter of a year its own forecast takes over in proportion.

The launch curve is what earlier launches of the panel sold in their first periods of what they settled at, drawn to 1
where few say so. LAUNCHES may hold earlier launches, too (a column `earlier`), as they would have been told of then:
what they sold of what their peers said is the factor's distribution (experience.py), and that is all.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecaster.engine import experience
from forecaster.engine.arrays import Doubles, Floats
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.data.panel import Panel
from forecaster.engine.experience import Experience
from forecaster.engine.forecasts import Forecasts
from forecaster.engine.options import Malformed
from forecaster.engine.quantiles import AS_ARRAY

COLUMNS = ("unique_id", "peer", "weight", "level", "times", "begins", "why")
LEAST_SETTLED = 2.0  # a rate whose start can be seen
EARLIER, DRAWN_TO_ONE = 8, 4.0  # periods before a launch in the panel; launches that no change counts as
DOUBT, DOUBTED_AS = 0.3, 4.0  # the variance of the factor of one peer; peers that it counts as beside several
UNEVEN, EVENEST = 1.0, 0.002  # variance beyond chance, of the level, without a peer to say so; of its square, at least
DRAWS = 2000
ALIKE = "as its peers sell"


@dataclass(frozen=True)
class Beginning:
    """A product that begins: its peers with their weights (sum 1) and levels, and where it is from."""

    name: str
    peers: list[str]
    weights: Doubles
    levels: Doubles
    times: float
    age: int  # periods of history since its first day, below zero where that lies ahead
    share: float  # of its first period that it is on sale
    why: str
    earlier: bool  # only learned from


@dataclass(frozen=True)
class _Manner:
    """How a product's peers sell: the square of how far periods vary beyond chance, of their level, and whether by the
    piece, where chance is that of whole pieces."""

    unevenness: float
    whole: bool


def quarter(frequency: Frequency) -> int:
    """Periods of a launch: of its curve, of what follows it, and those after which its own sales alone are believed."""
    return max(round(frequency.periods_per_year / 4), 2)


def added(found: Forecasts, panel: Panel, launches: pd.DataFrame | None) -> Forecasts:
    """The forecasts of a panel with those of beginning products put in or mixed. Raises Malformed: a column missing."""
    if launches is None or not len(launches):
        return found
    curve, place = launch_curve(panel), {name: number for number, name in enumerate(panel.ids)}
    rows = {name: number for number, name in enumerate(found.ids)}
    fresh, blend, told = [], quarter(panel.frequency), list(read(launches, panel))
    over = [one.name in rows and one.age >= blend and _first(panel, place, one) <= panel.size - blend for one in told]
    known = _experiences([one for one, past in zip(told, over, strict=True) if past], panel, place, curve)
    for one in [one for one, past in zip(told, over, strict=True) if not past and not one.earlier]:
        row = rows.get(one.name)
        made = _forecast(one, known[_chosen(one)], found, panel, rows, place, curve)
        if row is None:
            fresh.append(made)
        else:
            _mix(found, row, made, min(max(_known(panel, place, one), 0) / blend, 1.0))
    return Forecasts.joined([found, *fresh]) if fresh else found


def read(launches: pd.DataFrame, panel: Panel) -> Iterator[Beginning]:
    """LAUNCHES product by product."""
    missing = [name for name in COLUMNS if name not in launches.columns]
    if missing:
        raise Malformed(f"launches: column {missing[0]} is missing")
    for name, rows in launches.groupby("unique_id", sort=True):
        begins = np.array([rows["begins"].iloc[0]], dtype="datetime64[ns]")
        number = panel.index.holding(begins)
        first, following = panel.index.labels(np.array([number[0], number[0] + 1]))
        weights = rows["weight"].to_numpy(dtype=np.float64)
        yield Beginning(
            str(name), [str(peer) for peer in rows["peer"]], weights / weights.sum(),
            rows["level"].to_numpy(dtype=np.float64), float(rows["times"].iloc[0]),
            panel.start + panel.size - int(number[0]), float((following - begins[0]) / (following - first)),
            str(rows["why"].iloc[0]), bool(rows["earlier"].iloc[0]) if "earlier" in rows else False,
        )  # fmt: skip


def launch_curve(panel: Panel) -> Doubles:
    """(quarter,) what is sold in each period after a launch, of what it settles at."""
    ratios, size = [], quarter(panel.frequency)
    for number in np.flatnonzero((panel.first >= EARLIER) & (panel.first + 2 * size <= panel.size)).tolist():
        own = panel.y[number, panel.first[number] :].astype(np.float64)
        after = own[size : 2 * size]
        if np.isfinite(after).sum() >= size // 2 and (settled := float(np.nanmean(after))) >= LEAST_SETTLED:
            ratios.append(np.minimum(own[:size] / settled, 5.0))
    if not ratios:
        return np.ones(size)
    table = np.array(ratios)
    known = np.isfinite(table).sum(axis=0)
    found: Doubles = (np.nansum(table, axis=0) + DRAWN_TO_ONE) / (known + DRAWN_TO_ONE)
    return found


def _first(panel: Panel, place: dict[str, int], one: Beginning) -> int:
    return int(panel.first[place[one.name]]) if one.name in place else panel.size


def _known(panel: Panel, place: dict[str, int], one: Beginning) -> int:
    """Periods of history that its own forecast could learn from."""
    return min(panel.size - _first(panel, place, one), one.age)


def _chosen(one: Beginning) -> bool:
    """Whether somebody chose its peer."""
    return len(one.peers) == 1


def _experiences(
    told: list[Beginning], panel: Panel, place: dict[str, int], curve: Doubles
) -> dict[bool, Experience]:  # fmt: skip
    """What earlier launches say, by whether their peer was chosen."""
    found = {}
    for chosen in (True, False):
        seen = []
        for one in told:
            if _chosen(one) == chosen and one.age <= panel.size:
                end = panel.size - one.age + min(panel.horizon, len(curve))
                seen.append(_sold(one, panel, place, curve, end, _manner(one, panel, place)))
        found[chosen] = experience.learned(np.array(seen, dtype=np.float64).reshape(-1, 3))
    return found


def _forecast(
    one: Beginning, known: Experience, found: Forecasts, panel: Panel, rows: dict[str, int], place: dict[str, int],
    curve: Doubles,
) -> Forecasts:  # fmt: skip
    ahead = np.zeros(panel.horizon)
    for peer, weight, level in zip(one.peers, one.weights, one.levels, strict=True):
        own = found.mean[rows[peer]].astype(np.float64) if peer in rows else np.zeros(panel.horizon)
        ahead += weight * (own if own.sum() > 0 else level)
    base = one.times * ahead * _begun(one, curve, one.age, panel.horizon)
    manner = _manner(one, panel, place)
    factor = known.factor(_doubt(one)).narrowed(*_sold(one, panel, place, curve, panel.size, manner))
    mean = base * factor.mean
    random = np.random.default_rng(zlib.crc32(one.name.encode()))
    rate = factor.drawn(DRAWS, random)[:, None] * base
    drawn = rate * random.gamma(1 / manner.unevenness, manner.unevenness, rate.shape)
    if manner.whole:
        drawn = random.poisson(drawn).astype(np.float64)
    bands, sums = (np.quantile(values, AS_ARRAY, axis=0).T for values in (drawn, np.cumsum(drawn, axis=1)))
    if manner.whole:
        bands, sums = np.floor(bands + 0.5), np.floor(sums + 0.5)
    return Forecasts(
        [one.name], found.cutoffs[:1], panel.future_labels[None, :], mean[None].astype(np.float32),
        bands[None].astype(np.float32), sums[None, : found.sum_quantiles.shape[1]].astype(np.float32),
        [ALIKE], [_reason(one, known, curve)], found.demand, found.report, found.fitted, found.working,
    )  # fmt: skip


def _begun(one: Beginning, curve: Doubles, age: int, periods: int) -> Doubles:
    """What is sold of a usual period in each of `periods`, the first of which is `age` after its first."""
    ages = age + np.arange(periods)
    size = len(curve)
    usual = np.where(ages < size, curve[np.clip(ages, 0, size - 1)], 1.0)
    return np.where(ages < 0, 0.0, np.where(ages == 0, one.share * usual, usual))


def _manner(one: Beginning, panel: Panel, place: dict[str, int]) -> _Manner:
    """How its peers sell. Beyond chance a variance grows with the square of a level: a slow launch among fast peers is
    not as uneven as they are in pieces."""
    there = [place[peer] for peer in one.peers if peer in place]
    recent = panel.y[there, -2 * quarter(panel.frequency) :].astype(np.float64)
    recent = recent[np.isfinite(recent).sum(axis=1) > 3]
    recent = recent[np.nansum(recent, axis=1) > 0]
    if not len(recent):
        return _Manner(UNEVEN / max(float(one.weights @ one.levels), 1.0), True)
    whole = bool(panel.whole[there].all())
    mean, variance = np.nanmean(recent, axis=1), np.nanmean(np.diff(recent, axis=1) ** 2, axis=1) / 2
    beyond = float((np.nan_to_num(variance) / mean - whole).sum() / mean.sum())
    return _Manner(max(beyond, EVENEST), whole)


def _doubt(one: Beginning) -> float:
    """The variance of the factor, by how far peers differ: the more they are, the more that says."""
    mean = float(one.weights @ one.levels)
    differ = float(one.weights @ (one.levels / mean - 1) ** 2) if mean > 0 else DOUBT
    many = 1 / float((one.weights**2).sum()) - 1  # peers beyond the first, by their weights
    return (DOUBTED_AS * DOUBT + many * differ) / (DOUBTED_AS + many)


def _sold(
    one: Beginning, panel: Panel, place: dict[str, int], curve: Doubles, end: int, manner: _Manner
) -> tuple[float, float, float]:  # fmt: skip
    """What it sold from its first period up to column `end` of the panel, what its peers said, and the gamma shape of
    how unevenly such a total sells. Periods in which its demand is unknown count on neither side."""
    begin = max(panel.size - one.age, 0)
    if end <= begin:
        return 0.0, 0.0, 1.0
    usual = np.zeros(end - begin)
    for peer, weight, level in zip(one.peers, one.weights, one.levels, strict=True):
        own = panel.y[place[peer], begin:end].astype(np.float64) if peer in place else np.full(end - begin, np.nan)
        usual += weight * np.where(np.isfinite(own), own, level)
    usual *= one.times * _begun(one, curve, begin - (panel.size - one.age), end - begin)
    own = np.zeros(end - begin)
    if one.name in place:
        own = panel.y[place[one.name], begin:end].astype(np.float64)
        own[: max(_first(panel, place, one) - begin, 0)] = 0.0  # on sale, and not sold
    known = np.isfinite(own)
    total = float(usual[known].sum())
    shape = total**2 / max(manner.unevenness * float((usual[known] ** 2).sum()), 1e-9) if total > 0 else 1.0
    return float(own[known].sum()), total, shape


def _mix(found: Forecasts, row: int, made: Forecasts, own: float) -> None:
    """Its own forecast counts for a share of `own`, what its peers say for the rest."""
    for kept, other in ((found.mean, made.mean), (found.quantiles, made.quantiles),
                        (found.sum_quantiles, made.sum_quantiles)):  # fmt: skip
        kept[row] = own * kept[row] + (1 - own) * other[0]
    if found.working is not None:
        found.working.arrays["own_share"][row] = own
    found.method[row] = f"{found.method[row]}, with {1 - own:.0%} {ALIKE}"
    found.reason[row] += f"; it began lately, so {1 - own:.0%} of it is {made.reason[0]}"


def _reason(one: Beginning, known: Experience, curve: Doubles) -> str:
    early: Floats = curve[:4].astype(np.float32)
    course = ", ".join(f"{value:.2g}" for value in early)
    such = f"; {known.count} earlier ones came to {known.times:.2g} times what such peers said" if known.count else ""
    return f"{one.why}{such}; earlier launches sold {course} times what they settled at in their first periods"
