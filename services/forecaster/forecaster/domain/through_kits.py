"""Kits sell their components: what is expected of a kit is expected of what it consists of.

- A component's forecast is that of its own sales, by the engine, and that of the kits it is in: so a kit that ends,
  begins, or is to be promoted does so for its components in the same weeks, and no component's past must be rewritten.
- Means are sums of means. Quantiles are those of the sum from joint draws, as of any total: never sums of quantiles.
- A sum over products counts what is sold as itself: kits as kits, components without what kits take of them.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecaster.domain.common_part import common
from forecaster.domain.forecasts import Array, Forecast
from forecaster.domain.kits import KitPart
from forecaster.domain.rounding import stored
from forecaster.domain.totals import total

Doubles = NDArray[np.float64]
METHOD = "through kits"


def with_kits(forecasts: Sequence[Forecast], parts: Sequence[KitPart], weeks: Sequence[date]) -> list[Forecast]:
    """The forecasts, those of components with what is expected of them through kits: also where they do not sell
    themselves. A kit in a kit sells nothing."""
    if not parts:
        return list(forecasts)
    own = {(one.sku, one.location): one for one in forecasts}
    names = {part.kit for part in parts}
    sold: dict[str, list[Forecast]] = defaultdict(list)
    for one in forecasts:
        if one.sku in names:
            sold[one.sku].append(one)
    wanted: dict[tuple[str, str], list[tuple[Forecast, KitPart]]] = defaultdict(list)
    for part in parts:
        for kit in sold[part.kit]:
            if (kit.mean * part.shares(weeks)).any():
                wanted[part.sku, kit.location].append((kit, part))
    likely = common((), len(weeks)).likely
    for key, through in sorted(wanted.items()):
        own[key] = _sum(key, own.get(key), [_Taken.of(kit, part, weeks) for kit, part in through], likely)
    return list(own.values())


@dataclass(frozen=True)
class _Taken:
    """What a kit's sales take of a component: mean (H), quantiles and quantiles of running sums (H x 11)."""

    kit: str
    mean: Doubles
    quantiles: Doubles
    sum_quantiles: Doubles

    @classmethod
    def of(cls, kit: Forecast, part: KitPart, weeks: Sequence[date]) -> "_Taken":
        shares = part.shares(weeks)
        mean = kit.mean.astype(np.float64)
        running = np.cumsum(mean)
        counted = np.divide(np.cumsum(mean * shares), running, out=np.zeros_like(running), where=running > 0)
        return cls(
            kit.sku, part.quantity * mean * shares,
            part.quantity * kit.quantiles.astype(np.float64) * shares[:, None],
            part.quantity * kit.sum_quantiles.astype(np.float64) * counted[:, None],
        )  # fmt: skip


def moved(parts: Sequence[KitPart], kit: str, week: date, units: float) -> dict[str, float]:
    """By component, what so many units of a kit more or less in a week are of it."""
    found: dict[str, float] = defaultdict(float)
    for part in parts:
        share = float(part.shares([week])[0]) if part.kit == kit else 0.0
        if share:
            found[part.sku] += part.quantity * share * units
    return found


def _sum(key: tuple[str, str], own: Forecast | None, taken: Sequence[_Taken], likely: Doubles) -> Forecast:
    in_kits: dict[str, Doubles] = {}
    for one in taken:
        in_kits[one.kit] = in_kits.get(one.kit, 0.0) + one.mean
    every = [one for one in (own, *taken) if one is not None and one.mean.any()]
    means = np.stack([one.mean for one in every]).astype(np.float64)
    mean = means.sum(axis=0)
    running = np.cumsum(means, axis=1)
    quantiles = total(_stack([one.quantiles for one in every]), means.astype(np.float32), likely)
    sums = total(_stack([one.sum_quantiles for one in every]), running.astype(np.float32), likely)
    alone = own is None or own.method == "discontinued"
    words = f"with what is expected of {', '.join(sorted(in_kits))}, which it is in"
    found = Forecast(
        *key, stored(mean), stored(np.sort(quantiles, axis=-1)), stored(np.sort(sums, axis=-1)),
        METHOD if own is None or alone else own.method,
        words if own is None else f"{own.reason}; {words}", in_kits={kit: stored(of) for kit, of in in_kits.items()},
    )  # fmt: skip
    if own is None:
        return found
    kept = ("wape", "coverage80", "censored_weeks", "censored_demand")
    return replace(found, **{name: getattr(own, name) for name in kept})


def _stack(quantiles: Sequence[NDArray[Any]]) -> Array:
    return np.stack(quantiles).astype(np.float32)


def in_kits(forecast: Forecast) -> Doubles:
    """What of each week's mean is expected through kits."""
    found: Doubles = sum(
        (of.astype(np.float64) for of in forecast.in_kits.values()), start=np.zeros(len(forecast.mean))
    )
    return found


def as_itself(final: Forecast, model: Forecast) -> Forecast:
    """A forecast without what kits take of it, as sums over products count it; `model` is before overrides."""
    if not final.in_kits:
        return final
    own = np.maximum(model.mean.astype(np.float64) - in_kits(model), 0.0)
    mean = own + in_kits(final)
    share = np.divide(own, mean, out=np.ones_like(mean), where=mean > 0)
    running = np.cumsum(mean)
    of_sums = np.divide(np.cumsum(own), running, out=np.ones_like(running), where=running > 0)
    return replace(
        final, mean=(final.mean * share).astype(np.float32),
        quantiles=(final.quantiles * share[:, None]).astype(np.float32),
        sum_quantiles=(final.sum_quantiles * of_sums[:, None]).astype(np.float32),
    )  # fmt: skip
