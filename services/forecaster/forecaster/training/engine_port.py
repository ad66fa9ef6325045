"""The engine behind the two calls that training needs. Imported only where it is used: it is heavy."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import Answer
from forecaster.domain.quality import WEEKS, Backtest

SHORTEST = 12  # weeks of history below which a backtest says nothing

Report = Callable[[str, int, int, float | None], None]
Engine = Callable[..., Answer | None]


def forecast(dataset: Dataset, *, seed: int, report: Report, cancelled: Callable[[], bool]) -> Answer | None:
    """The engine's forecasts of a dataset's series; None when there is no series to forecast."""
    from forecaster import engine

    if dataset.history.empty:
        return None

    def progress(step: Any) -> None:
        report(step.stage, step.done, step.total, step.seconds_left)

    cutoffs = _cutoffs(dataset)
    found = engine.forecast(
        dataset.history, freq=dataset.freq, horizon=len(dataset.weeks), future=dataset.future, static=dataset.static,
        cutoffs=cutoffs, seed=seed, progress=progress, cancelled=cancelled,
    )  # fmt: skip
    own = found.cutoffs == found.cutoffs.max()
    ids = np.asarray(found.ids, dtype=object)
    return Answer(
        list(ids[own]), found.mean[own], found.quantiles[own], found.sum_quantiles[own],
        [name for name, kept in zip(found.method, own, strict=True) if kept],
        [text for text, kept in zip(found.reason, own, strict=True) if kept],
        found.report or {},
        _backtest(dataset, list(ids[~own]), found.mean[~own], found.quantiles[~own]) if len(cutoffs) > 1 else None,
    )  # fmt: skip


def _cutoffs(dataset: Dataset) -> list[pd.Timestamp]:
    """The last week, and before it one that leaves `WEEKS` weeks to be measured on, where history is long enough."""
    last = pd.Timestamp(dataset.weeks[0]) - pd.Timedelta(weeks=1)
    measured = dataset.history["ds"].nunique() >= SHORTEST and len(dataset.weeks) >= WEEKS
    return [last - pd.Timedelta(weeks=WEEKS), last] if measured else [last]


def _backtest(
    dataset: Dataset, ids: list[str], mean: NDArray[np.floating], quantiles: NDArray[np.floating]
) -> Backtest:
    recent = dataset.history[dataset.history["ds"] > _cutoffs(dataset)[0]]
    table = recent.pivot(index="unique_id", columns="ds", values="y").reindex(ids)
    return Backtest(ids, table.to_numpy(dtype=np.float64), mean[:, :WEEKS], quantiles[:, :WEEKS])
