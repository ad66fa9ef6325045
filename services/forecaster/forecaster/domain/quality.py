"""How good a run is on weeks it had not seen, and whether it is worse than another beyond noise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np
from contracts.events import QUANTILES
from numpy.typing import NDArray

WEEKS = 4
P10, P90 = QUANTILES.index(0.1), QUANTILES.index(0.9)
WORSE_SHARE, NOISE = 0.02, 2.0


@dataclass
class Backtest:
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


def measure(backtest: Backtest) -> Quality:
    """WAPE, bias, coverage of the 80 % band and pinball loss, of the run and of each series."""
    known = ~np.isnan(backtest.actual)
    actual = np.where(known, backtest.actual, 0.0).astype(np.float64)
    gap = np.where(known, backtest.mean - actual, 0.0)
    low, high = backtest.quantiles[:, :, P10], backtest.quantiles[:, :, P90]
    inside = known & (actual >= low - 1e-6) & (actual <= high + 1e-6)
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
        levels = np.array(QUANTILES)
        pinball = np.where(known[:, :, None], np.maximum(levels * miss, (levels - 1) * miss), 0.0).sum()
        found.metrics = {
            "wape": round(float(error.sum()) / total, 4), "bias": round(float(gap.sum()) / total, 4),
            "coverage80": round(float(inside.sum() / known.sum()), 4),
            "pinball": round(2 * float(pinball) / len(QUANTILES) / total, 4),
            "weeks": WEEKS, "series": len(found.errors),
        }  # fmt: skip
    return found


@dataclass(frozen=True)
class Verdict:
    """Whether a run may go live, and why."""

    promoted: bool
    reason: str
    change: float | None = None  # relative change of the absolute error; positive is worse
    noise: float | None = None


def judge(challenger: Mapping[str, tuple[float, float]], champion: Mapping[str, tuple[float, float]]) -> Verdict:
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
        return Verdict(True, "there is no live backtest to compare with")
    new, old = np.array(pairs).T
    difference = new - old
    total, noise = float(difference.sum()), sqrt(len(pairs)) * float(difference.std(ddof=1))
    base = float(old.sum())
    if base <= 0:
        return Verdict(True, "the live run's backtest has no error to compare with")
    change, spread = total / base, noise / base
    shown = f"its backtest error is {change:+.1%} against the live run's (noise ±{NOISE * spread:.1%})"
    if change > WORSE_SHARE and total > NOISE * noise:
        return Verdict(False, f"not promoted: {shown}", change, spread)
    return Verdict(True, shown, change, spread)
