"""`bench planted [--series N] [--shares 5,95] [--kinds poisson,promoted] [--json OUT]`: bands on made panels whose true
distributions are known.

Each panel mixes five kinds of demand; one has the share, the others the rest alike. Of the share `one` a single series
of the kind stands among those of another kind, each other one in turn. One more panel is driven by promotions
that are planned: usual weeks and promoted ones are its kinds. For each kind of each panel: how often the 80 % band held
(by PIT), its mean width against the oracle's, and the pinball loss against the oracle's.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from forecaster.engine.quantiles import LEVELS as QUANTILES
from forecaster.engine.quantiles import index
from numpy.typing import NDArray
from scipy import stats

from tests.bench import measure

WEEKS, HORIZON = 60, 8
LEVELS = np.array(QUANTILES)
Floats = NDArray[np.float64]
Drawn = tuple[Floats, Floats]  # sales of so many weeks, and the eleven true quantiles


def poisson(rng: np.random.Generator, weeks: int) -> Drawn:
    """Counts as even as chance allows, 3 to 60 a week."""
    law = stats.poisson(rng.uniform(3, 60))
    return law.rvs(weeks, random_state=rng), law.ppf(LEVELS)


def negative_binomial(rng: np.random.Generator, weeks: int) -> Drawn:
    """Counts that vary more than chance."""
    mean, shape = rng.uniform(3, 60), rng.uniform(0.8, 3)
    law = stats.nbinom(shape, shape / (shape + mean))
    return law.rvs(weeks, random_state=rng), law.ppf(LEVELS)


def lognormal(rng: np.random.Generator, weeks: int) -> Drawn:
    """Orders of very different size, in whole pieces."""
    base, spread = rng.uniform(5, 80), rng.uniform(0.6, 1.1)

    def sold(score: Floats) -> Floats:
        return np.round(base * np.exp(spread * score - spread**2 / 2))

    return sold(rng.standard_normal(weeks)), sold(stats.norm.ppf(LEVELS))


def intermittent(rng: np.random.Generator, weeks: int) -> Drawn:
    """Nothing in most weeks."""
    chance, more = rng.uniform(0.05, 0.3), rng.uniform(1, 8)
    sizes = np.concatenate([[1 - chance], chance * stats.poisson(more).pmf(np.arange(80))])
    sales = np.where(rng.random(weeks) < chance, 1 + rng.poisson(more, weeks), 0)
    return sales, np.searchsorted(np.cumsum(sizes), LEVELS).astype(float)


def weighed(rng: np.random.Generator, weeks: int) -> Drawn:
    """Kilograms, in grams."""
    mean, shape = rng.uniform(0.2, 8), rng.uniform(5, 30)
    law = stats.gamma(shape, scale=mean / shape)
    return np.round(law.rvs(weeks, random_state=rng), 3), law.ppf(LEVELS)


KINDS: dict[str, Callable[[np.random.Generator, int], Drawn]] = {
    "poisson": poisson, "negative binomial": negative_binomial, "lognormal": lognormal, "intermittent": intermittent,
    "weighed": weighed,
}  # fmt: skip


ONE = "one"  # the share of a single series
PROMOTED = "promoted"  # the panel that promotions drive


@dataclass(frozen=True)
class Planted:
    """A panel, what came after it, and its truth."""

    history: pd.DataFrame
    future: pd.DataFrame | None  # what is planned
    ids: list[str]
    kinds: NDArray[np.str_]  # (series, H)
    actual: Floats  # (series, H)
    quantiles: Floats  # (series, H, 11)


def _labels() -> pd.DatetimeIndex:
    return pd.date_range("2025-01-06", periods=WEEKS + HORIZON, freq="W-MON")


def panel(kind: str, share: float, series: int, seed: int) -> Planted:
    """A panel in which a kind has a share of the series."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind), round(100 * share)])
    own = round(series * share)
    others = [other for other in KINDS if other != kind]
    return _made(rng, [kind] * own + [others[number % len(others)] for number in range(series - own)])


def one_among(kind: str, others: str, series: int, seed: int) -> Planted:
    """A single series of a kind among those of another."""
    rng = np.random.default_rng([seed, list(KINDS).index(kind), list(KINDS).index(others), series])
    return _made(rng, [kind] + [others] * (series - 1))


def _made(rng: np.random.Generator, kinds: list[str]) -> Planted:
    series = len(kinds)
    ids = [f"{number:09d}" for number in rng.permutation(series)]
    drawn = [KINDS[one](rng, WEEKS + HORIZON) for one in kinds]
    sales = np.array([one for one, _ in drawn], dtype=float)
    truth = np.repeat(np.array([one for _, one in drawn])[:, None, :], HORIZON, axis=1)
    told = np.repeat(np.array(kinds)[:, None], HORIZON, axis=1)
    return Planted(_frame(ids, sales, WEEKS), None, ids, told, sales[:, WEEKS:], truth)


def promoted(series: int, seed: int) -> Planted:
    """Counts whose level varies by a tenth beyond chance, 10 to 120 a week, and in one week of five a promotion that
    is planned: twice as much, by product 1.2 to 3.3 times in most."""
    rng = np.random.default_rng([seed, 99])
    shape = (series, WEEKS + HORIZON)
    on = rng.random(shape) < 0.2
    lift = np.exp(rng.normal(np.log(2), 0.3, (series, 1)))
    level = rng.uniform(10, 120, (series, 1)) * np.where(on, lift, 1.0)
    law = stats.nbinom(100, 100 / (100 + level))
    sales = law.rvs(random_state=rng).astype(float)
    truth = np.moveaxis(np.array([law.ppf(one) for one in LEVELS]), 0, 2)[:, WEEKS:]
    ids = [f"{number:09d}" for number in range(series)]
    future = _frame(ids, on.astype(float), None).rename(columns={"y": "promotion"})
    history = _frame(ids, sales, WEEKS).merge(future, on=["unique_id", "ds"])
    kinds = np.where(on[:, WEEKS:], "promoted week", "usual week")
    return Planted(history, future, ids, kinds, sales[:, WEEKS:], truth)


def _frame(ids: list[str], values: Floats, weeks: int | None) -> pd.DataFrame:
    part = values[:, :weeks]
    return pd.DataFrame({"unique_id": np.repeat(np.array(ids), part.shape[1]),
                         "ds": np.tile(_labels()[:weeks], len(ids)), "y": part.reshape(-1)})  # fmt: skip


def judge(made: Planted, quantiles: Floats) -> dict[str, dict[str, float]]:
    """By kind: held, width and pinball loss against the oracle's. `quantiles` (series, H, 11), ordered as `ids`."""
    found = {}
    for kind in dict.fromkeys(made.kinds.ravel().tolist()):
        part = made.kinds == kind
        bands, true, actual = quantiles[part], made.quantiles[part], made.actual[part]
        width = bands[..., index(0.9)] - bands[..., index(0.1)]
        oracle = true[..., index(0.9)] - true[..., index(0.1)]
        found[kind] = {
            "series": float(part.any(axis=1).sum()), "held": measure.held(actual, bands),
            "width": float(width.mean() / oracle.mean()), "loss": _pinball(actual, bands) / _pinball(actual, true),
        }  # fmt: skip
    return found


def _pinball(actual: Floats, quantiles: Floats) -> float:
    gap = actual[..., None] - quantiles
    return float(np.maximum(LEVELS * gap, (LEVELS - 1) * gap).mean())


def forecast(made: Planted, **effort: Any) -> Floats:
    """The engine's quantiles (series, H, 11), ordered as the panel's ids."""
    from forecaster import engine

    options = engine.Options(sums=False, **effort)
    found = engine.forecast(made.history, freq="W-MON", horizon=HORIZON, future=made.future, options=options)
    return found.quantiles[pd.Index(found.ids).get_indexer(pd.Index(made.ids))].astype(float)


def _panels(parsed: argparse.Namespace) -> Iterator[tuple[str, Planted]]:
    for kind in parsed.kinds.split(","):
        if kind == PROMOTED:
            yield kind, promoted(parsed.series, parsed.seed)
            continue
        for share in parsed.shares.split(","):
            if share == ONE:
                for other in [other for other in KINDS if other != kind]:
                    yield f"{kind} in {other}", one_among(kind, other, parsed.series, parsed.seed)
            else:
                yield f"{share} % {kind}", panel(kind, float(share) / 100, parsed.series, parsed.seed)


def main(arguments: list[str]) -> int:
    """Print the matrix."""
    parser = argparse.ArgumentParser(prog="almanac bench planted", description=__doc__)
    parser.add_argument("--series", type=int, default=400)
    parser.add_argument("--shares", default="5,20,95", help="of each kind in turn, per cent, or one (5,20,95)")
    parser.add_argument("--kinds", default=",".join([*KINDS, PROMOTED]))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    parsed = parser.parse_args(arguments)
    results = {}
    for name, made in _panels(parsed):
        results[name] = told = judge(made, forecast(made))
        for of, row in told.items():
            print(f"{name:32} {of:18} {row['series']:4.0f} series  held {row['held']:.3f}  width {row['width']:.2f}"
                  f"  loss {row['loss']:.3f}", flush=True)  # fmt: skip
        if parsed.json:
            parsed.json.write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
