"""The design matrix of instances (series, origin, step), computed straight from the panel: no series x time feature
matrices.

All sales are divided by the series' scale at the origin, so one model serves every size of series. Nothing after
the origin is read but known regressors up to origin + horizon length. NaN means unknown.
"""

from __future__ import annotations

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.features import plans, seasonal
from forecaster.engine.features.inputs import Inputs, Windows
from forecaster.engine.features.own_past import own_past
from forecaster.engine.features.primitives import scale_at, squared_step
from forecaster.engine.jit import compiled

_of_group, _own_season, _same_state = seasonal.of_group, seasonal.own, plans.same_state
_known_ahead, _known_past = plans.known_ahead, plans.known_past


@compiled
def fill(
    inputs: Inputs, windows: Windows, series: Ints, origins: Ints, steps: Ints, x: Floats, scales: Floats,
    squared_steps: Floats,
) -> None:  # fmt: skip
    """Write the features of each instance to a row of `x` (rows, features), in the order of the names in builder.py;
    its scale and its mean squared step to (rows,)."""
    past_end = 1  # where the features of the series' own past end
    for number in range(len(series)):
        i, origin, step = series[number], origins[number], steps[number]
        row, out = inputs.sales[i], x[number]
        out[0] = step
        if number > 0 and i == series[number - 1] and origin == origins[number - 1]:  # only the step is another
            out[1:past_end], scale = x[number - 1, 1:past_end], scales[number - 1]
            scales[number], squared_steps[number] = scale, squared_steps[number - 1]
        else:
            scale = scale_at(row, origin, windows.level)
            scales[number] = scale
            squared_steps[number] = squared_step(row, origin, inputs.first[i])
            past_end = own_past(row, inputs.first[i], origin, scale, windows, out, 1)
        _of_target(inputs, windows, i, origin, origin + step, scale, out, past_end)


@compiled
def _of_target(
    inputs: Inputs, windows: Windows, i: int, origin: int, target: int, scale: float, out: Floats, at: int
) -> None:  # fmt: skip
    """What depends on the target's period."""
    for column in range(inputs.calendar.shape[1]):
        out[at] = inputs.calendar[target, column]
        at += 1
    at = _own_season(inputs.sales[i], origin, target, scale, windows, out, at)
    for level in range(inputs.group_of.shape[0]):
        at = _of_group(inputs.group_sales[inputs.group_of[level, i]], origin, target, windows, out, at)
    if inputs.states.shape[1] > 0:
        states = inputs.states[i if inputs.states.shape[0] > 1 else 0]
        at = _same_state(inputs.sales[i], states, origin, target, scale, out, at)
    at = _of_regressors(inputs, windows, i, origin, target, out, at)
    for column in range(inputs.static.shape[1]):
        out[at] = inputs.static[i, column]
        at += 1


@compiled
def _of_regressors(
    inputs: Inputs, windows: Windows, i: int, origin: int, target: int, out: Floats, at: int
) -> int:  # fmt: skip
    end, level, year = origin + windows.horizon, windows.level, windows.long_season
    for column in range(inputs.known.shape[0]):
        flag = inputs.known_flags[column]
        at = _known_ahead(inputs.known[column, i], origin, target, end, level, year, flag, out, at)
    for column in range(inputs.known_common.shape[0]):
        flag = inputs.known_common_flags[column]
        at = _known_ahead(inputs.known_common[column], origin, target, end, level, year, flag, out, at)
    for column in range(inputs.past.shape[0]):
        at = _known_past(inputs.past[column, i], origin, level, out, at)
    for column in range(inputs.past_common.shape[0]):
        at = _known_past(inputs.past_common[column], origin, level, out, at)
    return at
