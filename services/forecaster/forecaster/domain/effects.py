"""Which changes the models are asked about, to say what depth and kind of promotions do. Pure.

Guarantee: only what history knows is asked: depths and kinds that promotions had.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
DEPTHS, KINDS = 4, 8
FEWEST = 5  # weeks of a depth, from which it is one that promotions have


@dataclass(frozen=True)
class PlannedChange:
    """Columns (n, H) of a change, and in which weeks its effect is read."""

    name: str
    driver: str
    columns: dict[str, Array]
    weeks: slice


def of_depths(depths: Sequence[float], shape: tuple[int, int]) -> list[PlannedChange]:
    """A promotion of a week, in the second week ahead, of each depth."""
    found = []
    for depth in depths:
        columns = {name: np.full(shape, np.nan, dtype=np.float32) for name in ("promotion", "discount")}
        columns["promotion"][:, 1], columns["discount"][:, 1] = 1.0, depth
        found.append(PlannedChange(f"{depth:.0%} off", "promotion", columns, slice(1, 2)))
    return found


def of_kinds(found: Sequence[tuple[str, float]], known: Sequence[str], shape: tuple[int, int]) -> list[PlannedChange]:
    """A promotion of a week, in the second week ahead, of each kind and depth; `known`: the columns, those of kinds
    too, that something was learned of."""
    asked = []
    for kind, depth in found:
        values = {"promotion": 1.0, "discount": depth}
        values |= {f"{name}: {kind}": value for name, value in values.items()}
        columns = {name: np.full(shape, np.nan, dtype=np.float32) for name in values if name in known}
        for name, column in columns.items():
            column[:, 1] = values[name]
        name = f"{kind}, {depth:.0%} off" if depth else kind
        asked.append(PlannedChange(name, "promotion", columns, slice(1, 2)))
    return asked


def kinds(names: Sequence[str], codes: NDArray[np.int8], promotion: NDArray[np.float64],
          discount: NDArray[np.float64]) -> list[tuple[str, float]]:  # fmt: skip
    """The kinds and depths that promotions of whole weeks had most often, by kind and shallow first."""
    whole = (promotion >= 1) & (codes >= 0)
    values, count = np.unique(
        np.stack([codes[whole].astype(np.float64), np.round(discount[whole], 2)]), axis=1, return_counts=True
    )
    often = sorted(
        (-number, names[int(kind)], depth)
        for (kind, depth), number in zip(values.T.tolist(), count.tolist(), strict=True) if number >= FEWEST
    )  # fmt: skip
    return sorted((kind, depth) for _, kind, depth in often[:KINDS])


def depths(promotion: Array, discount: Array) -> list[float]:
    """The depths that promotions of whole weeks had most often, shallow first."""
    values = np.round(discount[(promotion >= 1) & (discount > 0)].astype(np.float64), 2)
    kinds, count = np.unique(values, return_counts=True)
    often = [(int(-number), float(kind)) for kind, number in zip(kinds, count, strict=True) if number >= FEWEST]
    return sorted(kind for _, kind in sorted(often)[:DEPTHS])


def by_category(names: Sequence[str], category_of: Mapping[str, str]) -> dict[str, NDArray[np.int64]]:
    """The places of series by their category, and of all."""
    found: dict[str, list[int]] = {"": list(range(len(names)))}
    for place, name in enumerate(names):
        found.setdefault(category_of.get(name) or "none", []).append(place)
    return {name: np.array(places, dtype=np.int64) for name, places in found.items()}
