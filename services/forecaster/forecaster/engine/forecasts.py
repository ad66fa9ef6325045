"""What the engine gives: forecasts by series, cutoff and period ahead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine import quantiles
from forecaster.engine.arrays import Floats

DEMAND = ("unique_id", "ds", "in_stock", "sold", "demand")


@dataclass
class Forecasts:
    """Forecasts by series and cutoff (R rows), horizon (H) and quantile level (11), in the units of `y`.

    `labels[r, h]` names the period as the history names its periods. `sum_quantiles[r, h]` are quantiles of the
    sum over the periods 1..h+1, from joint paths; their mean is the running sum of `mean`.
    """

    ids: list[str]
    cutoffs: NDArray[np.datetime64]  # (R,)
    labels: NDArray[np.datetime64]  # (R, H)
    mean: Floats  # (R, H)
    quantiles: Floats  # (R, H, 11)
    sum_quantiles: Floats  # (R, H, 11), or (R, 0, 11) without sums
    method: list[str]
    reason: list[str]
    demand: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(DEMAND)))  # of the last cutoff: the
    # periods in stock for a part, with what was sold in them and the demand as it was estimated
    report: dict[str, Any] = field(default_factory=dict)
    fitted: Any = None  # engine.Fitted of the last cutoff: what `save` writes and `update` goes on from
    working: Any = None  # engine.Working of the last cutoff: what `explain` explains

    def quantile(self, level: float) -> Floats:
        """The quantile (R, H) of a level, one of `quantiles.TOLD`. Raises ValueError for any other."""
        return quantiles.at(self.quantiles, level)

    def sum_quantile(self, level: float) -> Floats:
        """The quantile (R, H) of a level of the sums over the periods 1..h+1. Raises ValueError for no such level."""
        return quantiles.at(self.sum_quantiles, level)

    def frame(self) -> pd.DataFrame:
        """Long, one row a series, cutoff and period: unique_id, ds, cutoff, mean, q0.005 … q0.995, method, reason."""
        rows, horizon = self.mean.shape
        columns: dict[str, Any] = {
            "unique_id": _repeated(self.ids, horizon),
            "ds": self.labels.reshape(-1),
            "cutoff": np.repeat(self.cutoffs, horizon),
            "mean": self.mean.reshape(-1),
        }
        flat = self.quantiles.reshape(rows * horizon, len(quantiles.LEVELS))
        for level in quantiles.TOLD:
            columns[f"q{level:g}"] = quantiles.at(flat, level)
        columns["method"] = _repeated(self.method, horizon)
        columns["reason"] = _repeated(self.reason, horizon)
        return pd.DataFrame(columns)

    @classmethod
    def joined(cls, parts: Sequence[Forecasts]) -> Forecasts:
        """The forecasts of several cutoffs, one after the other; report and fitted engine are the last one's."""
        return cls(
            ids=[name for part in parts for name in part.ids],
            cutoffs=np.concatenate([part.cutoffs for part in parts]),
            labels=np.concatenate([part.labels for part in parts]),
            mean=np.concatenate([part.mean for part in parts]),
            quantiles=np.concatenate([part.quantiles for part in parts]),
            sum_quantiles=np.concatenate([part.sum_quantiles for part in parts]),
            method=[name for part in parts for name in part.method],
            reason=[name for part in parts for name in part.reason],
            demand=parts[-1].demand,
            report=parts[-1].report,
            working=parts[-1].working,
            fitted=parts[-1].fitted,
        )


def _repeated(values: Sequence[str], times: int) -> pd.Series:
    """Each text `times` times, held once in memory."""
    codes, names = pd.factorize(np.asarray(values, dtype=object))
    return pd.Series(pd.Categorical.from_codes(np.repeat(codes, times), categories=pd.Index(names)))
