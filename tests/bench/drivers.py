"""What the drivers are worth: the engine with what is told of periods (prices, promotions, holidays, openings, weather)
beside the same engine with the sales alone, on the same series and cutoffs.

What the engine has of itself, the calendar with its feasts, stands on both sides; so do the categories of the series.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from tests.bench.measure import Floats, Truth, held
from tests.bench.sets import Case

WITHOUT = "almanac without drivers"
_SALES = ("unique_id", "ds", "y")


def without(case: Case) -> Case:
    """The set without a column beside the sales, and without a plan."""
    return replace(case, history=case.history[list(_SALES)], future=None)


def occasions(case: Case, seen: Truth) -> NDArray[np.bool_]:
    """(series, H) the periods ahead in which the plan names the set's occasion; none where it names none."""
    found = np.zeros(seen.actual.shape, dtype=bool)
    if case.occasion and case.future is not None:
        part = case.future[case.future[case.occasion].fillna(0) > 0]
        row = pd.Index(seen.ids).get_indexer(pd.Index(part["unique_id"].astype(str)))
        column = seen.ahead.get_indexer(pd.Index(part["ds"]))
        kept = (row >= 0) & (column >= 0)
        found[row[kept], column[kept]] = True
    return found


def on_occasions(seen: Truth, mean: Floats, quantiles: Floats, where: NDArray[np.bool_]) -> dict[str, float]:
    """WAPE and the share inside the 80 % band (by PIT) in the periods of an occasion; nothing without any."""
    if not where.any():
        return {}
    actual = seen.actual[where]
    wape = float(np.abs(mean[where] - actual).sum() / np.abs(actual).sum())
    return {"wape_occasion": wape, "pit80_occasion": held(actual, quantiles[where])}


def gains(with_them: list[dict[str, float]], alone: list[dict[str, float]]) -> dict[str, float]:
    """By how much the drivers lower the WAPE, in all periods and in those of the occasion: mean, least and most of the
    cutoffs."""
    found: dict[str, float] = {}
    for name in ("wape", "wape_occasion"):
        pairs = [(one[name], other[name]) for one, other in zip(with_them, alone, strict=True) if name in one]
        if pairs:
            lower = [1 - one / other for one, other in pairs]
            total = 1 - sum(one for one, _ in pairs) / sum(other for _, other in pairs)
            found |= {f"{name}_gain": total, f"{name}_gain_least": min(lower), f"{name}_gain_most": max(lower)}
    return {key: round(value, 5) for key, value in found.items()}


def show(case: Case, result: dict[str, Any]) -> None:
    """Print what the drivers gain."""
    for name, where in (("wape", "all periods"), ("wape_occasion", f"periods of {case.occasion}")):
        if f"{name}_gain" in result:
            print(f"almanac, drivers in {where}: WAPE {result[f'{name}_gain']:.1%} lower than without, "
                  f"{result[f'{name}_gain_least']:.1%} to {result[f'{name}_gain_most']:.1%} by cutoff")  # fmt: skip
