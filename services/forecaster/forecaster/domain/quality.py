"""How good a run is on weeks it had not seen, and whether it is worse than another beyond noise."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
from contracts.quantiles import LEVELS
from numpy.typing import NDArray

WEEKS = 4
WORSE_SHARE, NOISE = 0.02, 2.0


@dataclass
class WeeklyBacktest:
    """Forecasts made as if the last `WEEKS` weeks had not been there, with what was sold in them. NaN: unknown."""

    ids: Sequence[str]
    actual: NDArray[np.floating]  # (N, WEEKS)
    mean: NDArray[np.floating]  # (N, WEEKS)
    quantiles: NDArray[np.floating]  # (N, WEEKS, 11)


@dataclass
class Quality:
    """`errors`: absolute error and units of each series over the backtest's weeks."""

    metrics: dict[str, Any] = field(default_factory=dict)
    wape: dict[str, float] = field(default_factory=dict)
    coverage80: dict[str, float] = field(default_factory=dict)
    errors: dict[str, tuple[float, float]] = field(default_factory=dict)


def inside80(actual: NDArray[np.floating[Any]], quantiles: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """How much of each actual (...) counts as inside the 80 % range of its quantiles (..., 11).

    Where none is equal to it, 0 or 1. A count often equals several quantiles at once: then it is the share of the
    probability on that count which lies between the levels 0.1 and 0.9 (the randomised probability integral transform,
    Czado, Gneiting and Held 2009, in expectation). Counting such a week as inside would call every slow seller's band
    too wide.
    """
    levels = np.array([0.0, *LEVELS, 1.0])
    below = (quantiles < actual[..., None] - 1e-6).sum(axis=-1)
    upto = (quantiles <= actual[..., None] + 1e-6).sum(axis=-1)
    start = np.where(below > 0, (levels[below] + levels[below + 1]) / 2, 0.0)
    end = (levels[upto] + levels[upto + 1]) / 2
    within = np.maximum(np.minimum(end, 0.9) - np.maximum(start, 0.1), 0.0) / np.maximum(end - start, 1e-9)
    plain = (levels[below] >= 0.1) & (levels[below + 1] <= 0.9)
    found: NDArray[np.float64] = np.where(upto > below, np.minimum(within, 1.0), plain)
    return found


def measure(backtest: WeeklyBacktest) -> Quality:
    """WAPE, bias, coverage of the 80 % band and pinball loss, of the run and of each series."""
    known = ~np.isnan(backtest.actual)
    actual = np.where(known, backtest.actual, 0.0).astype(np.float64)
    gap = np.where(known, backtest.mean - actual, 0.0)
    inside = np.where(known, inside80(actual, backtest.quantiles), 0.0)
    weeks, units, error = known.sum(axis=1), actual.sum(axis=1), np.abs(gap).sum(axis=1)
    found = Quality()
    for number, name in enumerate(backtest.ids):
        if weeks[number] == 0:
            continue
        found.errors[name] = (float(error[number]), float(units[number]))
        found.coverage80[name] = float(inside[number].sum() / weeks[number])
        if units[number] > 0:
            found.wape[name] = float(error[number] / units[number])
    total = float(units.sum())
    if total > 0:
        miss = actual[:, :, None] - backtest.quantiles
        levels = np.array(LEVELS)
        pinball = np.where(known[:, :, None], np.maximum(levels * miss, (levels - 1) * miss), 0.0).sum()
        found.metrics = {
            "wape": round(float(error.sum()) / total, 4), "bias": round(float(gap.sum()) / total, 4),
            "coverage80": round(float(inside.sum() / known.sum()), 4),
            "pinball": round(2 * float(pinball) / len(LEVELS) / total, 4),
            "weeks": WEEKS, "series": len(found.errors),
        }  # fmt: skip
    return found


@dataclass(frozen=True)
class Judgement:
    """Whether a run may go live, and why."""

    promoted: bool
    reason: str
    change: float | None = None  # relative change of the absolute error; positive is worse
    noise: float | None = None


def judge(challenger: Mapping[str, tuple[float, float]], champion: Mapping[str, tuple[float, float]]) -> Judgement:
    """Compare two runs' errors, series by series: worse is only what is worse beyond noise, and by more than 2 %.

    Both map a series to its absolute error and the units it was made on; errors are compared per unit, since the
    two may have been measured on different weeks.
    """
    pairs = [
        (error, old_error * (units / old_units))
        for name, (error, units) in challenger.items()
        for old_error, old_units in [champion.get(name, (0.0, 0.0))]
        if units > 0 and old_units > 0
    ]
    if len(pairs) < 2:
        return Judgement(True, "there is no live backtest to compare with")
    new, old = np.array(pairs).T
    difference = new - old
    total, noise = float(difference.sum()), sqrt(len(pairs)) * float(difference.std(ddof=1))
    base = float(old.sum())
    if base <= 0:
        return Judgement(True, "the live run's backtest has no error to compare with")
    change, spread = total / base, noise / base
    shown = f"its backtest error is {change:+.1%} against the live run's (noise ±{NOISE * spread:.1%})"
    if change > WORSE_SHARE and total > NOISE * noise:
        return Judgement(False, f"not promoted: {shown}", change, spread)
    return Judgement(True, shown, change, spread)
