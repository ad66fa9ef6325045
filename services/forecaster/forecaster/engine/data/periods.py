"""Periods: the labels that name them, and their numbers.

Labels are kept as they come: a week may be named by any of its days, a month, quarter or year by its first or last
day. A period's number is its ordinal; periods between two labels are never skipped.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine.arrays import Ints
from forecaster.engine.data.frequency import FREQUENCIES, Alias
from forecaster.engine.options import Malformed

_DAY = 86_400_000_000_000


class PeriodIndex:
    """The numbering of periods for one frequency and one way of labelling."""

    def __init__(self, freq: str, labels: pd.Series) -> None:
        """`labels`: the history's dates, without NaT. Raises Malformed when they do not lie on one grid of `freq`."""
        self.freq = freq
        alias = Alias.parse(freq)
        self._kind, self._step, self._anchor = alias.name, alias.step, alias.anchor
        self.frequency = FREQUENCIES[alias.name]
        self._at_end = False
        days = labels.to_numpy("datetime64[ns]").astype(np.int64)
        unique = np.unique(days)
        if self._kind == "week":
            phases = np.unique(unique // _DAY % 7)
            if len(phases) > 1 or (unique % _DAY).any():
                odd = pd.Timestamp(unique[np.flatnonzero(unique // _DAY % 7 != phases[0])[:1]][0]) if len(phases) > 1 \
                    else pd.Timestamp(unique[unique % _DAY != 0][0])  # fmt: skip
                raise Malformed(f"ds: {odd} is not one week apart from the other labels, as freq {freq} needs")
            self._offset = int(phases[0])
        elif self._kind in ("month", "quarter", "year"):
            self._calendar(unique)
        else:
            self._regular(unique)
        self._check(unique)

    def _calendar(self, unique: Ints) -> None:
        stamps = pd.DatetimeIndex(unique)
        if not (stamps.is_month_start.all() or stamps.is_month_end.all()):
            odd = stamps[~(stamps.is_month_start if stamps[0].day == 1 else stamps.is_month_end)][0]
            raise Malformed(
                f"ds: {odd.date()} is neither the first day of a month nor the last, as freq {self.freq} needs"
            )
        self._at_end = not bool(stamps.is_month_start.all())
        self._offset = int((stamps[0].year * 12 + stamps[0].month - 1) % self._step)

    def _regular(self, unique: Ints) -> None:
        if self._kind == "business day":
            self._offset = 0
            return
        unit = _DAY if self._kind == "day" else _DAY // 24
        self._unit = unit
        self._offset = int(unique[0] % unit)

    def _check(self, unique: Ints) -> None:
        back = self.labels(self.numbers(unique)).astype("datetime64[ns]").astype(np.int64)
        wrong = np.flatnonzero(back != unique)
        if len(wrong):
            raise Malformed(f"ds: {pd.Timestamp(unique[wrong[0]])} does not lie on a grid of freq {self.freq}")

    def numbers(self, stamps: NDArray[np.generic] | Ints) -> Ints:
        """Period numbers of datetimes (or nanoseconds). A date inside a period counts to the period it lies in."""
        value = np.asarray(stamps)
        nanos = value if value.dtype == np.int64 else value.astype("datetime64[ns]").astype(np.int64)
        if self._kind == "week":
            return (nanos // _DAY - self._offset) // 7
        if self._kind in ("month", "quarter", "year"):
            months = nanos.astype("datetime64[ns]").astype("datetime64[M]").astype(np.int64) + 1970 * 12
            return (months - self._offset) // self._step
        if self._kind == "business day":
            return np.busday_count(np.datetime64("1970-01-01"), nanos.astype("datetime64[ns]").astype("datetime64[D]"))
        return (nanos - self._offset) // (self._unit * self._step)

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
