"""A product that only FUTURE and STATIC know gets a labelled forecast, and changes no other one."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine import newcomers
from forecaster.engine.data.source import Source

from services.forecaster.tests.engine.frames import QUICK

WEEKS = pd.date_range(end="2026-11-16", periods=80, freq="W-MON")
AHEAD = pd.date_range(WEEKS[-1], periods=5, freq="W-MON")[1:]


def shop(launches: bool) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Ten teas at 20 a week (which began with 60 for four weeks) and ten pans at 2. Planned: a new tea, a thing of a
    kind of its own, and a stranger that is not described."""
    rng = np.random.default_rng(1)
    parts = []
    for number in range(20):
        level = np.full(80, 20.0 if number < 10 else 2.0)
        begin = 10 + number if launches else 0
        level[begin : begin + 4] *= 3 if launches else 1
        own = pd.DataFrame({"unique_id": f"p{number:02d}", "ds": WEEKS, "y": rng.poisson(level) + 1.0})
        parts.append(own[begin:])
    history = pd.concat(parts, ignore_index=True).assign(promo=0)
    history.loc[::9, "promo"] = 1
    future = pd.DataFrame({"unique_id": np.repeat(["new tea", "odd", "stranger", "p03"], 4), "ds": np.tile(AHEAD, 4),
                           "promo": 0})  # fmt: skip
    kinds = {f"p{n:02d}": "tea" if n < 10 else "pan" for n in range(20)} | {"new tea": "tea", "odd": "?"}
    return history, future, pd.DataFrame({"unique_id": list(kinds), "kind": list(kinds.values())})


@pytest.mark.parametrize(("launches", "low", "high"), [(True, 50, 72), (False, 17, 25)])
def test_it_is_forecast_as_its_kind_began_or_as_it_sells(launches: bool, low: float, high: float) -> None:
    history, future, static = shop(launches)
    found = engine.forecast(history, freq="W-MON", horizon=4, future=future, static=static, options=QUICK)
    assert found.ids[-2:] == ["new tea", "odd"]
    assert ((found.mean[-2] > low) & (found.mean[-2] < high)).all()
    assert found.method[-2] == (newcomers.LAUNCHES if launches else newcomers.LATELY)
    assert f"{9 if launches else 10} products with the same kind" in found.reason[-2]
    assert f"{19 if launches else 20} products of all kinds" in found.reason[-1]
    assert (found.quantiles[-2, :, 0] < found.mean[-2]).all()
    assert (found.mean[-2] < found.quantiles[-2, :, -1]).all()
    assert (np.diff(found.sum_quantiles[-2], axis=-1) >= 0).all()
    assert len(found.frame()) == 4 * 22
    alone = engine.forecast(history, freq="W-MON", horizon=4, future=future[future["unique_id"] == "p03"],
                            static=static[:20], options=QUICK)  # fmt: skip
    np.testing.assert_array_equal(found.mean[:20], alone.mean)


def test_only_what_is_planned_within_the_horizon_is_new() -> None:
    history, future, static = shop(launches=False)
    source = Source(history, "W-MON", future, static)
    early = source.cutoff(WEEKS[60])
    assert source.planned_only(source.panel(early, 4), early) == []
    assert source.planned_only(source.panel(source.last(), 4), source.last()) == ["new tea", "odd", "stranger"]
