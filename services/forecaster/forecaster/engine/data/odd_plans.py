"""Prices and other numbers beside the sales that are off by a factor: a price of 0.001 among prices of two.

A cell is judged by the series' own median of the column, in the past and ahead. In a column of positive numbers it is
odd beyond eight times the median or an eighth of it, a slip of the decimal point, where that is next to never so; and
beyond a hundred times where it is seldom so. In other columns it is odd far outside the range that nine tenths of all
cells have. An odd value counts as the one before it.

Source: Hampel's identifier (Davies and Gather 1993) on the logarithm, with a bound of its own for constant columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats, Mask

LIMITS = ((8.0, 0.001), (100.0, 0.01))  # times the median, and the share of all cells that may be so far off it
MOST = 0.5  # the share of a series' cells that odd values have at most
RANGES, RARE = 10.0, 0.001  # times the range of nine tenths of the column, and the share of cells outside it
FEWEST = 4  # cells of a series, below which nothing is odd


@dataclass(frozen=True)
class OddCell:
    """A cell, what it held, and what it counts as."""

    series: int
    column: int
    value: float
    used: float


def mended(values: Floats) -> list[OddCell]:
    """The odd cells of a column (series, periods), each of which becomes the value before it."""
    known = ~np.isnan(values)
    if not known.any():
        return []
    odd = np.zeros(values.shape, dtype=bool)
    if float((values[known] <= 0).mean()) < RARE:
        for times, share in LIMITS:
            off = _off(values, known, times)
            if off.sum() <= max(2, int(share * known.sum())):
                odd |= off
    else:
        odd = _out(values, known)
    found = []
    for i, t in np.argwhere(odd).tolist():
        before = values[i, :t][known[i, :t] & ~odd[i, :t]]
        used = float(before[-1] if len(before) else np.median(values[i, known[i] & ~odd[i]]))
        found.append(OddCell(i, t, float(values[i, t]), used))
    for one in found:
        values[one.series, one.column] = one.used
    return found


def _off(values: Floats, known: Mask, times: float) -> Mask:
    """Cells that are further off their series' median than a factor, where they are few."""
    low = np.where(known, values, np.inf).min(axis=1)
    high = np.where(known, values, -np.inf).max(axis=1)
    odd = np.zeros(values.shape, dtype=bool)
    for i in np.flatnonzero((high > times * low) & (known.sum(axis=1) >= FEWEST)).tolist():
        usual = float(np.median(values[i, known[i]]))
        own = known[i] & ((values[i] > times * usual) | (values[i] * times < usual))
        if usual > 0 and own.sum() < MOST * known[i].sum():
            odd[i] = own
    return odd


def _out(values: Floats, known: Mask) -> Mask:
    sample = values[known]
    low, middle, high = np.quantile(sample[:: len(sample) // 1_000_000 + 1], (0.05, 0.5, 0.95))
    found: Mask = known & (np.abs(values - middle) > RANGES * (high - low)) & (high > low)
    return found if found.sum() <= max(2, int(RARE * known.sum())) else np.zeros_like(found)
