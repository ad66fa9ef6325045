"""What a data scientist could install instead, on the same series and cutoffs: statsforecast's methods, mlforecast
with LightGBM, Prophet on a sample, and the first attempt's method. Each gets its usual, sensible settings."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from forecaster.engine.quantiles import LEVELS as QUANTILES
from numpy.typing import NDArray
from scipy.stats import norm

from tests.bench.sets import Case

Floats = NDArray[np.float64]
Answer = tuple[Floats, Floats]  # mean (N, H), quantiles (N, H, 11)
PROPHET_SERIES = 40


def normal(mean: Floats, deviation: Floats) -> Answer:
    """Quantiles of a normal distribution, cut at zero."""
    z = norm.ppf(QUANTILES)
    mean = np.maximum(mean, 0)
    return mean, np.maximum(mean[:, :, None] + deviation[:, :, None] * z, 0)


def _local(kind: str) -> Callable[[Case, list[Floats]], Answer]:
    def run(case: Case, histories: list[Floats]) -> Answer:
        from statsforecast import models

        season, horizon = case.season, case.horizon
        mean, deviation = np.zeros((len(histories), horizon)), np.zeros((len(histories), horizon))
        for number, y in enumerate(histories):
            own = season if len(y) >= 2 * season else 1
            models_by_name: dict[str, Callable[[], Any]] = {
                "Naive": lambda: models.Naive(), "SeasonalNaive": lambda: models.SeasonalNaive(season),
                "WindowAverage": lambda: models.WindowAverage(13),
                "SES": lambda: models.SimpleExponentialSmoothingOptimized(),
                "Theta": partial(models.DynamicOptimizedTheta, own),
                "AutoETS": partial(models.AutoETS, own if own <= 24 else 1),
                "CrostonSBA": lambda: models.CrostonSBA(), "TSB": lambda: models.TSB(0.1, 0.1),
                "IMAPA": lambda: models.IMAPA(), "ADIDA": lambda: models.ADIDA(),
            }  # fmt: skip
            model = models_by_name[kind]()
            if (kind == "SeasonalNaive" and len(y) < season) or (kind == "WindowAverage" and len(y) < 13):
                mean[number] = y.mean() if len(y) else 0
            elif y.any() and len(y) > 2:
                try:
                    mean[number] = model.forecast(y, horizon)["mean"]
                except Exception:
                    mean[number] = y[-8:].mean()
            lag = season if kind == "SeasonalNaive" and len(y) > season else 1
            level = np.convolve(y, np.ones(4) / 4, "valid")[:-1] if len(y) > 5 and lag == 1 else None
            errors = y[4:] - level if level is not None else (y[lag:] - y[:-lag] if len(y) > lag else y)
            grows = np.sqrt(np.arange(1, horizon + 1)) if kind == "Naive" else np.ones(horizon)
            deviation[number] = (errors.std() if len(errors) else 0.0) * grows
        return normal(np.nan_to_num(mean), deviation)

    return run


def mlforecast_lightgbm(case: Case, frame: pd.DataFrame, ids: list[str], future: pd.DataFrame | None) -> Answer:
    """mlforecast with LightGBM: lags, rolling means, calendar, the columns known ahead, conformal quantiles."""
    from mlforecast.utils import PredictionIntervals

    model, longest = _mlforecast(case, int(frame.groupby("unique_id").size().max()))
    known = [column for column in _known_ahead(future, "unique_id", "ds") if column in frame]
    used = frame[["unique_id", "ds", "y", *known]].astype(dict.fromkeys(known, "float64"))
    enough = used.groupby("unique_id")["y"].transform("size") > longest + 3 * case.horizon
    kept = used[enough] if enough.any() else used
    intervals = PredictionIntervals(n_windows=2, h=case.horizon) if enough.any() else None
    model.fit(kept, static_features=[], prediction_intervals=intervals, dropna=False)
    levels = sorted({_width(q) for q in QUANTILES} - {0.0})
    ahead = None
    if known and future is not None:
        every = model.make_future_dataframe(case.horizon)
        plan = future[["unique_id", "ds", *known]].astype(dict.fromkeys(known, "float64"))
        ahead = every.merge(plan, on=["unique_id", "ds"], how="left").fillna(0)
    told = model.predict(case.horizon, level=levels if intervals else None, X_df=ahead)
    return _mlforecast_told(told, frame, ids, case.horizon)


def _mlforecast(case: Case, size: int) -> tuple[Any, int]:
    """The model for series of at most so many periods, and its longest lag."""
    import lightgbm as lgb
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean

    usual = (1, 2, 3, 4, 8, 13, 26, case.season) if case.season > 7 else (1, 2, 3, 7, 14, 21, 28)
    lags = [lag for lag in usual if lag < size / 3]
    parts = {7: ["dayofweek", "day", "month"], 12: ["month"]}.get(case.season, ["week", "month"])
    model = MLForecast(
        models={"m": lgb.LGBMRegressor(verbose=-1, n_jobs=1, n_estimators=150, random_state=0)},
        freq=case.freq, lags=lags,
        lag_transforms={1: [RollingMean(4, min_samples=1), RollingMean(13, min_samples=1)]}, date_features=[
            part if part != "week" else _week for part in parts],
    )  # fmt: skip
    return model, max(lags)


def _known_ahead(future: pd.DataFrame | None, *but: str) -> list[str]:
    """The columns of numbers that are planned, but for some."""
    if future is None:
        return []
    return [name for name in map(str, future) if name not in but and pd.api.types.is_numeric_dtype(future[name])]


def _width(level: float) -> float:
    """The width in percent of the interval that ends at a quantile level."""
    return round(abs(2 * level - 1) * 100, 4)


def _mlforecast_told(told: pd.DataFrame, frame: pd.DataFrame, ids: list[str], horizon: int) -> Answer:
    """Its forecasts by series; the latest mean for those that were too short for it."""
    place = pd.Index(ids).get_indexer(pd.Index(told["unique_id"]))
    step = told.groupby("unique_id").cumcount().to_numpy()
    mean = np.zeros((len(ids), horizon))
    quantiles = np.zeros((len(ids), horizon, len(QUANTILES)))
    mean[place, step] = np.maximum(told["m"], 0)
    for number, q in enumerate(QUANTILES):
        side = f"m-{'hi' if q > 0.5 else 'lo'}-"
        own = (c for c in map(str, told) if c.startswith(side) and abs(float(c.removeprefix(side)) - _width(q)) < 1e-6)
        name = "m" if q == 0.5 else next(own, "m")
        quantiles[place, step, number] = np.maximum(told[name], 0)
    missing = np.setdiff1d(np.arange(len(ids)), place)
    if len(missing):
        means = frame.groupby("unique_id")["y"].apply(lambda y: y.tail(13).mean()).reindex([ids[m] for m in missing])
        mean[missing] = np.nan_to_num(means.to_numpy(dtype=np.float64))[:, None]
        quantiles[missing] = mean[missing][:, :, None]
    return mean, np.sort(quantiles, axis=-1)


def _week(dates: pd.DatetimeIndex) -> NDArray[np.int64]:
    return dates.isocalendar().week.to_numpy().astype(np.int64)


def prophet(case: Case, histories: dict[str, pd.DataFrame], future: pd.DataFrame | None) -> Answer:
    """Prophet a series, with the columns known ahead as regressors."""
    import logging

    from prophet import Prophet

    logging.getLogger("cmdstanpy").disabled = True
    mean = np.zeros((len(histories), case.horizon))
    deviation = np.zeros_like(mean)
    known = _known_ahead(future, "unique_id", "ds", "price")
    for number, (name, frame) in enumerate(histories.items()):
        if len(frame) < 5 or not frame["y"].any():
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model = Prophet(interval_width=0.8, uncertainty_samples=200)
            own = future[future["unique_id"] == name] if future is not None else None
            used = [
                c for c in known if own is not None and c in frame and frame[c].notna().all() and frame[c].nunique() > 1
            ]
            for column in used:
                model.add_regressor(column)
            model.fit(frame[["ds", "y", *used]])
            grid = model.make_future_dataframe(case.horizon, freq=case.freq, include_history=False)
            if used and own is not None:
                grid = grid.merge(own[["ds", *used]], on="ds", how="left").fillna(0)
            told = model.predict(grid)
        mean[number] = told["yhat"].to_numpy()[: case.horizon]
        deviation[number] = ((told["yhat_upper"] - told["yhat_lower"]) / 2.563).to_numpy()[: case.horizon]
    return normal(mean, deviation)


def first_attempt(case: Case, histories: list[Floats], labels: pd.DatetimeIndex, ahead: pd.DatetimeIndex) -> Answer:
    """A random forest a series on week and year of the periods with sales; bands of plus and minus a fifth."""
    from sklearn.ensemble import RandomForestRegressor

    def features(days: pd.DatetimeIndex) -> Floats:
        iso = days.isocalendar()
        return np.column_stack([iso.week.to_numpy(), iso.year.to_numpy()]).astype(float)

    mean = np.zeros((len(histories), case.horizon))
    for number, y in enumerate(histories):
        sold = y > 0
        if sold.sum() >= 4:
            x = features(labels[len(labels) - len(y) :][sold])
            mean[number] = RandomForestRegressor(50, random_state=42).fit(x, y[sold]).predict(features(ahead))
    return normal(mean, 0.2 / 1.2816 * mean)


LOCAL = {
    kind: _local(kind)
    for kind in (
        "Naive",
        "SeasonalNaive",
        "WindowAverage",
        "SES",
        "Theta",
        "AutoETS",
        "CrostonSBA",
        "TSB",
        "IMAPA",
        "ADIDA",
    )
}
