"""Periods: the labels that name them, and their numbers.

Labels are kept as they come: a week may be named by any of its days, a month, quarter or year by its first or last
day. A period's number is its ordinal; periods between two labels are never skipped.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.arrays import Ints, Mask
from forecaster.engine.data.frequency import FREQUENCIES, Alias

_DAY = 86_400_000_000_000


def _nanos(stamps: pd.Series | NDArray[np.generic]) -> Ints:
    value = np.asarray(stamps)
    return value if value.dtype == np.int64 else value.astype("datetime64[ns]", copy=False).view(np.int64)


def _most(values: Ints, times: Ints) -> int:
    """The most frequent of values that come so many times each; the least of several."""
    kinds, codes = np.unique(values, return_inverse=True)
    return int(kinds[np.bincount(codes, weights=times).argmax()])


class PeriodIndex:
    """The numbering of periods for one frequency and one way of labelling."""

    def __init__(self, freq: str, labels: pd.Series | NDArray[np.datetime64]) -> None:
        """`labels`: the history's dates, without NaT. How periods are named, most of them decide: see `beside`."""
        self.freq = freq
        alias = Alias.parse(freq)
        self._kind, self._step, self._anchor = alias.name, alias.step, alias.anchor
        self.frequency = FREQUENCIES[alias.name]
        self._at_end, self._offset = False, 0
        codes, nanos = pd.factorize(_nanos(labels))  # millions of rows, few dates: by hash
        times = np.bincount(codes)
        if self._kind == "week":
            self._offset = _most(nanos // _DAY % 7, times)
        elif self._kind in ("month", "quarter", "year"):
            self._calendar(nanos, times)
        elif self._kind != "business day":
            self._unit = _DAY if self._kind == "day" else _DAY // 24
            self._offset = _most(nanos % self._unit, times)

    def _calendar(self, nanos: Ints, times: Ints) -> None:
        stamps = pd.DatetimeIndex(nanos)
        self._at_end = int(times[stamps.is_month_end].sum()) > int(times[stamps.is_month_start].sum())
        self._offset = _most(np.asarray(stamps.year * 12 + stamps.month - 1, dtype=np.int64) % self._step, times)

    def beside(self, stamps: NDArray[np.datetime64]) -> Mask:
        """Which dates are not the label of the period that they lie in."""
        return np.asarray(_nanos(self.labels(self.numbers(stamps))) != _nanos(stamps))

    @property
    def naming(self) -> str:
        """How labels name periods, for those who read of one that does not."""
        if self._kind == "week":
            return f"one or more weeks apart from the other labels, as freq {self.freq} needs"
        if self._kind in ("month", "quarter", "year"):
            return f"the {'last' if self._at_end else 'first'} day of a period, as the other labels of freq {self.freq}"
        return f"on the grid of freq {self.freq}"

    def numbers(self, stamps: NDArray[np.generic] | Ints) -> Ints:
        """Period numbers of datetimes (or nanoseconds). A date inside a period counts to the period it lies in."""
        nanos = _nanos(stamps)
        if self._kind == "week":
            return (nanos // _DAY - self._offset) // 7
        if self._kind in ("month", "quarter", "year"):
            months = nanos.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
            return (months - self._offset) // self._step
        if self._kind == "business day":
            return np.busday_count(np.datetime64("1970-01-01"), nanos.astype("datetime64[ns]").astype("datetime64[D]"))
        return (nanos - self._offset) // (self._unit * self._step)

    def holding(self, stamps: NDArray[np.datetime64]) -> Ints:
        """The numbers of the periods that dates lie in, which are their labels or not."""
        found = self.numbers(stamps)
        if self._kind == "week" and not self.named_by_first_day:
            found = found + self.beside(stamps)  # a week that is named by its last day holds the days before it
        return found

    def labels(self, numbers: Ints) -> NDArray[np.datetime64]:
        """The labels of periods, datetime64[ns]."""
        if self._kind == "week":
            return ((numbers * 7 + self._offset) * _DAY).astype("datetime64[ns]")
        if self._kind in ("month", "quarter", "year"):
            months = numbers * self._step + self._offset - 1970 * 12
            if self._at_end:
                return ((months + 1).astype("datetime64[M]").astype("datetime64[D]") - 1).astype("datetime64[ns]")
            return months.astype("datetime64[M]").astype("datetime64[ns]")
        if self._kind == "business day":
            return np.busday_offset(np.datetime64("1970-01-01"), numbers, roll="forward").astype("datetime64[ns]")
        return (numbers * self._unit * self._step + self._offset).astype("datetime64[ns]")

    @property
    def named_by_first_day(self) -> bool:
        """Whether a week's label is its first day. An alias W-X says that labels fall on X; Monday and, by itself, a
        label other than the alias's day is taken for the first day of a week that ends on it."""
        weekday = int((np.datetime64(self.labels(np.array([0]))[0], "D").astype(np.int64) + 3) % 7)
        names = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
        return self._anchor == "MON" or (self._anchor in names and names[weekday] != self._anchor)
