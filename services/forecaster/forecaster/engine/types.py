"""What goes into the engine and what comes out: options, progress, errors, forecasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float32]
QUANTILES = (0.005, 0.025, 0.1, 0.165, 0.25, 0.5, 0.75, 0.835, 0.9, 0.975, 0.995)


class Malformed(ValueError):
    """The input as a whole cannot be forecast. The message says what is wrong and where."""


class Cancelled(Exception):
    """The caller asked to stop. Nothing was returned or written."""


@dataclass(frozen=True)
class Options:
    """How much effort the engine makes. The defaults are what the benchmarks are run with."""

    rows: int = 100_000  # training rows (series, origin, horizon) of one of the pooled model's boosters
    work: int = 200_000  # training rows of all boosters of a loss, where there are fewer to choose from
    bags: int = 4  # boosters of a loss, at most
    rounds: int = 100  # boosting rounds
    learning_rate: float = 0.1
    leaves: int = 31
    threads: int = 2  # models trained side by side, each on one core
    backtest_series: int = 400  # series whose forecasts are rolled through the backtest's origins
    candidate_seconds: float = 4.0  # nominal, for each candidate that is fitted series by series; 0: none
    forest: bool = False  # also try a random forest per product on the best sellers
    prophet: bool = False  # also try Prophet where it is installed
    draws: int = 300  # sample paths a series for the sums over several periods
    sums: bool = True  # without them `sum_quantiles` is empty: the file tool does not need it


@dataclass(frozen=True)
class Progress:
    """Where a run is: `done` of `total` steps of a stage, an estimate of the seconds left in all, and the whole.

    `share` is how much of the whole run is done, from 0 to 1. It never falls; stages come again with each cutoff.
    """

    stage: str
    done: int
    total: int
    seconds_left: float | None
    share: float


Report = Callable[[Progress], None]
Stop = Callable[[], bool]


@dataclass
class Forecasts:
    """Forecasts by series and cutoff (R rows), horizon (H) and quantile (11), in the units of `y`.

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
    report: dict[str, Any] = field(default_factory=dict)
    fitted: Any = None  # engine.Fitted of the last cutoff: what `save` writes and `update` goes on from

    def frame(self) -> pd.DataFrame:
        """Long, one row a series, cutoff and period: unique_id, ds, cutoff, mean, q0.005 … q0.995, method, reason."""
        rows, horizon = self.mean.shape
        columns: dict[str, Any] = {
            "unique_id": _repeated(self.ids, horizon),
            "ds": self.labels.reshape(-1),
            "cutoff": np.repeat(self.cutoffs, horizon),
            "mean": self.mean.reshape(-1),
        }
        flat = self.quantiles.reshape(rows * horizon, len(QUANTILES))
        for number, level in enumerate(QUANTILES):
            columns[f"q{level:g}"] = flat[:, number]
        columns["method"] = _repeated(self.method, horizon)
        columns["reason"] = _repeated(self.reason, horizon)
        return pd.DataFrame(columns)


def _repeated(values: Sequence[str], times: int) -> pd.Series:
    """Each text `times` times, held once in memory."""
    codes, names = pd.factorize(np.asarray(values, dtype=object))
    return pd.Series(pd.Categorical.from_codes(np.repeat(codes, times), categories=pd.Index(names)))


class Clock:
    """Reports progress with time left, and raises Cancelled when asked to stop. A run has a round a cutoff."""

    def __init__(self, report: Report | None, stop: Stop | None, plan: Sequence[tuple[str, float]]) -> None:
        self._report, self._stop, self._plan = report, stop, list(plan)
        self._seen: dict[str, float] = {}
        self._began = 0.0
        self.rounds, self.round = 1, 0
        self._part = 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 1) -> None:
        """Say that `done` of `total` steps of a stage are behind. `plan` holds each stage's expected share of time."""
        from time import monotonic

        if self._stop is not None and self._stop():
            raise Cancelled("cancelled on request")
        now = monotonic()
        self._began = self._began or now
        if self._report is None:
            return
        whole = sum(share for _, share in self._plan) or 1.0
        names = [name for name, _ in self._plan]
        before = sum(share for _, share in self._plan[: names.index(stage)]) if stage in names else 0.0
        share = dict(self._plan).get(stage, 0.0) * done / max(total, 1)
        part = self._part = max(self._part, (self.round + (before + share) / whole) / self.rounds)
        left = (now - self._began) * (1 - part) / part if part > 0.03 else None
        self._report(Progress(stage, done, total, left, part))
