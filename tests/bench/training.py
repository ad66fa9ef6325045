"""`bench training [--series 1000,10000,30000] [--json OUT]`: a full retrain (backtest, refit, quantiles, sums), then an
update after one new week, on a made panel of 257 weeks. Each size runs in a process of its own, for its peak memory.

The panel (fixed seed) is as lumpy as retail: levels log-normal over four decades, half of the series sell in less
than half of the weeks, negative binomial demand, a yearly wave by department, products that begin and end.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

WEEKS, HORIZON = 257, 13


def history_and_static(series: int, weeks: int, seed: int = 7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """HISTORY and STATIC."""
    rng = np.random.default_rng(seed)
    department = rng.integers(0, 12, series)
    level = np.exp(rng.normal(0.3, 1.6, series)).astype(np.float32)
    season = 1 + rng.uniform(0.1, 0.5, 12)[:, None] * np.sin(
        2 * np.pi * (np.arange(weeks)[None, :] / 52.18 + rng.uniform(0, 1, 12)[:, None])
    )
    walk = np.exp(np.cumsum(rng.normal(0, 0.03, (series, weeks)).astype(np.float32), axis=1))
    rate = level[:, None] * season[department].astype(np.float32) * walk
    y = rng.poisson(rng.gamma(1.2, rate / 1.2)).astype(np.float32)
    begin = np.where(rng.random(series) < 0.3, rng.integers(0, weeks - 20, series), 0)
    alive = np.arange(weeks)[None, :] >= begin[:, None]
    names = np.array([f"p{number:06d}" for number in range(series)])
    row, column = np.nonzero(alive)
    labels = pd.date_range("2020-01-06", periods=weeks, freq="W-MON").to_numpy()
    ids = pd.Categorical.from_codes(row, categories=pd.Index(names))
    history = pd.DataFrame({"unique_id": ids, "ds": labels[column], "y": y[row, column]})
    return history, pd.DataFrame({"unique_id": names, "department": department.astype(str)})


def one(series: int) -> dict[str, float]:
    """Seconds of a retrain and of an update, and the peak memory, in this process."""
    from forecaster import engine

    engine.forecast(*_tiny(), freq="W-MON", horizon=2, options=engine.Options(rows=500, rounds=3))
    history, static = history_and_static(series, WEEKS)
    before = history[history["ds"] < history["ds"].max()].reset_index(drop=True)
    began, work = time.monotonic(), time.process_time()
    found = engine.forecast(before, freq="W-MON", horizon=HORIZON, static=static)
    full, full_cpu = time.monotonic() - began, time.process_time() - work
    began, work = time.monotonic(), time.process_time()
    engine.update(found.fitted, history, freq="W-MON", horizon=HORIZON, static=static)
    return {
        "full_s": round(full, 2), "full_cpu_s": round(full_cpu, 2), "update_s": round(time.monotonic() - began, 2),
        "update_cpu_s": round(time.process_time() - work, 2),
        "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        **{f"{stage} s": round(value, 2) for stage, value in found.report["seconds"].items()},
    }  # fmt: skip


def _tiny() -> tuple[pd.DataFrame]:
    return (history_and_static(20, 30)[0],)


def main(arguments: list[str]) -> int:
    """Run each size; print and write {series: {full_s, update_s, peak_gb}}."""
    parser = argparse.ArgumentParser(prog="almanac bench training", description=__doc__)
    parser.add_argument("--series", default="1000,10000,30000")
    parser.add_argument("--json", type=Path)
    parsed = parser.parse_args(arguments)
    results = {}
    for series in (int(text) for text in parsed.series.split(",")):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            results[str(series)] = pool.apply(one, (series,))
        print(f"{series} series x {WEEKS} weeks: {results[str(series)]}")
        if parsed.json:
            parsed.json.write_text(json.dumps(results, indent=1))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
