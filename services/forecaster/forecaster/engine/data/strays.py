"""Rows dated far outside a panel's own dates: a mistyped year makes history end in 2062, or begin in 1970.

A history is a body of periods. A few rows beyond a gap at its beginning or end are strays when the gap is of a kind
that the body does not have: longer than its longest twice over, and either nearly a year or more, or in a panel that
has many rows in each period and beyond the gap next to none. A pause that ends with the usual number of rows is one.
Where five years lie between, a whole product's rows may be strays.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Ints

FEW = 0.01  # the share of all rows that strays may be
FAR, PART = 5, 0.25  # years of a gap beyond which no history goes on, and the share of all rows that may lie there
LEAST_GAP = 4  # empty periods, below which nothing is a stray
NEARLY_A_YEAR, SURE = 0.9, 8  # of a pause that no season makes, and the periods that a body has which can tell
MANY, THIN = 5, 0.2  # rows a period in a panel whose periods can be told apart by them, and what is next to none


def body(periods: Ints, year: float) -> tuple[int, int]:
    """The first and the last period, of all rows' (rows,), that are no strays. `year`: periods of one."""
    first = int(periods.min())
    every = np.bincount(periods - first)  # dates hold 584 years: five million hours at most
    place = np.flatnonzero(every)
    unique, count = place + first, every[place]
    begin, end = 0, len(unique) - 1
    few = max(1, int(FEW * len(periods)))
    end = _trimmed(unique, count, few, year)
    begin = len(unique) - 1 - _trimmed(-unique[::-1], count[::-1], few, year)
    if begin > end:  # nothing but strays: then nothing is one
        begin, end = 0, len(unique) - 1
    return int(unique[begin]), int(unique[end])


def _trimmed(unique: Ints, count: Ints, few: int, year: float) -> int:
    """The place among `unique` of the last period that is no stray."""
    beyond = np.cumsum(count[::-1])[::-1]  # rows of a period and of all after it
    found = len(unique) - 1
    for place in range(len(unique) - 1, 0, -1):
        gap = int(unique[place] - unique[place - 1]) - 1
        if beyond[place] > (few if gap < FAR * year else max(few, int(PART * beyond[0]))):
            continue
        if gap >= LEAST_GAP and _stray(unique[:place], count[:place], gap, count[place:], year):
            found = place - 1
    return found


def _stray(body_of: Ints, count: Ints, gap: int, beyond: Ints, year: float) -> bool:
    longest = int(np.diff(body_of).max(initial=1)) - 1
    if len(body_of) < 2 or gap <= 2 * longest:
        return False
    usual = float(np.median(count))
    if usual >= MANY and beyond.mean() <= THIN * usual:
        return True
    return len(body_of) >= SURE and gap >= NEARLY_A_YEAR * year
