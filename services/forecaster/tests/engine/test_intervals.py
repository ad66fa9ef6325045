"""Bands from a backtest: how much the future may differ from what the backtest saw."""

import numpy as np
from forecaster.engine import quantiles
from forecaster.engine.uncertainty import conformal, shocks


def errors(origins: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Relative errors of 300 series at each origin, 28 steps ahead, with a shock an origin that all share."""
    rng = np.random.default_rng(0)
    rows = np.repeat(origins, 300)
    shock = {origin: (-1) ** (number // 2) * 0.8 for number, origin in enumerate(origins.tolist())}
    e = rng.standard_normal(len(rows)) * 0.5 + np.array([shock[origin] for origin in rows.tolist()])
    return e.astype(np.float32), rows, np.full(len(rows), 28)


def test_thinned_out_origins_do_not_make_a_backtest_shorter() -> None:
    """56 days are 56 days, whether each is an origin or every fifth."""
    for origins in (np.arange(56), np.arange(0, 56, 5)):
        e, rows, steps = errors(origins)
        enlarged = shocks.pushed(e, rows, steps) - e
        assert abs(np.abs(enlarged).mean() - 0.8 * (1.25 * np.sqrt(1 + 28 / 56) - 1)) < 0.05
    tables = []
    for origins in (np.arange(56), np.linspace(0, 55, 12).round().astype(int)):
        every = np.ones(len(origins) * 300)
        tables.append(conformal.table(*errors(origins), every.astype(np.float32), every > 0))
    assert tables[0].periods == tables[1].periods == 56


def test_a_shock_of_the_backtest_may_come_back_with_the_other_sign() -> None:
    e, rows, steps = errors(np.arange(20))
    e = np.abs(e)  # all that the backtest saw was too low
    found = conformal.table(e, rows, steps, np.ones(len(e), dtype=np.float32), np.ones(len(e), dtype=bool))
    band = found.of(np.array([28]), np.array([1.0], dtype=np.float32), np.array([True]))[0]
    assert quantiles.at(band, 0.005) < -0.5 < 0.5 < quantiles.at(band, 0.995)
