"""`bench inventory`: service and stock of the replenishment policy, simulated and on real weeks.

Simulation: 1,000 products (smooth, skewed, intermittent), lead times of 1 to 4 weeks, weekly review, whole units.

- `service_error_points`: the policy alone. It knows the true quantiles of sums; is the service what was asked for?
- `stock_saving_intermittent`: both rules know the same two years of sales and nothing else. The policy reads the
  forecaster's quantiles of sums; z-sigma its mean and deviation of the last half year, as in `policy-backtest`
  (`z_windows` says what it does with a year, and with all). Each rule's levels are drawn out into a curve of stock
  against the service that was achieved on demand the rules have not seen, and compared at equal service.

- `bounds`: how far any rule could get. The oracle draws its levels from the demand that scores it; the resampler knows
  that nothing ever changes, and resamples the two years.

With true moments in both hands the rules hold the same stock (`known_moments_saving`, about zero): a level that may
be chosen afterwards can be reached by any rule. What a rule costs is what it makes of a short past.

Real weeks: ../shared/bench/inventory.py on M5, with levels read from the forecaster's quantiles of sums.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from catalog.domain.demand import LEVELS, Array, LeadTime, protected
from catalog.domain.simulation import cycles

from tests.bench.sets import DATA, Missing, m5_weekly

TARGETS = (0.90, 0.95, 0.98)
CURVE = np.array([0.3, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.965, 0.98, 0.99, 0.995])
# The normal rule needs levels far beyond its name to reach what it promises; its curve must get there to be compared.
Z_CURVE = np.concatenate([CURVE, 1 - 10.0 ** -np.arange(3, 13)])
LEADS, WEIGHTS = np.array([1, 2, 3, 4]), np.array([0.2, 0.4, 0.3, 0.1])
LEAD = LeadTime(tuple(float(7 * weeks) for weeks in LEADS), tuple(WEIGHTS.tolist()), "receipts")
CLASSES = ("smooth", "skewed", "intermittent")
WEEKS, PATHS, HORIZON = 1500, 6000, 5
HISTORY, UNSEEN = 104, 4000
Z_WINDOWS = (26, 52, 104)
ORDER_LEVELS = (0.02, 0.1, 0.25, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.935, 0.95, 0.965, 0.98, 0.99, 0.995)
LEAD_WEEKS, RATIO = 4, 0.9


def at_levels(quantiles: Array, levels: Array) -> Array:
    """Values of one distribution at any levels, interpolated between its eleven quantiles.

    Above the last one the distribution goes on along its last stretch; it never falls below zero or decreases.
    """
    values = np.maximum.accumulate(np.maximum(quantiles, 0.0))
    found = np.interp(levels, LEVELS, values)
    slope = (values[-1] - values[-2]) / (LEVELS[-1] - LEVELS[-2])
    return np.asarray(np.where(levels > LEVELS[-1], values[-1] + slope * (levels - LEVELS[-1]), found))


def product(kind: str, rng: np.random.Generator) -> Any:
    """`draw(size)` gives weekly demand, in whole units, of one random product of a class."""
    mean, spread = rng.uniform(20, 200), rng.uniform(0.1, 0.3)
    if kind == "smooth":
        return lambda size: np.round(np.maximum(0.0, rng.normal(mean, mean * spread, size)))
    if kind == "skewed":
        shape = rng.uniform(0.6, 2.0)
        return lambda size: np.round(rng.gamma(shape, mean / shape, size))
    chance, sigma = rng.uniform(0.15, 0.4), rng.uniform(0.6, 1.1)
    return lambda size: np.where(rng.random(size) < chance, np.ceil(rng.lognormal(np.log(mean / 4), sigma, size)), 0.0)


def simulate(products: int, seed: int) -> dict[str, Any]:
    """Cycle service at the targets by class when the true distribution is known, and stock against z-sigma then."""
    points: dict[tuple[str, str], list[Any]] = {}
    for number in range(products):
        kind = CLASSES[number % 3]
        rng = np.random.default_rng([seed, number])
        draw = product(kind, rng)
        paths = draw((PATHS, HORIZON))
        sums = np.quantile(np.cumsum(paths, axis=1), LEVELS, axis=0).T
        demand = protected(sums, LEAD, 7.0)
        weekly = draw(WEEKS)
        for rule in ("policy", "z-sigma"):
            levels = [float(demand.quantile(level)) for level in CURVE] if rule == "policy" else (
                _classical(paths.mean(), paths.std(), Z_CURVE)
            )  # fmt: skip
            found = [cycles(weekly, LEADS, WEIGHTS, np.ceil(up_to - 1e-9), seed + number) for up_to in levels]
            scale = max(paths.mean(), 1e-9)
            points.setdefault((kind, rule), []).append([(service, stock / scale) for service, stock in found])
    curves = {key: np.array(value).mean(axis=0) for key, value in points.items()}
    service = {
        kind: {f"{t:g}": float(curves[kind, "policy"][np.isclose(CURVE, t)][0, 0]) for t in TARGETS} for kind in CLASSES
    }
    worst = max(abs(service[kind][f"{t:g}"] - t) for kind in CLASSES for t in TARGETS) * 100
    known = {kind: _saving(curves[kind, "policy"], curves[kind, "z-sigma"]) for kind in CLASSES}
    return {"service_error_points": worst, "service": service, "known_moments_saving": known}


def _classical(mean: float, sigma: float, levels: Any) -> list[float]:
    """The textbook's order-up-to levels, with the variance of the lead time in them."""
    weeks = float(LEADS @ WEIGHTS) + 1
    lead_variance = float(LEADS**2 @ WEIGHTS) - float(LEADS @ WEIGHTS) ** 2
    deviation = float(np.sqrt(weeks * sigma**2 + lead_variance * mean**2))
    return [max(0.0, mean * weeks + NormalDist().inv_cdf(level) * deviation) for level in levels]


def learn(products: int, seed: int) -> dict[str, Any]:
    """Stock at equal achieved service when both rules know the past only."""
    from forecaster.engine import forecast

    rngs = [np.random.default_rng([seed, number]) for number in range(products)]
    draws = [product(CLASSES[number % 3], rng) for number, rng in enumerate(rngs)]
    past = np.array([draw(HISTORY) for draw in draws])
    days = pd.date_range("2024-01-01", periods=HISTORY, freq="W-MON")
    names = [f"P{number:04d}" for number in range(products)]
    long = pd.DataFrame({"unique_id": np.repeat(names, HISTORY), "ds": np.tile(days, products), "y": past.reshape(-1)})
    answer = forecast(long, freq="W-MON", horizon=HORIZON)
    sums = answer.sum_quantiles[pd.Index(answer.ids).get_indexer(pd.Index(names))].astype(float)
    curves: dict[tuple[str, str], list[Any]] = {}
    for number, draw in enumerate(draws):
        kind, ahead = CLASSES[number % 3], np.cumsum(draw((UNSEEN, HORIZON)), axis=1)
        wanted = ahead[np.arange(UNSEEN), rngs[number].choice(LEADS, size=UNSEEN, p=WEIGHTS)]
        demand = protected(sums[number], LEAD, 7.0)
        rules = {"policy": [float(demand.quantile(level)) for level in CURVE]}
        for window in Z_WINDOWS:
            recent = past[number, -window:]
            rules[f"z-sigma {window}"] = _classical(recent.mean(), recent.std(ddof=1), Z_CURVE)
        rules["oracle"] = np.quantile(wanted, CURVE, method="inverted_cdf").tolist()
        rules["resampler"] = _resampled(past[number], np.random.default_rng([seed, number, 1]))
        for rule, levels in rules.items():
            stocks = np.ceil(np.array(levels) - 1e-9)[:, None]
            point = [(wanted <= stocks).mean(axis=1), np.maximum(stocks - wanted, 0).mean(axis=1) / wanted.mean()]
            curves.setdefault((kind, rule), []).append(np.array(point).T)
    return _learned({key: np.array(value).mean(axis=0) for key, value in curves.items()})


def _learned(mean: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """What the mean curves of stock over service say of each class: savings, what bounds them, the service achieved."""
    windows = {
        kind: {str(window): _saving(mean[kind, "policy"], mean[kind, f"z-sigma {window}"]) for window in Z_WINDOWS}
        for kind in CLASSES
    }
    usual = {kind: found[str(Z_WINDOWS[0])] for kind, found in windows.items()}
    return {
        "stock_saving_intermittent": float(np.mean(list(usual["intermittent"].values()))),
        "stock_saving": usual,
        "z_windows": windows,
        "bounds": {
            kind: {
                rule: _saving(mean[kind, rule], mean[kind, f"z-sigma {Z_WINDOWS[0]}"])
                for rule in ("oracle", "resampler")
            }
            for kind in CLASSES
        },
        "learned_service": {
            kind: {
                rule: {f"{t:g}": float(mean[kind, rule][np.isclose(levels, t)][0, 0]) for t in TARGETS}
                for rule, levels in (("policy", CURVE), (f"z-sigma {Z_WINDOWS[0]}", Z_CURVE))
            }
            for kind in CLASSES
        },
    }


def _resampled(past: Any, rng: np.random.Generator) -> list[float]:
    """Levels from weeks of the past in any order: the best that can be learned of a demand that never changes."""
    sums = np.quantile(np.cumsum(rng.choice(past, (PATHS, HORIZON)), axis=1), LEVELS, axis=0).T
    demand = protected(sums, LEAD, 7.0)
    return [float(demand.quantile(level)) for level in CURVE]


def _saving(ours: Any, theirs: Any) -> dict[str, float]:
    return {f"{t:g}": 1 - _stock_at(t, ours) / _stock_at(t, theirs) for t in TARGETS}


def _stock_at(service: float, curve: Any) -> float:
    """Stock at a service, NaN where the curve does not reach it: its end must not stand for more than it gave."""
    reached, stock = curve.T
    return float(np.interp(service, reached, stock, left=np.nan, right=np.nan))


def real_weeks(sample: int) -> dict[str, Any]:
    """../shared/bench/inventory.py on M5 weekly at three cutoffs; raises Missing without the data."""
    from forecaster.engine import forecast

    script = DATA.parent / "bench" / "inventory.py"
    if not script.exists():
        raise Missing("../shared/bench/inventory.py is not there: skipped")
    case = m5_weekly()
    found = forecast(
        case.history, freq=case.freq, horizon=LEAD_WEEKS, future=case.future, static=case.static, cutoffs=case.cutoffs
    )
    sums = found.sum_quantiles[:, LEAD_WEEKS - 1].astype(float)
    stock = np.array([at_levels(row, np.array(ORDER_LEVELS)) for row in sums])
    orders = pd.DataFrame(
        {
            "unique_id": np.repeat(np.asarray(found.ids, dtype=object), len(ORDER_LEVELS)),
            "cutoff": np.repeat(found.cutoffs, len(ORDER_LEVELS)),
            "level": np.tile(ORDER_LEVELS, len(sums)),
            "stock": stock.reshape(-1),
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        data, ordered, out = (Path(folder) / name for name in ("data.parquet", "orders.parquet", "out.json"))
        case.history[["unique_id", "ds", "y", "price"]].astype({"unique_id": str}).to_parquet(data)
        orders.to_parquet(ordered)
        command = [sys.executable, str(script), "--data", str(data), "--orders", str(ordered), "--lead",
                   str(LEAD_WEEKS), "--ratio", str(RATIO), "--sample", str(sample), "--json", str(out)]  # fmt: skip
        subprocess.run(command, check=True)
        return dict(json.loads(out.read_text()))


PARTS: dict[str, Any] = {"known": simulate, "learned": learn, "real": real_weeks}


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser("almanac bench inventory", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--products", type=int, default=1000)
    parser.add_argument("--sample", type=int, default=1000, help="series of M5 that are scored at each cutoff")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=PARTS, help="one part alone; the figures of the others are left out")
    given = parser.parse_args(arguments)
    result: dict[str, Any] = {}
    for part in (given.only,) if given.only else PARTS:
        try:
            result |= real_weeks(given.sample) if part == "real" else PARTS[part](given.products, given.seed)
        except Missing as missing:
            print(missing)
    shown = ("service_error_points", "stock_saving_intermittent", "newsvendor_saving", "stock_saving_95")
    print({name: round(result[name], 4) for name in shown if name in result})
    if given.json:
        given.json.write_text(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
