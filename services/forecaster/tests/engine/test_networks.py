"""A network has a part only in the forecasts of those kinds of series that it makes better in the backtest."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.backtest import Backtest
from forecaster.engine.ensemble import networks
from forecaster.engine.ensemble.candidates import Taken
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design, Instances
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import MeanAndQuantiles, Network, Trained
from forecaster.engine.options import Cancelled

from services.forecaster.tests.engine import test_scenario as shops
from services.forecaster.tests.engine.frames import QUICK, weekly

TRIED = replace(QUICK, optional=("LSTM",), candidate_seconds=0.8)
SPARSE, IRREGULAR, STEADY = 0, 1, 2


def seen(better: dict[int, float], series: int = 90, origins: int = 6) -> tuple[Backtest, np.ndarray]:
    """A backtest of three kinds of series, the blend's forecasts, and a network's, with so many times their errors."""
    rng = np.random.default_rng(3)
    rows = Instances.ahead(np.repeat(np.arange(series), origins), np.tile(np.arange(40, 40 + origins), series), 4)
    kind = rows.series % 3
    y = rng.poisson(6, len(rows)).astype(np.float32)
    error = rng.normal(0, 2, len(rows)).astype(np.float32)
    times = np.vectorize(better.get)(kind).astype(np.float32)
    ones = np.ones(len(rows), dtype=np.float32)
    found = Backtest(rows, y, Design(np.zeros((len(rows), 1), np.float32), ones, 4 * ones), None, None, {}, kind,
                     np.arange(40, 40 + origins))  # fmt: skip
    other = (y + times * error).astype(np.float32)
    found.networks["LSTM"] = MeanAndQuantiles(other, np.repeat(other[:, None], 11, axis=1))
    return found, y + error


def test_it_is_taken_for_the_kinds_that_it_serves_and_for_no_other() -> None:
    backtest, blend = seen({SPARSE: 0.5, IRREGULAR: 1.6, STEADY: 0.5})
    taken, told = networks.judged(backtest, blend)
    assert [(one.name, one.kinds) for one in taken] == [("LSTM", (SPARSE, STEADY))]
    assert told["LSTM"]["kinds"]["irregular sellers"] < 0 < taken[0].gain


@pytest.mark.parametrize("times", [1.0, 1.02, 1.5])
def test_it_is_not_taken_where_it_is_no_better(times: float) -> None:
    taken, told = networks.judged(*seen(dict.fromkeys((SPARSE, IRREGULAR, STEADY), times)))
    assert taken == []
    assert told["LSTM"]["share"] == 0


def test_a_few_series_prove_nothing() -> None:
    assert networks.judged(*seen(dict.fromkeys((SPARSE, IRREGULAR, STEADY), 0.5), series=30))[0] == []


class Broken(Network):
    """Raises what it is told to."""

    name, rank = "broken", 99

    def __init__(self, error: Exception) -> None:
        self.error = error

    def steps(self, features: Features, last: int, seconds: float) -> int:
        return 0

    def train(self, features: Features, last: int, seconds: float, seed: int, step: networks.Step) -> Trained | None:
        raise self.error

    def forecast(
        self, trained: Trained, features: Features, series: np.ndarray, origins: np.ndarray
    ) -> MeanAndQuantiles:
        raise self.error


def test_one_that_fails_costs_itself_and_a_stop_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    source = engine.data.source.Source(weekly(3, 50), "W-FRI", None, None, None)
    features = Features.of(source.panel(source.last(), 3))
    backtest, blend = seen(dict.fromkeys((SPARSE, IRREGULAR, STEADY), 0.5))
    backtest.networks.clear()
    monkeypatch.setattr(registry, "networks", lambda options: [Broken(RuntimeError("it broke"))])
    networks.backtested(features, backtest, 40, TRIED, 0, lambda: None)
    assert "it broke" in networks.judged(backtest, blend)[1]["broken"]["failed"]
    monkeypatch.setattr(registry, "networks", lambda options: [Broken(Cancelled("on request"))])
    with pytest.raises(Cancelled):
        networks.backtested(features, backtest, 40, TRIED, 0, lambda: None)


def test_its_quantiles_weigh_in_the_bands_as_its_mean_does_in_the_forecast() -> None:
    learned, own = np.full((3, 11), 10, np.float32), np.full((3, 11), 20, np.float32)
    weight, share = np.array([0.5, 0.5, 0], np.float32), np.array([0, 0.5, 0.5], np.float32)
    found, both = networks.bands(learned, weight, own, share)
    np.testing.assert_allclose(found[:, 0], [10, (0.25 * 10 + 0.5 * 20) / 0.75, 20])
    np.testing.assert_allclose(both, [0.5, 0.75, 0.5])


@pytest.fixture(scope="module")
def trained() -> tuple[pd.DataFrame, engine.Forecasts]:
    """An engine that has taken the LSTM for all but sparse sellers, as if it had won there; the first one is sparse."""
    history = weekly(40, 51)
    first = history["unique_id"] == "sku000"
    history.loc[first, "y"] = np.where(np.arange(first.sum()) % 6, 0.0, 2.0)
    before = history[history["ds"] < history["ds"].max()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(registry, "candidates", lambda options: [])
        patch.setattr(networks, "judged", lambda seen, blend: ([Taken("LSTM", 0.3, 0.1, (IRREGULAR, STEADY))], {}))
        return history, engine.forecast(before, freq="W-FRI", horizon=3, options=TRIED)


def test_a_saved_network_forecasts_the_same_to_the_last_bit(
    trained: tuple[pd.DataFrame, engine.Forecasts], tmp_path: Path
) -> None:
    history, found = trained
    named = ["30% LSTM" in method for method in found.method]
    assert not named[0] and all(named[10:]) and found.fitted.network is not None
    before = history[history["ds"] < history["ds"].max()]
    engine.save(found.fitted, tmp_path / "model")
    loaded = engine.load(tmp_path / "model")
    one, two = (
        engine.update(fitted, before, freq="W-FRI", horizon=3, options=QUICK) for fitted in (found.fitted, loaded)
    )
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.mean, found.mean)
    np.testing.assert_array_equal(one.quantiles, found.quantiles)
    without = engine.update(
        replace(found.fitted, network=None, taken=[]), before, freq="W-FRI", horizon=3, options=QUICK
    )
    moved = (without.mean != found.mean).any(axis=1)
    assert moved.tolist() == named, "it has a part in the forecasts of its kinds, and in no others"


def test_a_new_week_is_forecast_with_the_stored_network(trained: tuple[pd.DataFrame, engine.Forecasts]) -> None:
    history, found = trained
    later = engine.update(found.fitted, history, freq="W-FRI", horizon=3, options=QUICK)
    assert later.labels[0, 0] > found.labels[0, 0]
    assert any("30% LSTM" in method for method in later.method)


def test_why_knows_of_the_network(trained: tuple[pd.DataFrame, engine.Forecasts]) -> None:
    _, found = trained
    number = next(place for place, method in enumerate(found.method) if "LSTM" in method)
    told = engine.explain(found.fitted, found.working, found.ids[number], 2)
    assert told.contributions.total == pytest.approx(float(found.mean[number, 1]), rel=1e-3)
    assert "LSTM" in str(told.contributions.parts), "its part is told by its name"


def test_a_scenario_moves_the_networks_part_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """A planted promotion and a planted price, of a blend half of which is a network's, in their weeks alone."""
    monkeypatch.setattr(registry, "candidates", lambda options: [])
    every = (SPARSE, IRREGULAR, STEADY)
    monkeypatch.setattr(networks, "judged", lambda seen, blend: ([Taken("LSTM", 0.5, 0.1, every)], {}))
    half, steps = shops.SERIES // 2, list(shops.STEPS)
    history, plans = shops.frames(shops.promoted_weeks(ahead=False))
    found = engine.forecast(history, freq="W-MON", horizon=shops.AHEAD, options=TRIED, future=plans)
    assert all("50% LSTM" in method for method in found.method)
    for scenario, effect in ((shops.of_a_half("promotion", 1.0), shops.LIFT), (_a_fifth_off(found), 0.8**-1.5)):
        ratio = engine.scenario(found.fitted, found.working, shops.IDS, scenario) / found.mean
        assert np.median(ratio[:half, steps]) == pytest.approx(effect, rel=0.1)
        assert np.abs(np.delete(ratio[:half], steps, axis=1) - 1).mean() < 0.03
        assert (ratio[half:] == 1).all()
    _, promoted = shops.frames(shops.promoted_weeks(ahead=True))
    updated = engine.update(found.fitted, history, freq="W-MON", horizon=shops.AHEAD, options=QUICK, future=promoted)
    told = engine.scenario(found.fitted, found.working, shops.IDS, shops.of_a_half("promotion", 1.0))
    assert np.abs(told / updated.mean - 1).max() < 0.1, "a network that is asked itself says nearly the same"


def _a_fifth_off(found: engine.Forecasts) -> dict[str, np.ndarray]:
    values = shops.NONE.copy()
    standing = np.array(found.working.arrays["standing"])[: shops.SERIES // 2, None]
    values[: shops.SERIES // 2, list(shops.STEPS)] = 0.8 * standing
    return {"price": values}


def test_damaged_weights_are_refused(trained: tuple[pd.DataFrame, engine.Forecasts], tmp_path: Path) -> None:
    engine.save(trained[1].fitted, tmp_path / "model")
    file = tmp_path / "model" / "network.npz"
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(engine.Malformed, match=r"network.npz is damaged"):
        engine.load(tmp_path / "model")
    file.unlink()
    with pytest.raises(engine.Malformed, match="not a saved engine"):
        engine.load(tmp_path / "model")
