"""The features of a panel: arrays made once, their names, and the design matrix of any instances."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.calendar import calendar
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.data.panel import Panel, Regressor
from forecaster.engine.features import kernel, own_past, plans, seasonal
from forecaster.engine.features.inputs import Inputs, Windows
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.features.states import states

STEP = "step"
MOST_CATEGORIES = 255  # of a group that is told as a category
_CALENDAR = {  # what of the calendar tells periods of a frequency apart
    "day": ("position in the year", "month", "day of the month", "weekday", "days to Easter", "days to Christmas",
            "days to Thanksgiving"),
    "business day": ("position in the year", "month", "day of the month", "weekday", "days to Easter",
                     "days to Christmas"),
    "hour": ("position in the year", "weekday"),
    "week": ("position in the year", "day of the month", "days to Easter", "days to Christmas", "days to Thanksgiving"),
    "month": ("month", "days to Easter", "days in the month"),
    "quarter": ("month",),
}  # fmt: skip


@dataclass
class Features:
    """The features of some series. It can be sent to another process: it holds arrays and names only."""

    inputs: Inputs
    windows: Windows
    frequency: Frequency
    names: list[str]  # of the design matrix's columns
    categorical: list[int]  # columns that are categories
    calendar: tuple[str, ...] = ()  # names of the columns of the calendar that are used

    @classmethod
    def of(cls, panel: Panel) -> Features:
        """Of all series of a panel."""
        frequency = panel.frequency
        days = calendar(panel.index, panel.numbers)
        used = _CALENDAR.get(frequency.name, ())
        known, common, past, past_common = (
            [regressor for regressor in panel.regressors if (regressor.known, regressor.common) == kind]
            for kind in ((True, False), (True, True), (False, False), (False, True))
        )
        small = [group for group in panel.groups if len(group.categories) <= MOST_CATEGORIES]
        group_sales, group_of = _groups(panel)
        inputs = Inputs(
            sales=panel.y, first=panel.first, group_sales=group_sales, group_of=group_of, states=states(panel),
            calendar=_columns([days[name] for name in used], len(panel.numbers)),
            known=_stacked(known, panel), known_flags=_flags(known),
            known_common=_stacked_common(common), known_common_flags=_flags(common),
            past=_stacked(past, panel), past_common=_stacked_common(past_common),
            static=_columns([*panel.static_numbers.values(), *(group.codes for group in small)], len(panel.ids)),
        )  # fmt: skip
        groups = ["all", *(group.name for group in panel.groups)]
        names = [
            STEP, *own_past.names(frequency), *used, *seasonal.own_names(frequency),
            *chain.from_iterable(seasonal.group_names(frequency, group) for group in groups),
            *(plans.SAME_STATE if inputs.states.shape[1] else []),
            *plans.known_names(regressor.name for regressor in (*known, *common)),
            *plans.past_names(regressor.name for regressor in (*past, *past_common)),
            *(f"static {name}" for name in (*panel.static_numbers, *(group.name for group in small))),
        ]  # fmt: skip
        # The last columns. Not by name: a number with few values is also a group, and stands there twice.
        categorical = list(range(len(names) - len(small), len(names)))
        return cls(inputs, Windows.of(frequency, panel.horizon), frequency, names, categorical, used)

    @property
    def horizon(self) -> int:
        """The longest step."""
        return self.windows.horizon

    @property
    def last(self) -> int:
        """The column of the cutoff."""
        return int(self.inputs.sales.shape[1]) - 1

    def only(self, series: Ints) -> Features:
        """The features of some of the series, which are numbered anew from 0."""
        return replace(self, inputs=self.inputs.only(series))

    def design(self, instances: Instances) -> Design:
        """The design matrix of instances."""
        found = Design.empty(len(instances), len(self.names))
        kernel.fill(self.inputs, self.windows, instances.series, instances.origins, instances.steps, found.x,
                    found.scale, found.squared_step)  # fmt: skip
        return found

    def column(self, design: Design, name: str) -> Floats:
        """A feature (rows,) by its name. Raises ValueError when there is none such."""
        return design.x[:, self.names.index(name)]


def _columns(values: list[NDArray[np.generic]], rows: int) -> Floats:
    if not values:
        return np.zeros((rows, 0), dtype=np.float32)
    return np.ascontiguousarray(np.stack([value.astype(np.float32) for value in values], axis=1))


def _stacked(regressors: list[Regressor], panel: Panel) -> Floats:
    if not regressors:
        return np.zeros((0, len(panel.ids), len(panel.numbers)), dtype=np.float32)
    return np.stack([regressor.values for regressor in regressors]).astype(np.float32, copy=False)


def _stacked_common(regressors: list[Regressor]) -> Floats:
    if not regressors:
        return np.zeros((0, 1), dtype=np.float32)
    return np.concatenate([regressor.values for regressor in regressors]).astype(np.float32, copy=False)


def _flags(regressors: list[Regressor]) -> Mask:
    return np.array([regressor.flag for regressor in regressors], dtype=bool)


def _groups(panel: Panel) -> tuple[Floats, NDArray[np.int32]]:
    """Sales by group and period, and each series' row of it by level; level 0 joins all series."""
    sales = np.nan_to_num(panel.y)
    totals = [sales.sum(axis=0, dtype=np.float64)[None, :]]
    members = [np.zeros(len(panel.ids), dtype=np.int32)]
    offset = 1
    for group in panel.groups:
        order = np.argsort(group.codes, kind="stable")
        pool = np.zeros((len(group.categories), sales.shape[1]))
        present, begin = np.unique(group.codes[order], return_index=True)
        pool[present] = np.add.reduceat(sales[order], begin, axis=0, dtype=np.float64)
        totals.append(pool)
        members.append((group.codes + offset).astype(np.int32))
        offset += len(group.categories)
    return np.concatenate(totals).astype(np.float32), np.stack(members)
