"""What the pooled model sees of a row (series, origin, horizon): arrays made once a panel, and the features' names."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import grid as calendars
from forecaster.engine import kernel
from forecaster.engine.panel import Column, Panel
from forecaster.engine.types import Floats

Ints = NDArray[np.int64]
_EMPTY = np.zeros(0, dtype=np.int64)


@dataclass
class Rows:
    """Rows of the pooled model: positions in the panel."""

    series: Ints
    origins: Ints
    steps: Ints

    def __len__(self) -> int:
        return len(self.series)

    def part(self, chosen: slice | NDArray[np.generic]) -> Rows:
        """Some of the rows."""
        return Rows(self.series[chosen], self.origins[chosen], self.steps[chosen])


@dataclass
class Built:
    """Features and, by row, the series' scale and mean squared step at the origin."""

    x: Floats
    scale: Floats
    msd: Floats


class Features:
    """The feature kernel bound to a panel."""

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        rhythm = panel.grid.rhythm
        self.width = {"day": 28, "business day": 20, "hour": 72, "week": 4, "month": 2}.get(rhythm.name, 1)
        days = calendars.calendar(panel.grid, panel.periods)
        used = {
            "day": (0, 1, 2, 3, 4, 5, 6), "business day": (0, 1, 2, 3, 4, 5), "hour": (0, 3),
            "week": (0, 2, 4, 5, 6), "month": (1, 4, 7), "quarter": (1,),
        }.get(rhythm.name, ())  # fmt: skip
        self.days = np.ascontiguousarray(days[:, list(used)])
        names = ("position in the year", "month", "day of the month", "weekday", "days to Easter", "days to Christmas",
                 "days to Thanksgiving", "days in the month")  # fmt: skip
        self._day_names = [names[number] for number in used]
        self.totals, self.members = _pooled(panel)
        self.states = _states(panel, rhythm.short)
        self._columns()
        static = [values for _, values in panel.numbers]
        small = [(name, codes) for name, codes, kinds in panel.groups if len(kinds) <= 255]
        columns = [*static, *(codes.astype(np.float32) for _, codes in small)]
        self.static = np.stack(columns, axis=1) if columns else np.zeros((len(panel.ids), 0), dtype=np.float32)
        self._static_names = [name for name, _ in panel.numbers] + [name for name, _ in small]
        self.names = self._names()
        # The last columns. Not by name: a number with few values is also a group, and stands there twice.
        self.categorical = list(range(len(self.names) - len(small), len(self.names)))

    def _columns(self) -> None:
        def stack(columns: list[Column]) -> tuple[Floats, NDArray[np.bool_]]:
            n, size = len(self.panel.ids), self.panel.y.shape[1] + self.panel.horizon
            if not columns:
                return np.zeros((0, n, size), dtype=np.float32), np.zeros(0, dtype=bool)
            values = np.stack([column.values for column in columns]).astype(np.float32, copy=False)
            return values, np.array([column.flag for column in columns])

        chosen = {
            (known, own): [c for c in self.panel.columns if c.known == known and (len(c.values) > 1) == own]
            for known in (True, False) for own in (True, False)
        }  # fmt: skip
        self.known, self.flags = stack(chosen[True, True])
        common, self.flags_common = stack(chosen[True, False])
        self.known_common = common[:, 0] if len(common) else np.zeros((0, 1), dtype=np.float32)
        self.past = stack(chosen[False, True])[0]
        past_common = stack(chosen[False, False])[0]
        self.past_common = past_common[:, 0] if len(past_common) else np.zeros((0, 1), dtype=np.float32)
        self._column_names = [c.name for key in ((True, True), (True, False)) for c in chosen[key]]
        self._past_names = [c.name for key in ((False, True), (False, False)) for c in chosen[key]]

    def _names(self) -> list[str]:
        rhythm = self.panel.grid.rhythm
        season = ["seasonal change", "growth on a year ago", "trend", "value a cycle ago against its year"]
        phase = ["last of the same phase", "mean of 4 of the phase", "mean of 10 of the phase"]
        names = ["horizon", *(f"lag {lag}" for lag in range(rhythm.lags)), *(f"mean {w}" for w in rhythm.windows)]
        names += [f"deviation {w}" for w in rhythm.spreads] + [f"share sold {w}" for w in rhythm.shares]
        names += ["slow average", "fast average", "since last sale", "age", "log scale", *self._day_names]
        names += phase if rhythm.short else []
        names += [*season, "value a cycle ago", "mean of 3 a cycle ago"] if rhythm.long else []
        for level in range(len(self.members)):
            group = "all" if level == 0 else self.panel.groups[level - 1][0]
            names += [f"{group}: {name}" for name in phase] if rhythm.short else []
            names += [f"{group}: {name}" for name in (season if rhythm.long else ["trend"])]
        if self.states.shape[1]:
            names += ["mean of 3 in the same state", "mean of 12 in the same state", "since the same state",
                      "same state against others"]  # fmt: skip
        for name in self._column_names:
            names += [name, f"{name} against usual", f"{name} before", f"{name} after", f"{name} a cycle ago"]
        for name in self._past_names:
            names += [f"{name} recent", f"{name} recent against usual"]
        return names + [f"static {name}" for name in self._static_names]

    def build(self, rows: Rows, base: Floats | None = None) -> Built:
        """Features of rows; `base` (rows, C) is appended."""
        rhythm = self.panel.grid.rhythm
        extra = np.zeros((len(rows), 0), dtype=np.float32) if base is None else base
        x = np.empty((len(rows), len(self.names) + extra.shape[1]), dtype=np.float32)
        scale, msd = np.empty(len(rows), dtype=np.float32), np.empty(len(rows), dtype=np.float32)
        kernel.fill(
            self.panel.y, self.panel.first, rows.series, rows.origins, rows.steps, self.panel.horizon, rhythm.lags,
            rhythm.level, _ints(rhythm.windows), _ints(rhythm.spreads), _ints(rhythm.shares), rhythm.short, rhythm.long,
            self.width, self.totals, self.members, self.states, self.days, self.known, self.known_common, self.flags,
            self.flags_common, self.past, self.past_common, self.static, extra, x, scale, msd,
        )  # fmt: skip
        return Built(x, scale, msd)


def _ints(values: tuple[int, ...]) -> Ints:
    return np.array(values, dtype=np.int64)


def _pooled(panel: Panel) -> tuple[Floats, NDArray[np.int32]]:
    """Sales by group and period, and each series' row of it by level; level 0 joins all series."""
    sales = np.nan_to_num(panel.y)
    totals = [sales.sum(axis=0, dtype=np.float64)[None, :]]
    members = [np.zeros(len(panel.ids), dtype=np.int32)]
    offset = 1
    for _, codes, kinds in panel.groups:
        count = len(kinds)
        order = np.argsort(codes, kind="stable")
        pool = np.zeros((count, sales.shape[1]))
        present, begin = np.unique(codes[order], return_index=True)
        pool[present] = np.add.reduceat(sales[order], begin, axis=0, dtype=np.float64)
        totals.append(pool)
        members.append((codes + offset).astype(np.int32))
        offset += count
    return np.concatenate(totals).astype(np.float32), np.stack(members)


def _states(panel: Panel, short: int) -> NDArray[np.int16]:
    """A code for each combination of the flags known ahead and the phase of the short cycle; (N or 1, T + H).

    The flags that explain most of the sales come first, as long as the combinations stay few.
    """
    size = panel.y.shape[1] + panel.horizon
    flags = [column for column in panel.columns if column.known and column.flag and column.name != "in_stock"]
    flags.sort(key=lambda column: -_explained(panel, column))
    phase = (panel.periods % short if short else np.zeros(size, dtype=np.int64))[None, :]
    code, count = phase, max(short, 1)
    for column in flags[:4]:
        values = np.nan_to_num(np.rint(column.values), nan=-1).astype(np.int64)
        kinds, part = np.unique(values, return_inverse=True)
        if count * len(kinds) > (30 if not short else 60):
            continue
        code = code * len(kinds) + part.reshape(values.shape)
        count *= len(kinds)
    if count <= max(short, 1):
        return np.zeros((1, 0), dtype=np.int16)
    return np.ascontiguousarray(code.astype(np.int16))


def _explained(panel: Panel, column: Column) -> float:
    """The share of the variance of relative sales that the values of a flag explain."""
    size = panel.y.shape[1]
    step = max(1, len(panel.ids) // 2000)
    y = panel.y[::step]
    usual = np.nansum(y, axis=1, keepdims=True) / np.maximum((~np.isnan(y)).sum(axis=1, keepdims=True), 1)
    relative = np.where(usual > 0, np.clip(y / np.where(usual > 0, usual, 1), 0, 10), np.nan)
    values = np.broadcast_to(
        column.values[:, :size] if len(column.values) == 1 else column.values[::step, :size], y.shape
    )
    usable = np.isfinite(relative) & ~np.isnan(values)
    if usable.sum() < 10:
        return 0.0
    sales, codes = relative[usable], np.rint(values[usable]).astype(np.int64) + 32
    count = np.bincount(codes, minlength=64)
    means = np.bincount(codes, weights=sales, minlength=64) / np.maximum(count, 1)
    return float(means[codes].var() / max(sales.var(), 1e-12))
