"""A fitted engine: what a training leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.engine import choice as choices
from forecaster.engine import extras, intervals, pooled, quantile_model
from forecaster.engine.types import QUANTILES, Floats

Ints = NDArray[np.int64]


@dataclass
class Fitted:
    """Everything that `predict` needs beside a panel."""

    names: list[str]  # of the features, in order: a panel with others needs a new fit
    kinds: dict[str, list[str]]  # categories of the groups, in the order of their codes
    booster: pooled.Pooled | None
    choice: choices.Choice
    scale: intervals.Scale
    table: intervals.Table
    correlation: Floats
    chosen: Ints  # features that the scale models see
    deviation: int
    seed: int
    report: dict[str, Any] = field(default_factory=dict)
    taken: list[extras.Taken] = field(default_factory=list)  # candidates fitted series by series
    quantiles: quantile_model.QuantileModel | None = None
    stretch: Floats = field(  # (11,), of bands with learned quantiles
        default_factory=lambda: np.full(len(QUANTILES), intervals.UNTESTED, dtype=np.float32)
    )
