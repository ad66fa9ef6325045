"""A fitted engine: what a training leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from forecaster.engine.arrays import Floats, Ints
from forecaster.engine.ensemble.blend import Ensemble
from forecaster.engine.ensemble.candidates import Taken
from forecaster.engine.ensemble.own_level import OwnLevels
from forecaster.engine.methods.base import Trained
from forecaster.engine.methods.pooled.boosting import PooledModel
from forecaster.engine.methods.pooled.quantile_model import QuantileModel
from forecaster.engine.uncertainty.conformal import ConformalTable
from forecaster.engine.uncertainty.error_scale import ErrorScale
from forecaster.engine.uncertainty.stretch import Stretch
from forecaster.engine.uncertainty.width import Widths


@dataclass
class Fitted:
    """Everything that `predict` needs beside a panel."""

    names: list[str]  # of the features, in order: a panel with others needs a new fit
    categories: dict[str, list[str]]  # of the groups, in the order of their codes
    pooled: PooledModel | None
    ensemble: Ensemble
    scale: ErrorScale
    table: ConformalTable
    correlation: Floats  # (H, H)
    chosen: Ints  # features that the size models see
    deviation: int  # the feature that tells a series' volatility, one of them
    seed: int
    report: dict[str, Any] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)  # the candidate or network that the backtest took
    quantiles: QuantileModel | None = None
    stretch: Stretch = field(default_factory=Stretch)  # of bands with learned quantiles
    widths: Widths = field(default_factory=Widths)  # of kinds and products beside all
    network: Trained | None = None  # that was taken, if one was
    levels: OwnLevels = field(default_factory=OwnLevels)  # that forecasts are drawn to, by kind
