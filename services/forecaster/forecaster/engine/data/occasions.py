"""Occasions: what may move a period's sales up or down and is known ahead: moving feasts, and what is planned.

A feast moves against the weeks of the year, so that a year before its week an ordinary one lies; a promotion may have
been there a year ago and not now. Each occasion says how much of it there is in every period, past and ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.calendar import calendar
from forecaster.engine.data.panel import IN_STOCK, Panel, Regressor
from forecaster.engine.data.texts import TEXT

# Around a feast, what may sell as no other does. By the week Christmas moves, too: its shopping days are cut otherwise.
WEEKS = {"Easter": (-1, 0, 1), "Thanksgiving": (0, 1), "Christmas": (-1, 0, 1)}
DAYS = {"Easter": (*range(-8, 2), 39, 49, 50), "Thanksgiving": tuple(range(-2, 5))}
MOST_TEXTS = 60  # texts of a column whose effects are told apart
MOST = 0.6  # the share of the periods that an occasion is in at most: beyond that it is what is usual


@dataclass(frozen=True)
class Occasion:
    """`dose` (N or 1, T + H): how much of it a period has, 0 to 1 (or to -1); `beside` (N or 1, T): the past periods
    that show what is usual without it. A `feast` is not planned by anybody: it must have been there more often."""

    name: str
    dose: Floats
    beside: Mask
    feast: bool
    usual: float | None = None  # of a column of numbers: the value that is usual,
    largest: float = 1.0  # and the distance from it that is a whole

    @property
    def columns(self) -> Ints:
        """The periods in which there is any of it, for any series."""
        return np.flatnonzero((self.dose != 0).any(axis=0))


def planned(panel: Panel) -> Iterator[list[Occasion]]:
    """What each flag or text known ahead says, a list a column."""
    for regressor in panel.regressors:
        text = regressor.name.startswith(TEXT)
        if regressor.known and (regressor.flag or text or _amounts(regressor)) and regressor.name != IN_STOCK:
            found = _of_texts(regressor, panel.size) if text else _of_numbers(regressor, panel.size)
            if found:
                yield found


def feasts(panel: Panel) -> list[list[Occasion]]:
    """The moving feasts, each week or day around them by itself, in one list; none in months and longer periods."""
    offsets = {"week": WEEKS, "day": DAYS, "business day": DAYS}.get(panel.frequency.name, {})
    days = calendar(panel.index, panel.numbers)
    found: list[tuple[str, Mask]] = []
    for name, near in offsets.items():
        away = days[f"days to {name}"]
        if panel.frequency.name == "week":
            away = np.floor((away + 3) / 7)
        found += [(_named(name, offset, panel.frequency.name), away == offset) for offset in near]
    if not found:
        return []
    beside = ~np.any([on for _, on in found], axis=0)[None, : panel.size]
    return [[Occasion(name, on.astype(np.float32)[None, :], beside, feast=True) for name, on in found]]


def _named(feast: str, offset: int, unit: str) -> str:
    if not offset:
        return feast if unit != "week" else f"the week of {feast}"
    return f"{abs(offset)} {unit}{'s' * (abs(offset) > 1)} {'after' if offset > 0 else 'before'} {feast}"


def _amounts(regressor: Regressor) -> bool:
    """Whether it says how much there is of something that mostly is not there, as a discount does."""
    return bool(np.nanmin(regressor.values) == 0)


def _of_numbers(regressor: Regressor, size: int) -> list[Occasion]:
    """One occasion, whose dose is the distance from the value that is usual."""
    values = regressor.values
    kinds, count = np.unique(values[:, :size][~np.isnan(values[:, :size])], return_counts=True)
    usual = kinds[count.argmax()]
    away = np.nan_to_num(values - usual)
    largest = float(np.abs(away).max())
    if not regressor.flag and usual != 0:
        return []
    if not largest or count.max() < (1 - MOST) * count.sum():
        return []
    dose, beside = (away / largest).astype(np.float32), away[:, :size] == 0
    return [Occasion(regressor.name, dose, beside, feast=False, usual=float(usual), largest=largest)]


def _of_texts(regressor: Regressor, size: int) -> list[Occasion]:
    """An occasion for each text but the usual one."""
    codes = np.nan_to_num(regressor.values, nan=-1).astype(np.int64)
    kinds, count = np.unique(codes[:, :size], return_counts=True)
    usual = kinds[count.argmax()]
    others = [kind for kind in np.unique(codes).tolist() if kind not in (usual, -1)]
    if len(others) > MOST_TEXTS or count.max() < (1 - MOST) * count.sum():
        return []
    name = regressor.name.removeprefix(TEXT)
    beside = codes[:, :size] == usual
    return [Occasion(name, (codes == kind).astype(np.float32), beside, feast=False) for kind in others]
