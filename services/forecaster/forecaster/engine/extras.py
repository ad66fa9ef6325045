"""Candidates that are fitted series by series and cost milliseconds or more each: tried on a sample first, and used
only where they make the chosen blend better.

The budget is counted in nominal seconds, not measured ones, so that the same seed gives the same forecasts on a slow
machine. A candidate that crashes costs that candidate only, and the report says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from forecaster.engine import grid as calendars
from forecaster.engine.backtest import Backtest
from forecaster.engine.panel import Panel
from forecaster.engine.types import Floats, Options

Ints = NDArray[np.int64]
TRIAL_SERIES = 30
TRIAL_ORIGINS = 2
SHARES = (0.3, 0.5)
MARGIN = 0.03  # what a candidate must save to be taken, and at each of the trial's origins something
SURE = 2.0  # standard errors between series that its saving must lie above zero: a trial is small, and many are tried


class Costly(Protocol):
    """A method for single series."""

    name: str
    seconds: float  # nominal, a series and origin
    best_sellers: bool  # only worth its time on those

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """(H,) from the panel's columns up to the origin and what is known ahead; may raise."""


@dataclass
class Statistical:
    """A model of statsforecast."""

    name: str
    make: Callable[[int], Any]
    seconds: float
    best_sellers: bool = False

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Costly."""
        rhythm = panel.grid.rhythm
        x = _past(panel, series, origin)[-3 * max(rhythm.long, 52) :]
        cycle = rhythm.short or rhythm.long
        season = cycle if 1 < cycle <= 53 and len(x) >= 2 * cycle + 2 else 1
        found: Floats = np.asarray(self.make(season).forecast(x, panel.horizon)["mean"], dtype=np.float32)
        return found


@dataclass
class Forest:
    """A random forest a product on season, trend and what is known ahead, its leaves chosen on the latest fifth."""

    name: str = "random forest per product"
    seconds: float = 0.4
    best_sellers: bool = True

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Costly."""
        from sklearn.ensemble import RandomForestRegressor

        y = panel.y[series]
        past = np.arange(panel.first[series], origin + 1)
        past = past[~np.isnan(y[past])]
        ahead = np.arange(origin + 1, origin + 1 + panel.horizon)
        inputs = _inputs(panel, series, origin)
        cut = past[-max(len(past) // 5, 1)]
        early, late = past[past < cut], past[past >= cut]
        best, chosen = np.inf, 3
        for leaf in (1, 3, 6):
            if len(early) < 8:
                break
            trial = RandomForestRegressor(30, min_samples_leaf=leaf, random_state=0).fit(inputs[early], y[early])
            error = float(np.abs(trial.predict(inputs[late]) - y[late]).mean())
            if error < best:
                best, chosen = error, leaf
        model = RandomForestRegressor(60, min_samples_leaf=chosen, random_state=0).fit(inputs[past], y[past])
        return np.asarray(model.predict(inputs[ahead]), dtype=np.float32)


@dataclass
class Prophet:
    """Prophet, where it is installed."""

    name: str = "Prophet"
    seconds: float = 0.3
    best_sellers: bool = True

    def forecast(self, panel: Panel, series: int, origin: int) -> Floats:
        """See Costly."""
        import logging

        from prophet import Prophet as Model

        logging.getLogger("cmdstanpy").disabled = True
        labels = panel.grid.labels(panel.periods)
        begin = int(panel.first[series])
        model = Model(uncertainty_samples=0)
        model.fit(pd.DataFrame({"ds": labels[begin : origin + 1], "y": panel.y[series, begin : origin + 1]}))
        told = model.predict(pd.DataFrame({"ds": labels[origin + 1 : origin + 1 + panel.horizon]}))
        return np.asarray(told["yhat"], dtype=np.float32)


def candidates(options: Options) -> list[Costly]:
    """Those that the options ask for."""
    from statsforecast import models

    found: list[Costly] = [
        Statistical("dynamic optimised Theta", lambda season: models.DynamicOptimizedTheta(season), 0.006),
        Statistical("AutoETS", lambda season: models.AutoETS(season if season <= 24 else 1), 0.02),
        Statistical("CES", lambda season: models.AutoCES(season if season <= 24 else 1), 0.03),
    ]
    if options.forest:
        found.append(Forest())
    if options.prophet and find_spec("prophet") is not None:
        found.append(Prophet())
    return found


@dataclass
class Taken:
    """A candidate that the backtest took, and its share of the forecast."""

    name: str
    share: float
    gain: float


def tried(panel: Panel, seen: Backtest, f: Floats, options: Options) -> tuple[list[Taken], dict[str, Any]]:
    """Which candidates make the blend f of a backtest better, best first; and what was found out about each."""
    told: dict[str, Any] = {}
    taken: list[Taken] = []
    if options.candidate_seconds <= 0 or not len(seen.y):
        return taken, told
    if _learned_a_cycle_since(panel, seen):
        return taken, {"none tried": "the backtest's model had not seen a whole cycle, the final one has"}
    keys = _trial(panel, seen)
    for candidate in candidates(options):
        if candidate.seconds * len(keys) > options.candidate_seconds:
            told[candidate.name] = {"skipped": "its trial alone would exceed the time budget"}
            continue
        try:
            share, gain, sure = _gain(candidate, panel, seen, f, keys)
        except Exception as error:  # one candidate's crash costs that candidate only
            told[candidate.name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
            continue
        told[candidate.name] = {"gain": round(gain, 4), "share": share if sure and gain >= MARGIN else 0.0}
        if sure and gain >= MARGIN:
            taken.append(Taken(candidate.name, share, gain))
    return sorted(taken, key=lambda one: -one.gain)[:1], told


def _learned_a_cycle_since(panel: Panel, seen: Backtest) -> bool:
    """Whether the final pooled model knows a yearly cycle that the backtest's could not: then a trial against the
    latter flatters whatever stands beside it."""
    cycle, begun = panel.grid.rhythm.long, int(seen.origins.min())
    return bool(cycle and not panel.grid.rhythm.short and begun < cycle + panel.horizon <= panel.y.shape[1])


def _trial(panel: Panel, seen: Backtest) -> Ints:
    """(pairs, 2) series and origins of the trial: best sellers and others, at origins with a whole horizon ahead."""
    origins = seen.origins[: max(len(seen.origins) // 2, 1)]
    origins = origins[np.unique(np.linspace(0, len(origins) - 1, TRIAL_ORIGINS).round().astype(int))]
    series = np.unique(seen.rows.series)
    volume = np.nansum(panel.y[series], axis=1)
    order = series[np.argsort(-volume, kind="stable")]
    chosen = np.unique(order[np.linspace(0, len(order) - 1, min(TRIAL_SERIES, len(order))).round().astype(int)])
    return np.array([(i, t) for i in chosen for t in origins if panel.first[i] + 8 <= t], dtype=np.int64).reshape(-1, 2)


def _gain(candidate: Costly, panel: Panel, seen: Backtest, f: Floats, keys: Ints) -> tuple[float, float, bool]:
    """The share that saves most, how much it saves on absolute and squared errors scaled by series, and whether that
    is more than chance: over all series, and at every origin."""
    place = {(int(i), int(t)): number for number, (i, t) in enumerate(keys)}
    told = np.stack([np.maximum(candidate.forecast(panel, int(i), int(t)), 0) for i, t in keys]) if len(keys) else None
    if told is None or not np.isfinite(told).all():
        raise ValueError("it gave no number")
    pairs = zip(seen.rows.series.tolist(), seen.rows.origins.tolist(), strict=True)
    row = np.array([place.get(pair, -1) for pair in pairs])
    used = np.flatnonzero(row >= 0)
    other = told[row[used], seen.rows.steps[used] - 1]
    size = np.sqrt(np.maximum(seen.built.msd[used], 1e-12))
    pair = row[used]
    count = np.maximum(np.bincount(pair, minlength=len(keys)), 1)
    kept = np.bincount(pair, minlength=len(keys)) > 0

    def losses(forecast: Floats) -> NDArray[np.float64]:
        error = np.minimum(np.abs(seen.y[used] - forecast) / size, 10)
        roots = np.sqrt(np.bincount(pair, weights=error**2, minlength=len(keys)) / count)
        found: NDArray[np.float64] = roots + np.bincount(pair, weights=error, minlength=len(keys)) / count
        return found

    base = losses(f[used])[kept]
    best, gain, worth = SHARES[0], -np.inf, False
    for share in SHARES:
        saved = base - losses((1 - share) * f[used] + share * other)[kept]
        told_of = saved.mean() / max(base.mean(), 1e-12)
        if told_of > gain:
            best, gain = share, told_of
            sure = saved.mean() > SURE * saved.std() / np.sqrt(len(saved))
            always = all(saved[keys[kept, 1] == t].mean() > 0 for t in np.unique(keys[kept, 1]))
            worth = bool(sure and always)
    return best, float(gain), worth


def added(panel: Panel, taken: list[Taken], mean: Floats, live: Ints, options: Options) -> list[int]:
    """Mix the taken candidate into `mean` (n, H) of series `live`, for as many of the best sellers as the budget
    allows; returns their places in `live`."""
    if not taken:
        return []
    by_name = {candidate.name: candidate for candidate in candidates(options)}
    candidate = by_name.get(taken[0].name)
    if candidate is None:
        return []
    most = int(options.candidate_seconds / candidate.seconds)
    order = np.argsort(-mean.sum(axis=1), kind="stable")[:most]
    done = []
    for number in order.tolist():
        try:
            own = candidate.forecast(panel, int(live[number]), panel.y.shape[1] - 1)
        except Exception:  # noqa: S112 - this series keeps its blend
            continue
        if np.isfinite(own).all():
            mean[number] = (1 - taken[0].share) * mean[number] + taken[0].share * np.maximum(own, 0)
            done.append(number)
    return done


def _past(panel: Panel, series: int, origin: int) -> NDArray[np.float64]:
    x = pd.Series(panel.y[series, panel.first[series] : origin + 1]).ffill().fillna(0.0)
    return np.asarray(x, dtype=np.float64)


def _inputs(panel: Panel, series: int, origin: int) -> Floats:
    """Inputs of every period up to origin + horizon: calendar, trend, columns known ahead, 0 where unknown."""
    size = origin + 1 + panel.horizon
    days = np.nan_to_num(calendars.calendar(panel.grid, panel.periods[:size]), nan=99.0)
    known = [column.values[series if len(column.values) > 1 else 0, :size] for column in panel.columns if column.known]
    trend = np.arange(size, dtype=np.float32)
    return np.nan_to_num(np.column_stack([days, trend, *known])).astype(np.float32)
