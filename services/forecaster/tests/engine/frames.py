"""Small made-up retail panels for the engine's tests."""

import numpy as np
import pandas as pd
from forecaster.engine import Options

QUICK = Options(rows=3000, rounds=12, learning_rate=0.2, leaves=7, threads=2, backtest_series=40, draws=40)


def weekly(series: int = 12, periods: int = 60, seed: int = 0, freq: str = "W-FRI") -> pd.DataFrame:
    """Poisson sales with a yearly wave; unique_id, ds, y, promo (0/1), price, weather (past only)."""
    rng = np.random.default_rng(seed)
    labels = pd.date_range("2023-01-06", periods=periods, freq=freq)
    frames = []
    for number in range(series):
        promo = rng.integers(0, 2, periods)
        level = 1 + 3 * number * (1.2 + np.sin(np.arange(periods) / 52 * 6.28)) * (1 + 0.5 * promo)
        frames.append(pd.DataFrame({
            "unique_id": f"sku{number:03d}", "ds": labels, "y": rng.poisson(level).astype(float), "promo": promo,
            "price": 2.0 - 0.3 * promo + rng.normal(0, 0.01, periods), "weather": rng.normal(10, 4, periods),
        }))  # fmt: skip
    return pd.concat(frames, ignore_index=True)


def planned(history: pd.DataFrame, extra: int, freq: str = "W-FRI") -> pd.DataFrame:
    """FUTURE for a history's periods and `extra` more: promo, drawn with a fixed seed after its end, and the price that
    goes with it."""
    rng = np.random.default_rng(99)
    known = history[["unique_id", "ds", "promo", "price"]]
    labels = pd.date_range(history["ds"].max(), periods=extra + 1, freq=freq)[1:]
    ids = history["unique_id"].unique()
    promo = rng.integers(0, 2, extra * len(ids))
    more = pd.DataFrame({
        "unique_id": np.repeat(ids, extra), "ds": np.tile(labels.to_numpy(), len(ids)),
        "promo": promo, "price": 2.0 - 0.3 * promo + rng.normal(0, 0.01, extra * len(ids)),
    })  # fmt: skip
    return pd.concat([known, more], ignore_index=True)
