"""Which method, or blend of methods, serves which series: decided by the backtest, by segment and horizon, with
shrinkage so that noise does not decide.

A blend is w x pooled model + (1 - w) x a local method. A segment's scores are shrunk to those of all series, and a
departure from the usual weight must earn more than its penalty: weights fitted freely on one backtest are noise.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from forecaster.engine.types import Floats

Ints = NDArray[np.int64]
WEIGHTS = (1.0, 0.8, 0.6, 0.4, 0.2, 0.0)
SEGMENTS = ("sparse sellers", "irregular sellers", "steady sellers")
_SHARES = (0.35, 0.75)  # share of recent periods with sales that parts the segments
_SHRINK = 150.0  # series that all series together count for in a segment's score
_MARGIN = 0.012  # what any blend must save against the pooled model alone
_PENALTY = 0.5  # the backtest's model saw less than the final one, so a lesser weight than usual must earn it


@dataclass
class Blend:
    """Weight of the pooled model, the local method beside it, and what the backtest said (error relative to it)."""

    weight: float
    local: str
    gain: float = 0.0  # error saved against the moving average, as a share
    origins: int = 0

    @property
    def method(self) -> str:
        """As a planner reads it."""
        if self.weight >= 1:
            return "pooled gradient boosting"
        if self.weight <= 0:
            return self.local
        return f"pooled gradient boosting {self.weight:.0%}, {self.local} {1 - self.weight:.0%}"


@dataclass
class Choice:
    """A blend for every segment and horizon half: (segment, half)."""

    blends: dict[tuple[int, int], Blend]
    halfway: int  # horizons up to it are the first half
    scores: dict[str, dict[str, float]] = field(
        default_factory=dict
    )  # segment: method: error relative to moving average

    def weights(self, segment: Ints, horizon: int) -> tuple[Floats, list[list[str]]]:
        """Weight of the pooled model (3, H) and the local method's name, by segment and horizon."""
        table = np.empty((len(SEGMENTS), horizon), dtype=np.float32)
        names = [["" for _ in range(horizon)] for _ in SEGMENTS]
        for s in range(len(SEGMENTS)):
            for h in range(horizon):
                blend = self.blends[s, int(h >= self.halfway)]
                table[s, h], names[s][h] = blend.weight, blend.local
        return table, names

    def mixed(self, pooled: Floats | None, local: dict[str, Floats], segment: Ints) -> Floats:
        """The forecasts (n, H) that the choice makes of the pooled model's and the local methods' (n, H)."""
        horizon = next(iter(local.values())).shape[1]
        weights, names = self.weights(segment, horizon)
        out = np.empty((len(segment), horizon), dtype=np.float32)
        for s in range(len(SEGMENTS)):
            rows = np.flatnonzero(segment == s)
            for h in range(horizon):
                own = local[names[s][h]][rows, h]
                own = np.where(np.isnan(own), local["moving average"][rows, h], own)
                w = weights[s, h] if pooled is not None else 0.0
                out[rows, h] = w * pooled[rows, h] + (1 - w) * own if pooled is not None else own
        return out


def segments(y: Floats, first: Ints, series: Ints, origins: Ints, window: int) -> Ints:
    """0, 1, 2: sparse, irregular, steady, by the share of the recent periods with sales, for rows (series, origin)."""

    def sums(cells: NDArray[np.bool_]) -> NDArray[np.int32]:
        return np.concatenate([np.zeros((len(y), 1), np.int32), np.cumsum(cells, axis=1, dtype=np.int32)], axis=1)

    begin = np.minimum(np.maximum(np.maximum(origins - window + 1, first[series]), 0), origins)
    sold, known = (part[series, origins + 1] - part[series, begin] for part in (sums(y > 0), sums(~np.isnan(y))))
    share = sold / np.maximum(known, 1)
    return np.searchsorted(np.array(_SHARES), share, side="right").astype(np.int64)


def with_means(local: dict[str, Floats]) -> dict[str, Floats]:
    """The local methods and the plain means of some of them, which often beat each."""
    found = dict(local)
    found["mean of smoothing, TSB and IMAPA"] = (
        local["exponential smoothing"] + local["TSB"] + local["IMAPA"]
    ) / np.float32(3)
    found["mean of smoothing and last value"] = (local["exponential smoothing"] + local["last value"]) / np.float32(2)
    found["mean of seasonal naive, seasonal smoothing and smoothing"] = (
        local["seasonal naive"] + local["seasonal smoothing"] + local["exponential smoothing"]
    ) / np.float32(3)
    return found


def usual(history: int, cycle: int, has_pooled: bool) -> Blend:
    """The blend before any evidence."""
    if not has_pooled:
        return Blend(0.0, "mean of smoothing, TSB and IMAPA" if history >= 12 else "mean of smoothing and last value")
    return Blend(0.8 if history >= cycle else 0.7, "mean of smoothing, TSB and IMAPA")


def choose(
    y: Floats, pooled: Floats | None, local: dict[str, Floats], msd: Floats, segment: Ints, series: Ints, steps: Ints,
    origins: int, horizon: int, prior: Blend,
) -> Choice:  # fmt: skip
    """Blends from a backtest's rows: actual y, forecasts, squared step that scales errors, segment, series."""
    halfway = max(horizon // 2, 1)
    cells = [(s, half) for s in range(len(SEGMENTS)) for half in (0, 1)]
    if len(y) < 100 or len(np.unique(series)) < 5:
        return Choice(dict.fromkeys(cells, prior), halfway)
    options = _options(pooled, local)
    volume = max(float(np.abs(y).mean()), 1e-9)
    scale = np.maximum(msd, np.nanmedian(msd) * 0.02 + 1e-9)
    half = (steps > halfway).astype(np.int64)
    blends: dict[tuple[int, int], Blend] = {}
    losses = {}
    for key, f in options.items():
        error = y - f
        losses[key] = (np.minimum(error * error / scale, 100.0), np.abs(error) / volume)
    told: dict[str, dict[str, float]] = {}
    for cell in cells:
        inside, across = (segment == cell[0]) & (half == cell[1]), half == cell[1]
        if not across.any():
            across = np.ones(len(y), dtype=bool)
        n = len(np.unique(series[inside]))
        share = n / (n + _SHRINK)
        scores = {key: _score(loss, inside, across, share) for key, loss in losses.items()}
        base = scores[0.0, "moving average"]
        relative = {
            key: (score[0] / base[0] + score[1] / base[1]) / 2 * (1 + _price(key[0], prior.weight))
            for key, score in scores.items()
        }  # fmt: skip
        best = min(relative, key=lambda key: relative[key])
        blends[cell] = Blend(best[0], best[1], 1 - relative[best], origins)
        told[f"{SEGMENTS[cell[0]]}, {'far' if cell[1] else 'near'}"] = {
            _name(key): round(value, 4) for key, value in relative.items() if key[0] in (0.0, 1.0) or key == best
        }
    return Choice(blends, halfway, told)


def _price(weight: float, usual: float) -> float:
    """What a blend has to earn: the backtest's pooled model saw less than the final one."""
    return _PENALTY * max(usual - weight, 0.0) ** 2 + (_MARGIN if weight < 1 else 0.0)


def _name(key: tuple[float, str]) -> str:
    return Blend(key[0], key[1]).method


def _options(pooled: Floats | None, local: dict[str, Floats]) -> dict[tuple[float, str], Floats]:
    found: dict[tuple[float, str], Floats] = {}
    for name, values in local.items():
        if np.isnan(values).any():
            continue
        found[0.0, name] = values
        if pooled is not None:
            for weight in WEIGHTS[1:-1]:
                found[weight, name] = np.float32(weight) * pooled + np.float32(1 - weight) * values
    if pooled is not None:
        found[1.0, "moving average"] = pooled
    return found


def _score(
    loss: tuple[Floats, Floats], inside: NDArray[np.bool_], across: NDArray[np.bool_], share: float
) -> tuple[float, float]:
    def of(mask: NDArray[np.bool_]) -> tuple[float, float]:
        return float(np.sqrt(loss[0][mask].mean())), float(loss[1][mask].mean())

    whole = of(across)
    own = of(inside) if inside.any() else whole
    # Segments differ in level, so a segment's own score is first brought to the level of all.
    return (max(own[0], 1e-9) ** share * max(whole[0], 1e-9) ** (1 - share),
            max(own[1], 1e-9) ** share * max(whole[1], 1e-9) ** (1 - share))  # fmt: skip
