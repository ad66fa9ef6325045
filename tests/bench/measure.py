"""Metrics of forecasts against what happened: those of the project's scorer (RMSSE, WRMSSE, WAPE, bias, WSPL,
coverage), by the same definitions, so that one run can score many methods without files in between."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from forecaster.engine.quantiles import LEVELS as QUANTILES
from numpy.typing import NDArray

Floats = NDArray[np.float64]
M5 = (0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995)


@dataclass
class Truth:
    """A set on its grid as seen from a cutoff: past, what came, weight of each series (its latest four periods)."""

    ids: list[str]
    past: Floats
    actual: Floats
    weight: Floats
    labels: pd.DatetimeIndex
    ahead: pd.DatetimeIndex


def truth(history: pd.DataFrame, cutoff: pd.Timestamp, horizon: int) -> Truth:
    """Series with a row at or before the cutoff; periods without a row after a series' first count as 0."""
    labels = pd.DatetimeIndex(np.sort(history["ds"].unique()))
    names = history["unique_id"].astype(str)
    ids = pd.Index(sorted(names[history["ds"] <= cutoff].unique()))
    row, column = ids.get_indexer(pd.Index(names)), labels.get_indexer(pd.Index(history["ds"]))
    kept = row >= 0

    def dense(values: pd.Series) -> Floats:
        found = np.full((len(ids), len(labels)), np.nan)
        found[row[kept], column[kept]] = values.to_numpy(dtype=np.float64)[kept]
        return found

    y = dense(history["y"])
    begun = np.cumsum(~np.isnan(y), axis=1) > 0
    y[np.isnan(y) & begun] = 0
    money = y
    if "revenue" in history:
        money = dense(history["revenue"])
    elif "price" in history:
        money = np.nan_to_num(dense(history["price"])) * np.nan_to_num(y)
    (t,) = np.flatnonzero(labels == cutoff).tolist()
    weight = np.nan_to_num(money[:, max(0, t - 3) : t + 1]).sum(axis=1)
    return Truth(list(ids), y[:, : t + 1], y[:, t + 1 : t + 1 + horizon], weight, labels[: t + 1],
                 labels[t + 1 : t + 1 + horizon])  # fmt: skip


def metrics(seen: Truth, mean: Floats, quantiles: Floats) -> dict[str, float]:
    """Of one cutoff: rmsse, wrmsse, wape, bias, wspl, cov80, cov95 (plain) and pit80, pit95 (right for counts)."""
    z = np.nan_to_num(seen.past)
    first = np.where((z > 0).any(axis=1), (z > 0).argmax(axis=1), z.shape[1])
    after = np.arange(1, z.shape[1])[None, :] > first[:, None]
    step, count = np.diff(z, axis=1), after.sum(axis=1)
    with np.errstate(all="ignore"):
        mad = (np.abs(step) * after).sum(axis=1) / count
        msd = (step**2 * after).sum(axis=1) / count
        error = mean - seen.actual
        rmsse = np.sqrt((error**2).mean(axis=1) / msd)
    level = np.array(QUANTILES)
    gap = seen.actual[:, :, None] - quantiles
    pinball = np.maximum(level * gap, (level - 1) * gap).mean(axis=1)
    nine = [number for number, q in enumerate(QUANTILES) if q in M5]
    with np.errstate(all="ignore"):
        spl = pinball[:, nine].mean(axis=1) / mad
    usable = np.isfinite(rmsse) & np.isfinite(spl) & (mad > 0)
    weight = np.where(usable, np.maximum(seen.weight, 0), 0)
    weight = weight / weight.sum()
    total = seen.actual.sum()
    found = {
        "rmsse": float(rmsse[usable].mean()), "wrmsse": float((np.where(usable, rmsse, 0) * weight).sum()),
        "wape": float(np.abs(error).sum() / total), "bias": float(error.sum() / total),
        "wspl": float((np.where(usable, spl, 0) * weight).sum()), "series": float(len(seen.ids)),
    }  # fmt: skip
    bands = quantiles.reshape(-1, len(QUANTILES))
    for name, low, high in (("80", 0.1, 0.9), ("95", 0.025, 0.975)):
        found[f"cov{name}"], found[f"pit{name}"] = _held(seen.actual.ravel(), bands, low, high)
    return found


TENTHS = ("variability", "volume")


def by_tenth(seen: Truth, quantiles: Floats) -> dict[str, float]:
    """Coverage of the 80 % band (by PIT) of each tenth of the series, by how much they vary against what they sell
    and by what they sell, in the year before the cutoff: `pit80_variability_0` (the steadiest) to `pit80_volume_9`."""
    year = seen.past[:, -52:]
    volume = np.nanmean(year, axis=1)
    keys = (np.nanstd(year, axis=1) / np.maximum(volume, 1e-9), volume)
    found = {}
    for name, key in zip(TENTHS, keys, strict=True):
        for number, part in enumerate(np.array_split(np.argsort(key, kind="stable"), 10)):
            bands = quantiles[part].reshape(-1, len(QUANTILES))
            found[f"pit80_{name}_{number}"] = held(seen.actual[part].ravel(), bands)
    return found


def sum_coverage(seen: Truth, quantiles: Floats, periods: int) -> dict[str, float]:
    """How often the total of the next periods lies in its 80 % band; `quantiles` (series, H, 11): of running sums."""
    plain, pit = _held(seen.actual[:, :periods].sum(axis=1), quantiles[:, periods - 1], 0.1, 0.9)
    return {"sum80": plain, "sum_pit80": pit}


def _held(actual: Floats, quantiles: Floats, low: float, high: float) -> tuple[float, float]:
    """The share of actuals (rows,) inside the band between two levels: plain, and as `_pit` counts."""
    a, b = quantiles[:, QUANTILES.index(low)], quantiles[:, QUANTILES.index(high)]
    inside = (actual >= a - 1e-6) & (actual <= b + 1e-6)
    return float(inside.mean()), _pit(actual, quantiles, low, high)


def held(actual: Floats, quantiles: Floats) -> float:
    """The share of actuals (rows,) inside the 80 % band of quantiles (rows, 11), as `_pit` counts."""
    return _pit(actual, quantiles, 0.1, 0.9)


def _pit(actual: Floats, quantiles: Floats, low: float, high: float) -> float:
    """Coverage in which an actual that equals quantiles counts by the share of its levels between low and high."""
    levels = np.array([0.0, *QUANTILES, 1.0])
    below = (quantiles < actual[:, None] - 1e-6).sum(axis=1)
    upto = (quantiles <= actual[:, None] + 1e-6).sum(axis=1)
    start = np.where(below > 0, (levels[below] + levels[below + 1]) / 2, 0.0)
    end = (levels[upto] + levels[np.minimum(upto + 1, len(levels) - 1)]) / 2
    share = np.clip(np.minimum(end, high) - np.maximum(start, low), 0, None) / np.maximum(end - start, 1e-9)
    plain = (levels[below] >= low) & (levels[np.minimum(below + 1, len(levels) - 1)] <= high)
    return float(np.where(upto > below, np.minimum(share, 1), plain).mean())
