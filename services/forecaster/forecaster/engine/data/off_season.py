"""Off season: products that pause at the same time of each year, such as ice cream or garden goods.

While one pauses nothing is learned of what it sells, and it comes back as it was. So its pauses are unknown demand, not
zero, as days are on which a shop is shut: otherwise whatever follows the latest weeks says nothing just before a season
begins. Ahead, a period counts by the share of the years before in which its counterpart was in season.

A product pauses each year when it sold (almost) nothing for an eighth of a year or longer, in two years in a row at
least, begun and ended at about the same time, and when so long a silence is no chance for a seller as regular as it is
in season: it sells in half of the periods then at least. Two are a year apart by luck as well, so they count where most
of the panel's products with two have them so; three speak for themselves. It pauses no longer when a pause does not
begin, or does not end, when it should.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Doubles, Ints, Mask
from forecaster.engine.data.panel import Panel, stretches

LEAST = 0.125  # of a year: the shortest pause
APART = {2: 0.0625, 3: 0.125}  # of a year: how far from a year apart so many pauses (or more) may begin and end
SHORTEST = 2  # periods of a pause, at least
YEARS = 4  # that are looked back
ALMOST = 0.1  # of the usual sale, up to which a sale is a stray one
STRAYS = 0.1  # of a pause's periods, at most, that may have one
BUSY = 0.5  # of the periods in season, at least, that have a sale
MOST = 0.5  # of the panel's products with two pauses or more that have them yearly, from which two are enough
CHANCE = 5e-4  # of one silence as long, at the share of periods without a sale in season
MOST_DOUBT = 1.0  # in the variance of a period's logarithm


class _Pauses:
    """Of one series: the begins and ends (exclusive; the series' size where it has not ended) of its long pauses."""

    def __init__(self, begin: Ints, end: Ints, size: int, year: float) -> None:
        self.begin, self.end, self.size, self.year = begin, end, size, year
        self.slack = max(APART[min(max(len(begin), min(APART)), max(APART))] * year, 1)

    @property
    def yearly(self) -> bool:
        """Whether they come each year, up to now."""
        if len(self.begin) < 2:
            return False
        ended = self.end[self.end < self.size]
        apart = np.concatenate([np.diff(self.begin), np.diff(ended)])
        due = (self.begin if self.end[-1] < self.size else self.end[:-1])[-1] + self.year
        return bool((np.abs(apart - self.year) <= self.slack).all() and self.size - due <= self.slack)

    @property
    def resting(self) -> Mask:
        """The periods (T,) that lie in one."""
        found = np.zeros(self.size, dtype=np.bool_)
        for begin, end in zip(self.begin, self.end, strict=True):
            found[begin:end] = True
        return found

    def in_season(self, first: int, horizon: int) -> Doubles:
        """Of each period ahead (H,) the share of the years before in which its counterpart was in season."""
        resting, found = self.resting, np.ones(horizon)
        for step in range(horizon):
            before = np.rint(self.size + step - self.year * np.arange(1, YEARS + 1)).astype(np.int64)
            known = before[(before >= first) & (before < self.size)]
            if len(known):
                found[step] = 1 - resting[known].mean()
        return found


def apply(panel: Panel) -> None:
    """Make pauses of each year unknown in `panel.y`; set `panel.in_season` and with it the exposure and doubt."""
    year = panel.frequency.periods_per_year
    if not panel.frequency.long_season or panel.frequency.name == "hour":
        return
    found = np.ones((len(panel.ids), panel.horizon), dtype=np.float32)
    for number, pauses in _yearly(_long_pauses(panel, year)).items():
        share, own = pauses.in_season(int(panel.first[number]), panel.horizon), panel.y[number]
        resting = pauses.resting
        stray = np.nanmean(own[resting]) / np.nanmean(own[~resting])
        own[resting] = np.nan
        found[number] = share + (1 - share) * stray
    if (found == 1).all():
        return
    panel.in_season = found
    panel.exposure = found if panel.exposure is None else panel.exposure * found
    doubt = np.where(found > ALMOST, np.minimum(-np.log(np.maximum(found, ALMOST)), MOST_DOUBT), 0).astype(np.float32)
    panel.doubt = doubt if panel.doubt is None else panel.doubt + doubt


def _yearly(every: dict[int, _Pauses]) -> dict[int, _Pauses]:
    """Those that come each year, and are no luck."""
    several = {number: pauses for number, pauses in every.items() if len(pauses.begin) > 1}
    found = {number: pauses for number, pauses in several.items() if pauses.yearly}
    if len(found) >= MOST * len(several):
        return found
    return {number: pauses for number, pauses in found.items() if len(pauses.begin) > min(APART)}


def _long_pauses(panel: Panel, year: float) -> dict[int, _Pauses]:
    """Of each series that has such pauses those that are too long to be chance."""
    known = ~np.isnan(panel.y)
    sold = known & (panel.y > 0)
    count = np.maximum(sold.sum(axis=1), 1)
    usual = np.where(sold, panel.y, 0).sum(axis=1) / count
    low = ~(panel.y > ALMOST * usual[:, None]) & (np.arange(panel.size) >= panel.first[:, None])
    series, begin, end = stretches(low)
    periods, strays = _within(known, series, begin, end), _within(sold, series, begin, end)
    long = (periods >= max(LEAST * year, SHORTEST)) & (strays <= STRAYS * periods)
    series, begin, end, periods, strays = (values[long] for values in (series, begin, end, periods, strays))
    n = len(panel.ids)
    there = known.sum(axis=1) - np.bincount(series, periods, n)
    empty = there - (sold.sum(axis=1) - np.bincount(series, strays, n))
    share = (empty + 0.5) / (there + 1)
    rare = (there[series] * share[series] ** periods < CHANCE) & (share[series] <= 1 - BUSY)
    found = {}
    for number in np.unique(series[rare]).tolist():
        own = rare & (series == number)
        found[number] = _Pauses(begin[own], end[own], panel.size, year)
    return found


def _within(cells: Mask, series: Ints, begin: Ints, end: Ints) -> Ints:
    """How many of a series' cells are true from `begin` on before `end`."""
    sums = np.pad(np.cumsum(cells, axis=1), ((0, 0), (1, 0)))
    return np.asarray(sums[series, end] - sums[series, begin])
