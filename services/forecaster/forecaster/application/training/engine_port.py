"""The engine behind the calls that training needs. Imported only where it is used: it is heavy."""

import shutil
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.domain import launches
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer
from forecaster.domain.quality import WEEKS, WeeklyBacktest

WHOLE = 100  # progress is told in hundredths of the whole run: stages come again with the gate's fit
OPTIONAL_SECONDS = 60.0  # nominal, for each candidate where optional methods are asked for
SHORTEST = 12  # weeks of history below which a backtest says nothing

Report = Callable[[str, int, int, float | None], None]
Engine = Callable[..., EngineAnswer | None]


def versions() -> dict[str, str]:
    """What a run is made with: it can be made again only with the same of all of it."""
    from forecaster.engine import versions

    return versions.versions()


def on(dask_address: str, optional: tuple[str, ...] = ()) -> Engine:
    """`forecast` with its work shared by a Dask cluster, where there is an address, that tries optional methods, too.
    Raises ValueError for the name of none, and for one that is not installed."""
    if optional:
        from forecaster.engine.methods import registry
        from forecaster.engine.options import Malformed, Options

        known = {method.name for method in registry.table() if getattr(method, "optional", False)}
        if unknown := sorted({*optional} - known):
            raise ValueError(f"no optional method is called {unknown[0]!r}; there are {', '.join(sorted(known))}")
        try:
            registry.require(Options(optional=optional))
        except Malformed as error:
            raise ValueError(f"ALMANAC_OPTIONAL_METHODS: {error}") from error
    return partial(forecast, dask_address=dask_address, optional=optional)


def forecast(
    dataset: Dataset, *, seed: int, report: Report, cancelled: Callable[[], bool], dask_address: str = "",
    optional: tuple[str, ...] = (), measured: bool = True,
) -> EngineAnswer | None:  # fmt: skip
    """The engine's forecasts of a dataset's series; None when there is no series to forecast.

    `measured`: also how good they were on weeks that ended, which takes as long again.
    """
    from forecaster import engine

    if dataset.history.empty:
        return None
    cutoffs = _cutoffs(dataset) if measured else [_last(dataset)]
    found = engine.forecast(
        dataset.history, freq=dataset.freq, horizon=len(dataset.weeks), future=dataset.future, static=dataset.static,
        cutoffs=cutoffs, seed=seed, progress=_progress(report), cancelled=cancelled,
        options=_options(dask_address, optional), launches=launches.frame([*dataset.beginners, *dataset.launched]),
        starts=dataset.starts, openings=dataset.openings, issued=dataset.issued,
    )  # fmt: skip
    own = found.cutoffs == found.cutoffs.max()
    answer = _answer(found, own)
    if len(cutoffs) > 1:
        ids = np.asarray(found.ids, dtype=object)[~own]
        answer.backtest = _backtest(dataset, list(ids), found.mean[~own], found.quantiles[~own], found.report["told"])
    return answer


def _options(dask_address: str, optional: tuple[str, ...]) -> Any:
    """Who asks for costly methods has time for them."""
    from forecaster import engine

    if not optional:
        return engine.Options(dask_address=dask_address)
    return engine.Options(dask_address=dask_address, optional=optional, candidate_seconds=OPTIONAL_SECONDS)


def update(
    dataset: Dataset, models: Path, *, report: Report, cancelled: Callable[[], bool], dask_address: str = "",
    optional: tuple[str, ...] = (),
) -> EngineAnswer | None:  # fmt: skip
    """Forecasts by models fitted earlier; None when there is no series. Raises ValueError when they do not fit."""
    from forecaster import engine

    if dataset.history.empty:
        return None
    found = engine.update(
        engine.load(models), dataset.history, freq=dataset.freq, horizon=len(dataset.weeks), future=dataset.future,
        static=dataset.static, progress=_progress(report), cancelled=cancelled,
        options=_options(dask_address, optional), launches=launches.frame([*dataset.beginners, *dataset.launched]),
        starts=dataset.starts, openings=dataset.openings, issued=dataset.issued,
    )  # fmt: skip
    return _answer(found, np.ones(len(found.ids), dtype=bool))


def save(answer: EngineAnswer | None, folder: Path, about: dict[str, Any]) -> bool:
    """Keep the fitted models, whole or not at all; False when the engine gave none."""
    from forecaster import engine

    if answer is None or answer.fitted is None:
        return False
    _whole(folder, lambda part: engine.save(answer.fitted, part, about=about))
    return True


def save_working(answer: EngineAnswer | None, folder: Path) -> bool:
    """Keep what a run's forecasts are explained from, whole or not at all; False when the engine gave none."""
    if answer is None or answer.working is None:
        return False
    _whole(folder, answer.working.save)
    return True


def _whole(folder: Path, write: Callable[[Path], None]) -> None:
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    write(part)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _progress(report: Report) -> Callable[[Any], None]:
    def call(step: Any) -> None:
        report(step.stage, round(WHOLE * step.share), WHOLE, step.seconds_left)

    return call


def _answer(found: Any, own: NDArray[np.bool_]) -> EngineAnswer:
    return EngineAnswer(
        [name for name, kept in zip(found.ids, own, strict=True) if kept],
        found.mean[own], found.quantiles[own], found.sum_quantiles[own],
        [name for name, kept in zip(found.method, own, strict=True) if kept],
        [text for text, kept in zip(found.reason, own, strict=True) if kept],
        found.report or {}, demand=_demand(found), fitted=found.fitted, working=found.working,
    )  # fmt: skip


def _demand(found: Any) -> dict[str, dict[date, float]]:
    """The demand of weeks in stock for a part, by series."""
    told: dict[str, dict[date, float]] = {}
    for name, week, demand in found.demand[["unique_id", "ds", "demand"]].itertuples(index=False):
        told.setdefault(str(name), {})[week.date()] = float(demand)
    return told


def _last(dataset: Dataset) -> pd.Timestamp:
    return pd.Timestamp(dataset.weeks[0]) - pd.Timedelta(weeks=1)


def _cutoffs(dataset: Dataset) -> list[pd.Timestamp]:
    """The last week, and before it one that leaves `WEEKS` weeks to be measured on, where history is long enough."""
    last = _last(dataset)
    measured = dataset.history["ds"].nunique() >= SHORTEST and len(dataset.weeks) >= WEEKS
    return [last - pd.Timedelta(weeks=WEEKS), last] if measured else [last]


def _backtest(
    dataset: Dataset, ids: list[str], mean: NDArray[np.floating], quantiles: NDArray[np.floating],
    told: list[dict[str, Any]],
) -> WeeklyBacktest:  # fmt: skip
    """What was forecast beside what was sold; a sale that is not believed measures no forecast."""
    recent = dataset.history[dataset.history["ds"] > _cutoffs(dataset)[0]]
    table = recent.pivot(index="unique_id", columns="ds", values="y").reindex(ids)
    for one in told:
        if one["column"] == "y" and one["series"] in table.index and pd.Timestamp(one["period"]) in table.columns:
            table.loc[one["series"], pd.Timestamp(one["period"])] = np.nan
    return WeeklyBacktest(ids, table.to_numpy(dtype=np.float64), mean[:, :WEEKS], quantiles[:, :WEEKS])
