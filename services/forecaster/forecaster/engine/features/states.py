"""States: combinations of what is planned for a period, by which earlier periods are compared with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.data.panel import IN_STOCK, Panel, Regressor

MOST_FLAGS = 4
MOST_LONG, MOST_SHORT = 30, 60  # states without and with a short season


def states(panel: Panel) -> NDArray[np.int16]:
    """A code for each combination of the flags known ahead and the phase of the short season; (N or 1, T + H).

    The flags that explain most of the sales come first, as long as the combinations stay few.
    """
    short, size = panel.frequency.short_season, panel.size + panel.horizon
    parts = told_apart(panel)
    if not parts:
        return np.zeros((1, 0), dtype=np.int16)
    code = (panel.numbers % short if short else np.zeros(size, dtype=np.int64))[None, :]
    for regressor, kinds in parts:
        code = code * len(kinds) + np.searchsorted(kinds, _whole(regressor))
    return np.ascontiguousarray(code.astype(np.int16))


def told_apart(panel: Panel) -> list[tuple[Regressor, NDArray[np.int64]]]:
    """The flags that states are made of, in the order of the code's places, with the values that each has."""
    short, found = panel.frequency.short_season, []
    flags = [one for one in panel.regressors if one.known and one.flag and one.name != IN_STOCK]
    flags.sort(key=lambda regressor: -_explained(panel, regressor))
    count = max(short, 1)
    for regressor in flags[:MOST_FLAGS]:
        kinds = np.unique(_whole(regressor))
        if 1 < len(kinds) <= (MOST_LONG if not short else MOST_SHORT) // count:
            found.append((regressor, kinds))
            count *= len(kinds)
    return found


def _whole(regressor: Regressor) -> NDArray[np.int64]:
    return np.nan_to_num(np.rint(regressor.values), nan=-1).astype(np.int64)


def _explained(panel: Panel, regressor: Regressor) -> float:
    """The share of the variance of relative sales that the values of a flag explain."""
    size = panel.size
    step = max(1, len(panel.ids) // 2000)
    y = panel.y[::step]
    usual = np.nansum(y, axis=1, keepdims=True) / np.maximum((~np.isnan(y)).sum(axis=1, keepdims=True), 1)
    relative = np.where(usual > 0, np.clip(y / np.where(usual > 0, usual, 1), 0, 10), np.nan)
    values = np.broadcast_to(
        regressor.values[:, :size] if regressor.common else regressor.values[::step, :size], y.shape
    )
    usable = np.isfinite(relative) & ~np.isnan(values)
    if usable.sum() < 10:
        return 0.0
    sales, codes = relative[usable], np.rint(values[usable]).astype(np.int64) + 32
    count = np.bincount(codes, minlength=64)
    means = np.bincount(codes, weights=sales, minlength=64) / np.maximum(count, 1)
    return float(means[codes].var() / max(sales.var(), 1e-12))
