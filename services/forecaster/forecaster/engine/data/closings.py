"""Days, or weeks, on which a shop is shut each year: shut ahead as well, where nobody has planned its openings.

A period is shut ahead for a series, or for a group of them, when nothing sold on its counterpart in the years before,
two of them at least, while something sold around each, and when that is no chance for so steady a seller. Counterparts
lie on the same date, or as many days from Easter or Thanksgiving. A product that sells seldom cannot
tell; the groups it belongs to can.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.calendar import FEASTS
from forecaster.engine.data.panel import Panel

YEARS, LEAST = 4, 2  # how many years are looked back, and how many of them must have been shut
AROUND = 2  # seasons before and after (a week for days), of which all but one must have sold
CHANCE = 5e-4  # of so many empty counterparts, at the rate at which periods of their kind are empty otherwise
MOVING = {"Easter": (-3, 50), "Thanksgiving": (-1, 1)}  # days from a feast that go with it


def apply(panel: Panel) -> None:
    """Set the exposure of the periods ahead that are shut, and `panel.shut`."""
    frequency = panel.frequency
    if panel.exposure is not None or not frequency.long_season or frequency.name not in ("day", "business day", "week"):
        return
    shut = np.zeros((len(panel.ids), panel.horizon), dtype=bool)
    levels, days = _levels(panel), _days(panel)
    for step in range(panel.horizon):
        for counterparts in _counterparts(days, panel.size, panel.size + step):
            if len(counterparts) >= LEAST:
                for sales, member_of in levels:
                    shut[:, step] |= _shut(sales, counterparts, frequency.short_season or 1)[member_of]
    if shut.any():
        panel.shut = shut
        panel.exposure = (~shut).astype(np.float32)


def _levels(panel: Panel) -> list[tuple[Floats, Ints]]:
    """Sales (rows, periods) of the series, of all together, and of each group, and each series' row of them."""
    found = [(panel.y, np.arange(len(panel.ids)))]
    for codes in (np.zeros(len(panel.ids), dtype=np.int64), *(group.codes.astype(np.int64) for group in panel.groups)):
        order = np.argsort(codes, kind="stable")
        present, begin = np.unique(codes[order], return_index=True)
        sales = panel.y[order]
        unknown = np.isnan(sales)
        known = np.add.reduceat((~unknown).astype(np.int32), begin, axis=0)
        sales[unknown] = 0
        total = np.add.reduceat(sales, begin, axis=0)
        found.append((np.where(known > 0, total, np.nan).astype(np.float32), np.searchsorted(present, codes)))
    return found


def _days(panel: Panel) -> pd.DatetimeIndex:
    """A day of each period: of a week its middle."""
    stamps = pd.DatetimeIndex(panel.index.labels(panel.numbers))
    if panel.frequency.name != "week":
        return stamps
    return stamps + pd.Timedelta(days=3) if panel.index.named_by_first_day else stamps - pd.Timedelta(days=3)


def _counterparts(days: pd.DatetimeIndex, size: int, target: int) -> list[list[int]]:
    """Columns up to `size` of a target's counterparts in the years before: by its date, and by feasts near it."""
    day = days[target]
    wanted = [[day - pd.DateOffset(years=back) for back in range(1, YEARS + 1)]]
    for name, (begin, end) in MOVING.items():
        away = (day.normalize() - pd.Timestamp(FEASTS[name](day.year))).days
        if begin <= away <= end:
            wanted.append([
                pd.Timestamp(FEASTS[name](day.year - back)) + pd.Timedelta(days=away) for back in range(1, YEARS + 1)
            ])  # fmt: skip
    slack = 3 if days[-1] - days[-2] == pd.Timedelta(days=7) else 0
    return [[column for column in _columns(days, one, slack) if column < size] for one in wanted]


def _columns(days: pd.DatetimeIndex, wanted: list[pd.Timestamp], slack: int) -> list[int]:
    """The columns whose days are nearest to those wanted, where they are of the same period."""
    places = days.get_indexer(pd.DatetimeIndex(wanted), method="nearest").tolist()
    return [place for place, at in zip(places, wanted, strict=True) if abs((days[place] - at).days) <= slack]


def _shut(sales: Floats, counterparts: list[int], season: int) -> Mask:
    """Which rows sold nothing in any counterpart, and around each of them as always."""
    known = np.zeros(len(sales), dtype=np.int64)
    empty = np.ones(len(sales), dtype=bool)
    for column in counterparts:
        alive = _usual_around(sales, column, season)
        known += alive
        empty &= ~alive | (sales[:, column] == 0)
    found = empty & (known >= LEAST)
    rows = np.flatnonzero(found)
    chance = np.ones(len(rows))
    for column in counterparts:
        alike, own = sales[rows, column % season :: season], sales[rows, column]  # own: one of them, and not counted
        empty_ones = (alike == 0).sum(axis=1) - (own == 0)
        known_ones = (~np.isnan(alike)).sum(axis=1) - ~np.isnan(own)
        chance *= (np.maximum(empty_ones - len(counterparts) + 1, 0) + 0.5) / (known_ones + 1)
    found[rows] = chance < CHANCE
    return found


def _usual_around(sales: Floats, column: int, season: int) -> Mask:
    """Which rows are known in a column, and sold in the same phase of the seasons around it but for one at most."""
    near = [column + step * season for step in range(-AROUND, AROUND + 1) if step]
    around = sales[:, [c for c in near if 0 <= c < sales.shape[1]]]
    return np.asarray(~np.isnan(sales[:, column]) & ((around > 0).sum(axis=1) >= len(near) - 1))
