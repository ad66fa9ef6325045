"""What a frequency implies for modelling: season lengths and windows, all in periods."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from forecaster.engine.options import Malformed

_MONTHS = {"M": 1, "Q": 3, "Y": 12}
_NAMES = {"M": "month", "Q": "quarter", "Y": "year"}


@dataclass(frozen=True)
class Frequency:
    """What a frequency implies for modelling; all lengths in periods."""

    name: str
    periods_per_year: float
    short_season: int  # the season within a year (7 days a week), 0 without one
    long_season: int  # the yearly season as a lag that keeps the short season's phase, 0 without one
    mean_windows: tuple[int, ...]  # of the means at the origin
    deviation_windows: tuple[int, ...]  # of the standard deviations
    share_windows: tuple[int, ...]  # of the share of periods with sales
    level_window: int  # of a series' level and scale
    lags: int  # latest values taken as they are
    backtest_origins: int  # origins that the backtest is rolled through, at most
    max_history: int  # periods of history that are read, at most
    trend_window: int = 1  # whose mean is set against one four times as long, and against a year before

    @property
    def season_length(self) -> int:
        """Of the season that methods for one series follow: the short one, or else the yearly one; 0 without any."""
        return self.short_season or self.long_season

    @property
    def growth_window(self) -> int:
        """The window whose level, against a year before, tells the year's growth."""
        return max(self.level_window // 6, 2)


FREQUENCIES = {
    found.name: found for found in (
        Frequency("day", 365.25, 7, 364, (3, 7, 14, 28, 56, 91, 182), (7, 28, 91), (7, 28, 91), 56, 7, 56, 2200, 28),
        Frequency("business day", 261, 5, 260, (3, 5, 10, 20, 40, 65, 130), (5, 20, 65), (5, 20, 65), 40, 5, 40, 1600,
                  20),
        Frequency("hour", 8766, 24, 168, (3, 12, 24, 72, 168, 336, 672), (24, 168, 672), (24, 168, 672), 168, 6, 168,
                  4000, 72),
        Frequency("week", 52.18, 0, 52, (2, 4, 8, 13, 26, 52), (8, 26, 52), (4, 13, 52), 26, 6, 26, 783, 4),
        Frequency("month", 12, 0, 12, (2, 3, 6, 12, 24), (6, 12, 24), (3, 6, 12), 12, 6, 12, 360, 2),
        Frequency("quarter", 4, 0, 4, (2, 4, 8, 12), (4, 8, 12), (2, 4, 8), 4, 4, 6, 160),
        Frequency("year", 1, 0, 0, (2, 3, 5), (3, 5, 8), (2, 3, 5), 3, 3, 4, 100),
    )
}  # fmt: skip


@dataclass(frozen=True)
class Alias:
    """A pandas offset alias, read: the frequency's name, how many of its units a period has, and its anchor (SUN)."""

    name: str
    step: int
    anchor: str

    @classmethod
    def parse(cls, freq: str) -> Alias:
        """Raises Malformed for what is not a regular frequency."""
        try:
            offset = pd.tseries.frequencies.to_offset(freq)
        except ValueError as error:
            raise Malformed(f"freq: {freq!r} is not a pandas offset alias such as W-SUN, MS or D") from error
        if offset is None:
            raise Malformed("freq: missing")
        base, _, anchor = offset.rule_code.partition("-")
        if base == "W" and offset.n == 1:
            return cls("week", 1, anchor)
        if base == "D" and offset.n == 7:
            return cls("week", 1, "")
        if base == "B" and offset.n == 1:
            return cls("business day", 1, "")
        if base in ("D", "h"):
            return cls("day" if base == "D" else "hour", int(offset.n), "")
        letter = base.rstrip("SE").removeprefix("B") or base
        if letter in _MONTHS and offset.n == 1:
            return cls(_NAMES[letter], _MONTHS[letter], anchor)
        raise Malformed(f"freq: {freq!r} is not supported; use D, B, h, W-…, MS or ME, QS or QE, YS or YE")
