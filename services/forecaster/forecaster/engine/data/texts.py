"""Texts as numbers: each is worth what sold in its periods, relative to each series' own mean (target encoding)."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.data.panel import Panel

TEXT = "\0text "  # begins the name of a regressor whose values are codes of texts
FEW = 12  # texts that still make a flag
_SHRINK = 20  # periods that the mean of all texts counts for in each


def encode(panel: Panel) -> None:
    """Turn codes of texts into the mean of sales, relative to each series' own mean, in the periods that had them."""
    coded = [regressor for regressor in panel.regressors if regressor.name.startswith(TEXT)]
    for regressor in coded:
        regressor.name = regressor.name.removeprefix(TEXT)
        most = int(np.nanmax(regressor.values, initial=0)) + 1
        table = _effects(panel, regressor.values[:, : panel.size], most)
        known = ~np.isnan(regressor.values)
        regressor.values[known] = table[regressor.values[known].astype(np.int64)]
        regressor.flag = most <= FEW


def _effects(panel: Panel, codes: Floats, most: int) -> Floats:
    """The effect of each code, (most,)."""
    sold = panel.y > 0
    periods = np.maximum(sold.sum(axis=1, keepdims=True), 1)
    usual = np.where(sold, panel.y, 0).sum(axis=1, keepdims=True) / periods
    relative = np.where(usual > 0, panel.y / np.where(usual > 0, usual, 1), np.nan)
    codes = np.broadcast_to(codes, relative.shape)
    usable = np.isfinite(relative) & ~np.isnan(codes)
    own = codes[usable].astype(np.int64)
    count = np.bincount(own, minlength=most)
    total = np.bincount(own, weights=np.minimum(relative[usable], 20), minlength=most)
    overall = total.sum() / max(count.sum(), 1)
    table: Floats = ((total + _SHRINK * overall) / (count + _SHRINK)).astype(np.float32)
    table += np.arange(most, dtype=np.float32) * 1e-6  # texts of one effect stay apart
    return table
