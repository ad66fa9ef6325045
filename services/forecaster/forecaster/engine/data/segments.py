"""Kinds of demand: how often a series sells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.arrays import Floats, Ints, Mask

SEGMENTS = ("sparse sellers", "irregular sellers", "steady sellers")
EDGES = (0.35, 0.75)  # share of recent periods with sales that parts the segments


def segments(sales: Floats, first: Ints, series: Ints, origins: Ints, window: int) -> Ints:
    """The number (n,) among SEGMENTS of pairs (series, origin): by the share of the `window` periods up to the origin,
    in which something was sold, of sales (N, T)."""

    def sums(cells: Mask) -> NDArray[np.int32]:
        return np.concatenate([np.zeros((len(sales), 1), np.int32), np.cumsum(cells, axis=1, dtype=np.int32)], axis=1)

    begin = np.minimum(np.maximum(np.maximum(origins - window + 1, first[series]), 0), origins)
    counts = sums(sales > 0), sums(~np.isnan(sales))
    sold, known = (part[series, origins + 1] - part[series, begin] for part in counts)
    share = sold / np.maximum(known, 1)
    found: Ints = np.searchsorted(np.array(EDGES), share, side="right").astype(np.int64)
    return found
