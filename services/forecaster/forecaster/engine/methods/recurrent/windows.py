"""What a recurrent network reads of a panel: the past of a series, and what is known of the periods ahead.

Guarantee: of a window at an origin, sales and past regressors are read up to the origin only; calendar and regressors
known ahead up to the horizon. Sales are in units of the series' own level at the origin, a gap is 0 with a mask of 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.features.builder import Features
from forecaster.engine.methods.pooled.anchor import MOST

_LONGEST = 168  # periods that a window looks back, at most
_FAR = 5.0  # a normalised regressor is clipped here
_REGRESSORS = ("known", "past", "known_common", "past_common")
Norms = dict[str, NDArray[np.float32]]  # means and deviations of what windows hold, by name


class Examples(NamedTuple):
    """B windows: L periods back, H ahead."""

    past: Floats  # (B, L, E)
    ahead: Floats  # (B, H, D)
    own: Floats  # (B, S): of the series at the origin
    codes: NDArray[np.int32]  # (B, G): categories, 0 for one that was not there in the training
    scale: Floats  # (B,) the level, in units of y


def look_back(features: Features) -> int:
    """L: a year of weeks, two of months, eight of days."""
    windows = features.windows
    return min(windows.level * (1 if windows.short_season else 2), _LONGEST)


def learned_norms(features: Features, last: int) -> Norms:
    """Of everything up to column `last`."""
    inputs = features.inputs
    found: Norms = {}
    for name in _REGRESSORS:
        found |= _moments(name, inputs._asdict()[name][..., : last + 1])
    numbers = inputs.static.shape[1] - len(features.categorical)
    found |= _moments("static", inputs.static[:, :numbers].T)
    codes = inputs.static[:, numbers:]
    found["categories"] = (codes.max(axis=0, initial=-1) + 1).astype(np.float32)
    return found


def _moments(name: str, values: Floats) -> Norms:
    """Mean and deviation of each row, of what is known of it; 0 and 1 where nothing is."""
    beside = tuple(range(1, values.ndim))
    there = ~np.isnan(values)
    count = np.maximum(there.sum(axis=beside, keepdims=True), 1)
    mean = np.where(there, values, 0).sum(axis=beside, keepdims=True, dtype=np.float64) / count
    square = np.where(there, values - mean, 0) ** 2
    deviation = np.sqrt(square.sum(axis=beside, dtype=np.float64) / count.reshape(-1))
    return {
        f"{name}_mean": mean.reshape(-1).astype(np.float32),
        f"{name}_deviation": np.where(deviation > 1e-6, deviation, 1).astype(np.float32),
    }


@dataclass(frozen=True)
class WindowReader:
    """The windows of a panel's features, read with the norms of a training."""

    features: Features
    norms: Norms

    def batch(self, series: Ints, origins: Ints) -> Examples:
        """Of pairs (series, origin)."""
        inputs, back, horizon = self.features.inputs, look_back(self.features), self.features.horizon
        columns = origins[:, None] - back + 1 + np.arange(back)
        targets = origins[:, None] + 1 + np.arange(horizon)
        sales = self._sales(series, columns)
        scale = self._scale(sales)
        there = ~np.isnan(sales)
        relative = np.where(there, np.log1p(np.clip(sales / scale[:, None], 0, MOST)), 0)
        plans = self._regressors("known", series, columns)
        ahead_plans = self._regressors("known", series, targets)
        past = [relative[..., None], there[..., None], self._calendar[np.maximum(columns, 0)], plans,
                self._regressors("past", series, columns)]  # fmt: skip
        step = np.broadcast_to((np.arange(horizon) + 1) / horizon, targets.shape)
        ahead = [step[..., None], self._calendar[targets], ahead_plans,
                 ahead_plans - plans.mean(axis=1, keepdims=True), self._year_ago(series, targets, scale)]  # fmt: skip
        age = np.log1p(origins - inputs.first[series] + 1.0) / 6
        sold = np.where(there, sales > 0, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        own = [(np.log(scale) / 4)[:, None], age[:, None], sold[:, None], self._static[series]]
        return Examples(
            _joined(past), _joined(ahead), _joined(own), self._codes[series], scale.astype(np.float32)
        )  # fmt: skip

    def labels(self, series: Ints, origins: Ints, scale: Floats, last: int) -> Floats:
        """What was sold (B, H), in units of the scale; NaN where that is unknown or lies after column `last`."""
        targets = origins[:, None] + 1 + np.arange(self.features.horizon)
        known = np.where(
            targets <= last, self.features.inputs.sales[series[:, None], np.minimum(targets, last)], np.nan
        )
        found: Floats = np.clip(known / scale[:, None], 0, MOST).astype(np.float32)
        return found

    @property
    def categories(self) -> tuple[int, ...]:
        """How many codes each category has, with that of none."""
        return tuple(int(count) + 1 for count in self.norms["categories"])

    def _sales(self, series: Ints, columns: Ints) -> Floats:
        """(B, columns) sales; NaN before a series' first and before the panel."""
        inputs = self.features.inputs
        values = inputs.sales[series[:, None], np.maximum(columns, 0)]
        return np.where(columns >= np.maximum(inputs.first[series], 0)[:, None], values, np.nan)

    def _scale(self, sales: Floats) -> Floats:
        """The level (B,), as the pooled model has it: the mean of the window's later half, or half of the latest."""
        level = self.features.windows.level
        recent = max(level // 3, 1)
        means = []
        for size in (level, recent):
            part = sales[:, -size:]
            there = ~np.isnan(part)
            means.append(np.where(there, part, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1))
        found: Floats = np.maximum(np.maximum(means[0], 0.5 * means[1]), 0.05).astype(np.float32)
        return found

    def _regressors(self, kind: str, series: Ints, columns: Ints) -> Floats:
        """(B, columns, R) normalised values of a kind, `known` or `past`; what is unknown is as usual."""
        columns = np.maximum(columns, 0)
        own, common = self._normal[kind], self._normal[f"{kind}_common"]
        found = [np.zeros((0, *columns.shape), dtype=np.float32)]
        if len(own):
            found.append(own[:, series[:, None], columns])
        if len(common):
            found.append(common[:, columns])
        joined: Floats = np.moveaxis(np.concatenate(found), 0, -1)
        return joined

    @cached_property
    def _normal(self) -> dict[str, Floats]:
        inputs, found = self.features.inputs._asdict(), {}
        for kind in _REGRESSORS:
            shape = (-1,) + (1,) * (inputs[kind].ndim - 1)
            mean, deviation = (self.norms[f"{kind}_{what}"].reshape(shape) for what in ("mean", "deviation"))
            found[kind] = np.clip(np.nan_to_num((inputs[kind] - mean) / deviation), -_FAR, _FAR)
        return found

    def _year_ago(self, series: Ints, targets: Ints, scale: Floats) -> Floats:
        """(B, H, 3): what was sold a year before each target, or so many years that it was known at the origin; around
        it; and whether it is known."""
        season, horizon = self.features.windows.long_season, self.features.horizon
        if not season:
            return np.zeros((*targets.shape, 0), dtype=np.float32)
        years = (np.arange(horizon) // season + 1) * season
        near = [self._sales(series, targets - years + shift) for shift in (0, -1, 1)]
        near[2] = np.where(targets - years + 1 < targets[:, :1], near[2], np.nan)  # not after the origin
        there = ~np.isnan(near[0])
        around = np.stack(near)
        known = ~np.isnan(around)
        mean = np.where(known, around, 0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        told = [np.where(there, near[0], 0), mean]
        relative = [np.log1p(np.clip(values / scale[:, None], 0, MOST)) for values in told]
        found: Floats = np.stack([*relative, there], axis=-1).astype(np.float32)
        return found

    @cached_property
    def _calendar(self) -> Floats:
        """(T + H, C) what the calendar says, in small numbers."""
        columns = []
        for name, values in zip(self.features.calendar, self.features.inputs.calendar.T, strict=True):
            columns += _told(name, values)
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.features.inputs.calendar), 0), np.float32)

    @cached_property
    def _static(self) -> Floats:
        numbers = self.features.inputs.static.shape[1] - len(self.features.categorical)
        values = (self.features.inputs.static[:, :numbers] - self.norms["static_mean"]) / self.norms["static_deviation"]
        found: Floats = np.clip(np.nan_to_num(values), -_FAR, _FAR)
        return found

    @cached_property
    def _codes(self) -> NDArray[np.int32]:
        numbers = self.features.inputs.static.shape[1] - len(self.features.categorical)
        codes = self.features.inputs.static[:, numbers:]
        return np.where(codes < self.norms["categories"], codes + 1, 0).astype(np.int32)


def _told(name: str, values: Floats) -> list[Floats]:
    """A column of the calendar as columns of a network."""
    if name.startswith("days to"):  # signed, and unknown far away
        near = np.exp(-np.abs(np.nan_to_num(values, nan=1e3)) / 10)
        return [near, np.sign(np.nan_to_num(values)) * near]
    if name == "weekday":
        return [(values == day).astype(np.float32) for day in range(7)]
    if name in ("position in the year", "month"):
        turn = 2 * np.pi * values * (1 if name != "month" else 1 / 12)
        return [np.sin(turn), np.cos(turn), np.sin(2 * turn), np.cos(2 * turn)]
    return [(values - values.mean()) / max(float(values.std()), 1.0)]


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate(parts, axis=-1, dtype=np.float32, casting="unsafe")
