"""How much of a period a series could sell at all: opening days and the like, when they are known ahead.

A known regressor is taken for an opening when sales are never there where it is zero and mostly there where it is not.
Closed periods are then unknown demand, not zero; sales are brought to a usual period's opening when they grow with
it; and forecasts are brought back, to zero where it is planned to be closed.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats, Mask
from forecaster.engine.data.panel import IN_STOCK, Panel, Regressor, begun


def apply(panel: Panel) -> None:
    """Find the opening, if there is one, and set `panel.exposure`; sales become sales of a usual opening."""
    size = panel.y.shape[1]
    there = begun(panel.y)
    for regressor in panel.regressors:
        if not (regressor.known and regressor.flag) or regressor.name == IN_STOCK or np.nanmin(regressor.values) < 0:
            continue
        past = np.broadcast_to(regressor.values[:, :size], panel.y.shape)
        if _is_opening(panel.y, past, there):
            _use(panel, regressor, past)
            panel.columns[regressor.name] = "read as openings: nothing is sold where it is 0"
            return


def _is_opening(y: Floats, past: Floats, there: Mask) -> bool:
    closed, is_open = there & (past == 0), there & (past > 0) & ~np.isnan(y)
    shut = closed & ~np.isnan(y)
    if shut.sum() < 20 or is_open.sum() < 20:
        return False
    return bool((y[shut] > 0).mean() <= 0.005 and (y[is_open] > 0).mean() >= 0.7)


def _use(panel: Panel, regressor: Regressor, past: Floats) -> None:
    sold = panel.y > 0
    usual = float(np.median(past[sold & (past > 0)]))
    share = regressor.values / usual
    if not _grows_with(panel.y, past, sold & (past > 0), usual):
        share = np.where(np.isnan(regressor.values), np.nan, (regressor.values > 0).astype(np.float32))
    size = panel.y.shape[1]
    seen = np.array(np.broadcast_to(share[:, :size], panel.y.shape))
    seen[np.isnan(seen) & ~sold] = 0.0  # no row, no sale, no word of an opening
    seen[(seen <= 0) & sold] = 1.0
    seen[np.isnan(seen)] = 1.0
    panel.y = np.where(seen > 0, panel.y / np.where(seen > 0, seen, 1), np.nan).astype(np.float32)
    ahead = np.array(np.broadcast_to(share[:, size:], (len(panel.ids), panel.horizon)))
    panel.exposure = np.nan_to_num(ahead, nan=1.0).astype(np.float32)


def _grows_with(y: Floats, past: Floats, cells: Mask, usual: float) -> bool:
    """Whether sales are closer to constant per day of opening than per period."""
    count = np.maximum(cells.sum(axis=1, keepdims=True), 1)
    mean = np.where(cells, y, 0).sum(axis=1, keepdims=True) / count
    relative = (y / np.where(mean > 0, mean, 1))[cells]
    kind = np.rint(past[cells]).astype(np.int64)
    number = np.bincount(kind)
    by_kind = np.bincount(kind, weights=np.minimum(relative, 10)) / np.maximum(number, 1)
    values = np.arange(len(number))
    other = (number > 0) & (values > 0) & (values != round(usual))
    if not number[other].sum():
        return False
    base = by_kind[round(usual)] or 1.0
    as_is = (number * (by_kind / base - 1) ** 2)[other].sum()
    per_day = (number * (by_kind / base - values / usual) ** 2)[other].sum()
    return bool(per_day < 0.5 * as_is)
