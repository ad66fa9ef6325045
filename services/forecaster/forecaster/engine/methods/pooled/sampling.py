"""Random instances to train the pooled model on."""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Ints
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Instances

YOUNGEST = 2  # periods after the first sale from which a series has origins


def origins(features: Features, last: int) -> Ints:
    """How many origins each series has before column `last`, (N,)."""
    return np.maximum(last - features.inputs.first - YOUNGEST, 0)


def sample(features: Features, last: int, count: int, rng: np.random.Generator, age: int = 0) -> Instances:
    """Up to `count` random instances whose targets lie at or before column `last`, at least `age` periods after the
    series' first sale, and have a known value."""
    sales, first, horizon = features.inputs.sales, features.inputs.first, features.horizon
    width = origins(features, last)
    total = int(width.sum())
    if total == 0:
        return Instances.none()
    drawn = (9 if age else 3) * count
    found = (
        _all(first, width, horizon) if total * horizon <= drawn else _drawn(first, width, horizon, drawn, rng)
    )  # fmt: skip
    found = found.part(np.flatnonzero((found.targets <= last) & (found.targets >= first[found.series] + age)))
    found = found.part(np.flatnonzero(~np.isnan(sales[found.series, found.targets])))
    if len(found) > count:
        found = found.part(np.sort(rng.choice(len(found), count, replace=False)))
    return found


def _all(first: Ints, width: Ints, horizon: int) -> Instances:
    series = np.repeat(np.arange(len(width)), width)
    begin = first + YOUNGEST
    at = np.arange(int(width.sum())) - np.repeat(np.cumsum(width) - width, width) + begin[series]
    return Instances.ahead(series, at, horizon)


def _drawn(first: Ints, width: Ints, horizon: int, count: int, rng: np.random.Generator) -> Instances:
    place = rng.integers(0, int(width.sum()), count)
    ends = np.cumsum(width)
    series = np.searchsorted(ends, place, side="right")
    at = first[series] + YOUNGEST + place - (ends - width)[series]
    return Instances(series, at, rng.integers(1, horizon + 1, count))
