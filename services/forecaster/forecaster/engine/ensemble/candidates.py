"""Candidates that are fitted series by series: tried on a sample first, used only where they make the chosen blend
better.

The budget is counted in nominal seconds, not measured ones, so that the same seed gives the same forecasts on a slow
machine. A candidate that crashes costs that candidate only, and the report says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecaster.engine.arrays import Doubles, Floats, Ints
from forecaster.engine.backtest import Backtest
from forecaster.engine.data.frequency import Frequency
from forecaster.engine.data.panel import Panel
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import Candidate
from forecaster.engine.options import Options

TRIAL_SERIES = 30
TRIAL_ORIGINS = 2
SHARES = (0.3, 0.5)
MARGIN = 0.03  # what a candidate must save to be taken, and at each of the trial's origins something
SURE = 2.0  # standard errors between series that its saving must lie above zero: a trial is small, and many are tried


@dataclass
class Taken:
    """A candidate that the backtest took, and its share of the forecast."""

    name: str
    share: float
    gain: float
    kinds: tuple[int, ...] | None = None  # segments that a network is used for; of one fitted series by series: None


def tried(panel: Panel, seen: Backtest, blend: Floats, options: Options) -> tuple[list[Taken], dict[str, Any]]:
    """Which candidates make the blend (rows,) of a backtest better, best first; and what was found out about each."""
    told: dict[str, Any] = {}
    taken: list[Taken] = []
    if options.candidate_seconds <= 0 or not len(seen.y):
        return taken, told
    if learned_a_year_since(panel.frequency, panel.size, panel.horizon, int(seen.origins.min())):
        return taken, {"none tried": "the backtest's model had not seen a whole cycle, the final one has"}
    trial = _Trial.of(panel, seen, blend)
    for candidate in registry.candidates(options):
        if candidate.seconds * len(trial.keys) > options.candidate_seconds:
            told[candidate.name] = {"skipped": "its trial alone would exceed the time budget"}
            continue
        try:
            found = trial.of_candidate(candidate, panel)
        except Exception as error:  # one candidate's crash costs that candidate only
            told[candidate.name] = {"failed": f"{type(error).__name__}: {error}"[:300]}
            continue
        worth = found.sure and found.gain >= MARGIN
        told[candidate.name] = {"gain": round(found.gain, 4), "share": found.share if worth else 0.0}
        if worth:
            taken.append(Taken(candidate.name, found.share, found.gain))
    return sorted(taken, key=lambda one: -one.gain)[:1], told


def learned_a_year_since(frequency: Frequency, size: int, horizon: int, begun: int) -> bool:
    """Whether the final pooled model knows a yearly season that the backtest's, of origins from `begun` on, could not:
    then a trial against the latter flatters whatever stands beside it."""
    year = frequency.long_season
    return bool(year and not frequency.short_season and begun < year + horizon <= size)


@dataclass(frozen=True)
class _Verdict:
    """The share of a candidate that saves most, how much it saves, and whether that is more than chance."""

    share: float
    gain: float
    sure: bool


@dataclass(frozen=True)
class _Trial:
    """A sample of a backtest: K keys (series, origin), and its rows with the key of each."""

    keys: Ints  # (K, 2)
    key: Ints  # (rows,)
    steps: Ints
    y: Floats
    blend: Floats
    size: Doubles  # of the usual step of a row's series

    @classmethod
    def of(cls, panel: Panel, seen: Backtest, blend: Floats) -> _Trial:
        """Best sellers and others, at origins with a whole horizon ahead."""
        keys = _keys(panel, seen)
        place = {(int(i), int(t)): number for number, (i, t) in enumerate(keys)}
        pairs = zip(seen.instances.series.tolist(), seen.instances.origins.tolist(), strict=True)
        key = np.array([place.get(pair, -1) for pair in pairs])
        used = np.flatnonzero(key >= 0)
        size = np.sqrt(np.maximum(seen.design.squared_step[used], 1e-12))
        return cls(keys, key[used], seen.instances.steps[used], seen.y[used], blend[used], size)

    def of_candidate(self, candidate: Candidate, panel: Panel) -> _Verdict:
        """What it saves, on absolute and squared errors scaled by series, over all series and at every origin. Raises
        what the candidate raises, and ValueError when it gives no number."""
        if not len(self.keys):
            raise ValueError("it gave no number")
        told = np.stack([np.maximum(candidate.forecast(panel, int(i), int(t)), 0) for i, t in self.keys])
        if not np.isfinite(told).all():
            raise ValueError("it gave no number")
        own: Floats = told[self.key, self.steps - 1]
        kept = np.bincount(self.key, minlength=len(self.keys)) > 0
        base: Doubles = self._losses(self.blend)[kept]
        best = _Verdict(SHARES[0], -np.inf, sure=False)
        for share in SHARES:
            mixed: Floats = (1 - share) * self.blend + share * own
            saved: Doubles = base - self._losses(mixed)[kept]
            gain = saved.mean() / max(base.mean(), 1e-12)
            if gain > best.gain:
                sure = saved.mean() > SURE * saved.std() / np.sqrt(len(saved))
                origins = self.keys[kept, 1]
                always = all(saved[origins == t].mean() > 0 for t in np.unique(origins))
                best = _Verdict(share, float(gain), bool(sure and always))
        return best

    def _losses(self, forecast: Floats) -> Doubles:
        """By key: root of the mean square plus mean absolute value of scaled errors."""
        count = np.maximum(np.bincount(self.key, minlength=len(self.keys)), 1)
        error = np.minimum(np.abs(self.y - forecast) / self.size, 10)
        roots = np.sqrt(np.bincount(self.key, weights=error**2, minlength=len(self.keys)) / count)
        found: Doubles = roots + np.bincount(self.key, weights=error, minlength=len(self.keys)) / count
        return found


def _keys(panel: Panel, seen: Backtest) -> Ints:
    origins = seen.origins[: max(len(seen.origins) // 2, 1)]
    origins = origins[np.unique(np.linspace(0, len(origins) - 1, TRIAL_ORIGINS).round().astype(int))]
    series = np.unique(seen.instances.series)
    volume = np.nansum(panel.y[series], axis=1)
    order = series[np.argsort(-volume, kind="stable")]
    chosen = np.unique(order[np.linspace(0, len(order) - 1, min(TRIAL_SERIES, len(order))).round().astype(int)])
    return np.array([(i, t) for i in chosen for t in origins if panel.first[i] + 8 <= t], dtype=np.int64).reshape(-1, 2)


def added(panel: Panel, taken: list[Taken], mean: Floats, live: Ints, options: Options) -> list[int]:
    """Mix the taken candidate into `mean` (n, H) of series `live`, for as many of the best sellers as the budget
    allows; returns their places in `live`."""
    if not taken:
        return []
    by_name = {candidate.name: candidate for candidate in registry.candidates(options)}
    candidate = by_name.get(taken[0].name)
    if candidate is None:
        return []
    most = int(options.candidate_seconds / candidate.seconds)
    order = np.argsort(-mean.sum(axis=1), kind="stable")[:most]
    done = []
    for number in order.tolist():
        try:
            own = candidate.forecast(panel, int(live[number]), panel.last)
        except Exception:  # noqa: S112 - this series keeps its blend
            continue
        if np.isfinite(own).all():
            mean[number] = (1 - taken[0].share) * mean[number] + taken[0].share * np.maximum(own, 0)
            done.append(number)
    return done
