"""The pooled model: one gradient-boosted model for all series, direct over the horizon, averaged over three losses.

Labels are y / scale, so that series of every size teach each other; the losses weight rows by what they are judged
by (RMSSE, volume, absolute error). Each is trained several times, on other rows and with another seed, and the mean is
taken (Breiman 1996): with few series, what one seed says is 5 % luck. Each booster runs on one thread: two busy cores
make OpenMP slower, not faster.

A history of one to three yearly cycles has too few repetitions to learn a season from. Beside the plain model stands
then an anchored one: its boosters start from last year's value with half its growth and learn what to change of it.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import lightgbm as lgb
import numpy as np
from numpy.typing import NDArray

from forecaster.engine import trees
from forecaster.engine.features import Built, Features, Rows
from forecaster.engine.types import Floats, Options

Ints = NDArray[np.int64]
MOST = 20.0  # labels are clipped here: one odd sale must not teach everybody
YOUNGEST = 2  # periods after the first sale from which a series has origins
CHUNK = 60_000
LOSSES = ("squared, by scaled error", "squared, by volume", "absolute, by volume")
CYCLES = 3  # with a longer history than so many yearly cycles and a horizon the plain model knows the season


@dataclass
class Pooled:
    """Trained boosters, in the order of LOSSES, and so again for each bag; and likewise the anchored ones, if any."""

    boosters: list[lgb.Booster]
    anchored: list[lgb.Booster] = field(default_factory=list)
    _forests: list[trees.Forest | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._forests = [trees.forest(booster) for booster in [*self.boosters, *self.anchored]]

    def predict(
        self, features: Features, rows: Rows, threads: int = 1, seen: Callable[[slice, Built], None] | None = None
    ) -> Floats:  # fmt: skip
        """Demand of rows (losses, rows), in the units of y, never negative; the anchored model's mean is a row after
        those of the losses. `seen` is given the features of each part, which are dear."""
        plain, most = len(self.boosters), len(LOSSES)
        out = np.zeros((most + bool(self.anchored), len(rows)), dtype=np.float32)

        def one(begin: int) -> None:
            part = slice(begin, begin + CHUNK)
            built = features.build(rows.part(part))
            if seen is not None:
                seen(part, built)
            start = anchor(features, built) if self.anchored else np.float32(0)
            for number, booster in enumerate([*self.boosters, *self.anchored]):
                found = trees.predict(booster, self._forests[number], built.x)
                if number < plain:
                    out[number % most, part] += most / plain * np.maximum(found, 0) * built.scale
                else:
                    out[most, part] += np.maximum(found + start, 0) * built.scale / len(self.anchored)

        with ThreadPoolExecutor(max(threads, 1)) as pool:
            list(pool.map(one, range(0, len(rows), CHUNK)))
        return out


def anchor(features: Features, built: Built) -> Floats:
    """Last year's value with half its growth, in units of the scale; without one the fast average."""
    ago = built.x[:, features.names.index("value a cycle ago")]
    growth = np.nan_to_num(built.x[:, features.names.index("growth on a year ago")], nan=1.0)
    recent = built.x[:, features.names.index("fast average")]
    start = np.where(np.isnan(ago), recent, ago * np.sqrt(np.clip(growth, 0.2, 5)))
    found: Floats = np.clip(np.nan_to_num(start, nan=1.0), 0, MOST).astype(np.float32)
    return found


def anchors(features: Features, last: int) -> bool:
    """Whether a model trained up to column `last` gets an anchored one beside it: targets of at least a horizon have
    a year before them, and the history is not so long that the plain model knows the season."""
    panel, long = features.panel, features.panel.grid.rhythm.long
    if not long or panel.grid.rhythm.short:
        return False
    return long + panel.horizon <= last + 1 <= CYCLES * long + panel.horizon


def sample(features: Features, last: int, count: int, rng: np.random.Generator, age: int = 0) -> Rows:
    """Up to `count` random rows whose targets lie at or before column `last`, at least `age` periods after the series'
    first sale, and have a known value."""
    panel = features.panel
    begin = panel.first + YOUNGEST
    width = np.maximum(last - begin, 0)  # origins begin .. last - 1
    total = int(width.sum())
    horizon = panel.horizon
    if total == 0:
        return Rows(*(np.zeros(0, dtype=np.int64) for _ in range(3)))
    drawn = (9 if age else 3) * count
    if total * horizon <= drawn:
        series = np.repeat(np.arange(len(width)), width)
        origins = np.arange(total) - np.repeat(np.cumsum(width) - width, width) + begin[series]
        rows = Rows(np.repeat(series, horizon), np.repeat(origins, horizon), np.tile(np.arange(1, horizon + 1), total))
    else:
        place = rng.integers(0, total, drawn)
        ends = np.cumsum(width)
        series = np.searchsorted(ends, place, side="right")
        origins = begin[series] + place - (ends - width)[series]
        rows = Rows(series, origins, rng.integers(1, horizon + 1, drawn))
    target = rows.origins + rows.steps
    rows = rows.part(np.flatnonzero((target <= last) & (target >= panel.first[rows.series] + age)))
    rows = rows.part(np.flatnonzero(~np.isnan(panel.y[rows.series, rows.origins + rows.steps])))
    if len(rows) > count:
        rows = rows.part(np.sort(rng.choice(len(rows), count, replace=False)))
    return rows


def bags(features: Features, last: int, options: Options) -> int:
    """How often each loss is trained: the fewer rows there are, the more often, for the same work."""
    width = np.maximum(last - features.panel.first - YOUNGEST, 0)
    rows = min(int(width.sum()) * features.panel.horizon, options.rows)
    return int(np.clip(options.work // max(rows, 1), 1, options.bags))


def boosters(features: Features, last: int, options: Options) -> int:
    """How many boosters `train` makes of a history up to column `last`, when it has the rows."""
    return len(LOSSES) * bags(features, last, options) * (1 + anchors(features, last))


def train(features: Features, last: int, options: Options, seed: int, tick: Callable[[], None]) -> Pooled | None:
    """Boosters trained on targets up to column `last`; None when there are too few rows to learn from."""
    plain: list[lgb.Booster] = []
    anchored: list[lgb.Booster] = []
    with_anchor = anchors(features, last)
    for bag in range(bags(features, last, options)):
        rows = sample(features, last, options.rows, np.random.default_rng(seed + bag))
        if len(rows) < 60:
            return None
        plain += _bag(features, rows, options, seed + bag, tick)
        if with_anchor:
            long = features.panel.grid.rhythm.long
            rows = sample(features, last, options.rows, np.random.default_rng(seed + bag), long)
            if len(rows) >= 60:
                anchored += _bag(features, rows, options, seed + bag, tick, anchored=True)
    return Pooled(plain, anchored)


def parameters(options: Options, rows: int, seed: int) -> dict[str, Any]:
    """LightGBM's parameters of a booster trained on so many rows."""
    return {
        "verbose": -1, "num_threads": 1, "deterministic": True, "force_row_wise": True, "seed": seed, "max_bin": 63,
        "learning_rate": options.learning_rate, "num_leaves": options.leaves,
        "min_data_in_leaf": int(np.clip(rows / 400, 5, 40)), "feature_fraction": 0.6, "bagging_fraction": 0.8,
        "bagging_freq": 1, "cat_smooth": 30, "max_cat_to_onehot": 8, "min_data_per_group": 50,
    }  # fmt: skip


def _bag(
    features: Features, rows: Rows, options: Options, seed: int, tick: Callable[[], None], *, anchored: bool = False
) -> list[lgb.Booster]:
    """A booster for each of LOSSES."""
    base = parameters(options, len(rows), seed)
    built, data = dataset(features, rows, base, anchored=anchored)
    found = []
    for number, weight in enumerate(weights(built)):
        own: dict[str, Any] = {"objective": "regression"}
        if number == 2:  # medians of small leaves follow noise: fewer and larger ones were better on most sets
            own = {"objective": "regression_l1", "num_leaves": max(options.leaves // 2, 4)}
            own["min_data_in_leaf"] = 6 * base["min_data_in_leaf"]
        data.set_weight(weight)
        found.append(boosted({**base, **own}, data, options.rounds, tick))
    return found


def dataset(
    features: Features, rows: Rows, given: dict[str, Any], *, anchored: bool
) -> tuple[Built, lgb.Dataset]:  # fmt: skip
    """Rows as LightGBM bins them, for several boosters: their labels, and where `anchored` boosters start."""
    built = features.build(rows)
    label = np.clip(features.panel.y[rows.series, rows.origins + rows.steps] / built.scale, -2, MOST)
    data = lgb.Dataset(
        built.x, label, params=given, categorical_feature=features.categorical or "auto", free_raw_data=False,
        init_score=anchor(features, built) if anchored else None,
    )  # fmt: skip
    data.construct()
    return built, data


def boosted(given: dict[str, Any], data: lgb.Dataset, rounds: int, tick: Callable[[], None]) -> lgb.Booster:
    """One booster; `tick` is called after each round."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return lgb.train(given, data, rounds, callbacks=[lambda _: tick()])


def weights(built: Built) -> list[Floats]:
    """Row weights of the losses, mean 1, capped so that near-constant or giant series do not rule."""
    with np.errstate(all="ignore"):
        scaled = built.scale.astype(np.float64) ** 2 / built.msd
    usual = np.nanmedian(scaled) if np.isfinite(scaled).any() else 1.0
    scaled = np.where(np.isfinite(scaled), np.minimum(scaled, 20 * usual), usual)
    volume = np.minimum(built.scale.astype(np.float64), np.quantile(built.scale, 0.998))
    found = [scaled, volume, volume]
    return [(weight / max(weight.mean(), 1e-30)).astype(np.float32) for weight in found]
