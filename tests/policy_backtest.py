"""`almanac policy-backtest [--weeks N]`: what the orders would have cost on past sales.

The forecaster makes rolling forecasts, each from data up to its own week; catalog's policy turns their quantiles of
sums into order-up-to levels, and a replay of the real weeks compares them with fixed min/max and with z-sigma.
The same seed gives the same result. Sales stand for demand: what was not sold for lack of stock is not in them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd
from catalog.domain.demand import Array, LeadTime, protected
from catalog.domain.simulation import PolicyOutcome, replay
from forecaster.engine import forecast

from tests.bench.sets import Case, Missing, m5_weekly, online_retail

LEAD_WEEKS, REVIEW_DAYS = 2, 7.0
LEVELS = (0.80, 0.90, 0.95, 0.98)
SETS = {"online_retail": online_retail, "m5": m5_weekly}
WARM_UP = 13


def z_sigma(mean: Array, sigma: Array, weeks: float, level: float) -> Array:
    """The textbook's order-up-to level: mean plus z standard deviations, as if demand were normal."""
    return np.asarray(np.maximum(0.0, mean * weeks + NormalDist().inv_cdf(level) * sigma * math.sqrt(weeks)))


def wide(case: Case, series: int, seed: int) -> tuple[pd.DataFrame, pd.Series]:
    """Weekly units by series (rows) of a seeded draw, and each series' mean price (1 where there is none)."""
    history = case.history.astype({"unique_id": str})
    table = history.pivot_table(index="unique_id", columns="ds", values="y", aggfunc="sum", observed=True)
    known = table.index[table.iloc[:, :WARM_UP].notna().any(axis=1)]
    kept = np.random.default_rng(seed).permutation(known)[:series]
    table = table.loc[sorted(kept)].fillna(0.0)
    if "price" in history:
        price = history.groupby("unique_id")["price"].mean()
    elif "revenue" in history:
        sums = history.groupby("unique_id")[["revenue", "y"]].sum()
        price = sums["revenue"] / sums["y"].where(sums["y"] > 0)
    else:
        price = pd.Series(dtype=float)
    return table, price.reindex(table.index).fillna(1.0).clip(lower=0.01)


def rolling_sums(case: Case, table: pd.DataFrame, first: int, every: int) -> dict[int, np.ndarray]:
    """Quantiles of sums (series, week, level) by the number of weeks seen; a new forecast every few weeks."""
    long = table.stack().rename("y").reset_index()
    long.columns = pd.Index(["unique_id", "ds", "y"])
    found: dict[int, np.ndarray] = {}
    for seen in range(first, table.shape[1], every):
        past = long[long["ds"] <= table.columns[seen - 1]]
        answer = forecast(past, freq=case.freq, horizon=LEAD_WEEKS + 1 + every)
        order = pd.Index(answer.ids).get_indexer(table.index)
        sums = answer.sum_quantiles[order].astype(float)
        sums[order < 0] = 0.0
        found[seen] = sums
    return found


def policy_levels(sums: dict[int, np.ndarray], first: int, weeks: int, every: int, level: float) -> np.ndarray:
    """Order-up-to levels (series, week) from the newest forecast of each week."""
    lead = LeadTime((7.0 * LEAD_WEEKS,), (1.0,), "stated")
    columns = []
    for start in range(first, first + weeks, every):
        values = [protected(row, lead, REVIEW_DAYS).quantile(level) for row in sums[start]]
        columns += [np.array(values)] * min(every, first + weeks - start)
    return np.stack(columns, axis=1)


def classical_levels(y: np.ndarray, first: int, weeks: int, level: float) -> np.ndarray:
    """z-sigma from the 26 weeks before each week."""
    found = []
    for now in range(first, first + weeks):
        recent = y[:, max(0, now - 26) : now]
        found.append(z_sigma(recent.mean(axis=1), recent.std(axis=1, ddof=1), LEAD_WEEKS + 1, level))
    return np.stack(found, axis=1)


def compare(case: Case, weeks: int, series: int, every: int, seed: int) -> dict[str, list[dict[str, float]]]:
    """Each rule's outcomes over its settings."""
    table, price = wide(case, series, seed)
    y, size = table.to_numpy(float), table.shape[1]
    weeks = min(weeks, size - WARM_UP)
    first = size - weeks
    sums = rolling_sums(case, table, first, every)
    demand, money = y[:, first:], price.to_numpy(float)

    def outcome(trigger: np.ndarray, up_to: np.ndarray) -> PolicyOutcome:
        return replay(demand, trigger, up_to, LEAD_WEEKS, np.ones(len(y)), money * 0.5, money)

    result: dict[str, list[dict[str, float]]] = {"policy": [], "z-sigma": [], "min/max": []}
    for level in LEVELS:
        ours = np.ceil(policy_levels(sums, first, weeks, every, level) - 1e-9)
        theirs = np.ceil(classical_levels(y, first, weeks, level) - 1e-9)
        result["policy"].append({"setting": level, **outcome(ours, ours).row()})
        result["z-sigma"].append({"setting": level, **outcome(theirs, theirs).row()})
    mean = y[:, max(0, first - 26) : first].mean(axis=1)
    for cover in (1.5, 2.5, 4.0, 6.0):
        low = np.repeat(np.ceil(mean * (LEAD_WEEKS + 1) * cover / 2)[:, None], weeks, axis=1)
        high = low + np.ceil(mean * 2)[:, None]
        result["min/max"].append({"setting": cover, **outcome(low, high).row()})
    return result


def report(result: dict[str, list[dict[str, float]]]) -> str:
    """A table that a person can read, and what the policy saves at equal fill rate."""
    lines = [f"{'rule':<9} {'setting':>7} {'fill rate':>9} {'stock value':>13} {'lost sales':>13} {'orders':>8}"]
    for rule, outcomes in result.items():
        for row in outcomes:
            lines.append(
                f"{rule:<9} {row['setting']:>7g} {row['fill_rate']:>9.1%} {row['stock_value']:>13,.0f}"
                f" {row['lost_sales']:>13,.0f} {row['orders']:>8,.0f}"
            )
    curves = {
        rule: np.array(sorted((row["fill_rate"], row["stock_value"]) for row in outcomes)).T
        for rule, outcomes in result.items()
    }
    ours = curves["policy"]
    for rule in ("z-sigma", "min/max"):
        low, high = max(ours[0][0], curves[rule][0][0]), min(ours[0][-1], curves[rule][0][-1])
        if low >= high:
            lines.append(f"The fill rates of the policy and of {rule} do not meet.")
            continue
        fill = np.linspace(low, high, 5)
        saving = 1 - np.interp(fill, *ours) / np.interp(fill, *curves[rule])
        lines.append(f"At equal fill rates of {low:.1%} to {high:.1%}: {saving.mean():+.1%} less stock than {rule}.")
    return "\n".join(lines)


COLOURS = {"policy": "#0b62c4", "z-sigma": "#7a8290", "min/max": "#997a06"}
WIDTH, HEIGHT, EDGE = 640, 360, 56


def curves(result: dict[str, list[dict[str, float]]]) -> str:
    """Fill rate against stock of each rule, as an SVG picture; up and to the left is better."""
    points = {rule: sorted((row["stock_value"], row["fill_rate"]) for row in rows) for rule, rows in result.items()}
    most = max(stock for found in points.values() for stock, _ in found) * 1.05
    least = min(fill for found in points.values() for _, fill in found) - 0.01

    def place(stock: float, fill: float) -> str:
        across = EDGE + stock / most * (WIDTH - 2 * EDGE)
        return f"{across:.1f},{HEIGHT - EDGE - (fill - least) / (1 - least) * (HEIGHT - 2 * EDGE):.1f}"

    def label(x: float, y: float, text: str, anchor: str = "middle", colour: str = "#454d5a") -> str:
        return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"'
        f' font-size="12"><rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        label(WIDTH / 2, HEIGHT - 12, "mean stock at cost"), label(EDGE - 8, 24, "fill rate", "start"),
    ]  # fmt: skip
    for share in range(5):
        fill, stock = least + (1 - least) * share / 4, most * share / 4
        y = float(place(0, fill).split(",")[1])
        parts += [
            f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y:.1f}" y2="{y:.1f}" stroke="#e3e6eb"/>',
            label(EDGE - 6, y + 4, f"{fill:.0%}", "end"),
            label(float(place(stock, least).split(",")[0]), HEIGHT - EDGE + 18, f"{stock:,.0f}"),
        ]
    for number, (rule, found) in enumerate(points.items()):
        line = " ".join(place(*point) for point in found)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{COLOURS[rule]}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{place(*point).split(",")[0]}" cy="{place(*point).split(",")[1]}" r="3.5" fill="#ffffff"'
            f' stroke="{COLOURS[rule]}" stroke-width="2"/>'
            for point in found
        ]
        parts.append(label(WIDTH - EDGE, HEIGHT - EDGE - 60 + 18 * number, rule, "end", COLOURS[rule]))
    return "\n".join([*parts, "</svg>", ""])


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser("almanac policy-backtest", description=__doc__)
    parser.add_argument("--weeks", type=int, default=52, help="weeks to replay, or as many as there are")
    parser.add_argument("--set", choices=SETS, default="online_retail")
    parser.add_argument("--series", type=int, default=500, help="series, drawn with the seed")
    parser.add_argument("--every", type=int, default=4, help="weeks between two forecasts")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, metavar="OUT")
    parser.add_argument("--svg", type=Path, metavar="OUT", help="the curves as a picture")
    given = parser.parse_args(arguments)
    if min(given.weeks, given.series, given.every) < 1:
        parser.error("--weeks, --series and --every are at least 1")
    try:
        result = compare(SETS[given.set](), given.weeks, given.series, given.every, given.seed)
    except Missing as missing:
        print(missing)
        return 0
    print(report(result))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1))
    if given.svg:
        given.svg.write_text(curves(result))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
