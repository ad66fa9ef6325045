"""Columns with a reach, weather above all: what was said of a period, and when. They are read as they were issued.

Guarantees: at a cutoff nothing counts that was said later, neither of the periods ahead nor in what is usual nor in
how good earlier words turned out. A period ahead of which nothing was said by then is taken to be as usual at its time
of the year, and in doubt by all that it varies; one of which something was said, by what such words, so long before,
were off. Without a year of them at a place nothing is usual there, and the column is not used.

What is usual is a mean with a yearly wave of two harmonics, fitted to the place's own past periods.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.data import dates, observations
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.periods import PeriodIndex
from forecaster.engine.options import Malformed

PERIOD, KNOWN, SHARE = "ds", "known", "share"
HARMONICS = 2
BEFORE = 4.0  # words that are supposed before any could be compared with what came,
SKILL = 0.5  # which were off by so much of what varies
MOST = 8  # columns


@dataclass(frozen=True)
class Condition:
    """A column beside a panel, by place: how far off what is usual at the time of the year each past period was (P, T),
    NaN where unknown; what is expected of the periods ahead (P, H), its variance, and what is usual there."""

    name: str
    place: Ints  # (N,) of each series, -1 where it has none
    past: Floats
    ahead: Floats
    variance: Floats
    usual: Floats  # (P, H), NaN where a place has too little of a past
    told: Mask  # (P, H): of which something was said

    @property
    def deviation(self) -> float:
        """How far off periods usually are."""
        return float(np.sqrt(np.nanmean(self.past.astype(np.float64) ** 2)))


@dataclass(frozen=True)
class _Words:
    """Rows of a column, in order of place, period and when they became known."""

    place: Ints
    period: Ints
    known: Ints
    share: Doubles
    value: Doubles

    def part(self, kept: Mask) -> _Words:
        return _Words(*(values[kept] for values in vars(self).values()))

    def latest(self) -> _Words:
        """The last of each place and period."""
        last = np.ones(len(self.place), dtype=np.bool_)
        last[:-1] = (self.place[1:] != self.place[:-1]) | (self.period[1:] != self.period[:-1])
        return self.part(last)


class Issued:
    """ISSUED: ds, the period that is spoken of; known, the last period that had ended when it was said; a column of
    STATIC's that says of which place, where places differ; share, the part of the period that is told, 1 without it;
    and columns of numbers. Of two that became known together the later row counts."""

    def __init__(self, frame: pd.DataFrame, index: PeriodIndex, static: pd.DataFrame | None) -> None:
        """Raises Malformed: a missing column, an unreadable date or number."""
        for column in (PERIOD, KNOWN):
            if column not in frame.columns:
                raise Malformed(f"issued: column {column} is missing")
        self._by = next((str(name) for name in frame.columns if static is not None and name in static.columns), None)
        self._static, self._index = static, index
        period, known = (_numbers(frame[name], name, index) for name in (PERIOD, KNOWN))
        codes, places = np.zeros(len(frame), dtype=np.int64), [""]
        if self._by:
            found, kinds = pd.factorize(frame[self._by].astype(str), sort=True)
            codes, places = found.astype(np.int64), [str(kind) for kind in kinds]
        self._places = places
        order = np.lexsort((np.arange(len(frame)), known, period, codes))
        share = observations.numeric(frame[SHARE], f"issued.{SHARE}")[0] if SHARE in frame else np.ones(len(frame))
        names = [str(one) for one in frame.columns if one not in (PERIOD, KNOWN, SHARE, self._by)]
        self._words = {}
        for name in sorted(names)[:MOST]:
            value = observations.numeric(frame[name], f"issued.{name}")[0]
            words = _Words(codes[order], period[order], known[order], share[order], value[order])
            self._words[name] = words.part(np.isfinite(words.value) & (words.share > 0))

    def beside(self, panel: Panel) -> Iterator[Condition]:
        """Each column as it stood at the end of a panel's last period, where anything of it is usual."""
        cutoff = panel.start + panel.last
        place = np.zeros(len(panel.ids), dtype=np.int64)
        if self._by and self._static is not None:
            own = self._static[self._by].astype(str).reindex(panel.ids)
            place = pd.Index(self._places).get_indexer(pd.Index(own.to_numpy())).astype(np.int64)
        for name, words in self._words.items():
            found = self._condition(name, words.part(words.known <= cutoff), place, panel, cutoff)
            if found is not None:
                yield found

    def _condition(self, name: str, words: _Words, place: Ints, panel: Panel, cutoff: int) -> Condition | None:
        year = panel.frequency.periods_per_year
        past = words.latest().part(words.latest().period <= cutoff)
        wave = _waves(past, len(self._places), year)
        if np.isnan(wave).all():
            return None
        horizon, size, many = panel.horizon, panel.size, len(self._places)
        off = _off(past, wave, year)
        varies = np.array([np.nanvar(off[past.place == one]) if (past.place == one).any() else np.nan
                           for one in range(many)])  # fmt: skip
        grid = np.full((many, size), np.nan, dtype=np.float32)
        inside = past.period >= panel.start
        grid[past.place[inside], past.period[inside] - panel.start] = off[inside]
        ahead, told = np.zeros((many, horizon), dtype=np.float32), np.zeros((many, horizon), dtype=np.bool_)
        variance = np.repeat(np.nan_to_num(varies)[:, None], horizon, axis=1).astype(np.float32)
        future = words.latest()
        future = future.part((future.period > cutoff) & (future.period <= cutoff + horizon))
        for step in np.unique(future.period - cutoff).tolist():
            now = future.part(future.period == cutoff + step)
            part, error = _skill(words, past, off, wave, year, step, float(np.nanmean(varies)))
            said = _off(now, wave, year)
            known = ~np.isnan(said)
            rows = now.place[known]
            ahead[rows, step - 1], told[rows, step - 1] = part * said[known], True
            untold = (1 - np.minimum(now.share[known], 1)) ** 2 * varies[rows]
            variance[rows, step - 1] = np.minimum(np.maximum(error, untold), varies[rows])
        steps = np.arange(cutoff + 1, cutoff + horizon + 1)
        usual = np.stack([_basis(steps, year) @ one for one in wave]).astype(np.float32)
        return Condition(name, place, grid, ahead, variance, usual, told)


def _numbers(column: pd.Series, name: str, index: PeriodIndex) -> Ints:
    stamps = dates.read(column, "issued", index.freq)
    if np.isnat(stamps).any():
        raise Malformed(f"issued: {name} is no date in row {int(np.flatnonzero(np.isnat(stamps))[0]) + 1}")
    return index.holding(stamps)


def _basis(periods: Ints, year: float) -> Doubles:
    """A mean and the yearly wave, (rows, 1 + 2 harmonics)."""
    turn = 2 * np.pi * periods[:, None] / year * np.arange(1, HARMONICS + 1)[None, :]
    return np.concatenate([np.ones((len(periods), 1)), np.cos(turn), np.sin(turn)], axis=1)


def _waves(past: _Words, places: int, year: float) -> Doubles:
    """What is usual at each place (P, 5), NaN where there is less than a year of it."""
    found = np.full((places, 1 + 2 * HARMONICS), np.nan)
    for one in np.unique(past.place).tolist():
        own = past.part(past.place == one)
        if len(own.period) >= year - 1 and own.period.max() - own.period.min() >= year - 2:
            weight = np.sqrt(own.share)[:, None]
            found[one] = np.linalg.lstsq(_basis(own.period, year) * weight, own.value * weight[:, 0], rcond=None)[0]
    return found


def _off(words: _Words, wave: Doubles, year: float) -> Doubles:
    """How far off what is usual; what is not told of a period is as usual."""
    usual = (_basis(words.period, year) * wave[words.place]).sum(axis=1)
    return np.asarray(np.minimum(words.share, 1) * (words.value - usual), dtype=np.float64)


def _skill(
    words: _Words, past: _Words, off: Doubles, wave: Doubles, year: float, step: int, varies: float
) -> tuple[float, float]:  # fmt: skip
    """Of words that are `step` periods ahead: which part of what they say comes, and the variance of what they miss;
    of those before the cutoff, compared with what came."""
    early = words.part(words.period - words.known >= step).latest()
    width = int(max(past.period.max(initial=0), early.period.max(initial=0))) + 1
    came = pd.Series(off, index=past.place * width + past.period)
    said, seen = _off(early, wave, year), came.reindex(early.place * width + early.period).to_numpy()
    known = ~np.isnan(said) & ~np.isnan(seen)
    said, seen = said[known], seen[known]
    together, alone = float((said * seen).sum()), float((said**2).sum())
    part = (together + BEFORE * varies) / max(alone + BEFORE * varies, 1e-12)
    missed = float(((seen - part * said) ** 2).sum() + BEFORE * SKILL * varies)
    return part, missed / (BEFORE + len(said))
