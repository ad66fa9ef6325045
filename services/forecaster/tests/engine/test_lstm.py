"""The LSTM learns what no level tells, never reads ahead, and is the same to the last bit whenever it is trained."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from forecaster.application.training import engine_port
from forecaster.engine import Malformed, Options, forecast
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.source import Source
from forecaster.engine.features.builder import Features
from forecaster.engine.methods import registry
from forecaster.engine.methods.base import MeanAndQuantiles, Trained
from forecaster.engine.methods.histories import Histories
from forecaster.engine.methods.networks.lstm import LSTM
from forecaster.engine.methods.recurrent import libraries
from forecaster.engine.options import Cancelled

HORIZON, MONTHS, SERIES = 4, 60, 100
ENOUGH, BRIEF = 3.0, 0.12  # nominal seconds


def made() -> tuple[pd.DataFrame, pd.DataFrame]:
    """History and plan of products that sell every second or third month, three times as much with every guest there: a
    level tells neither when nor how much."""
    rng = np.random.default_rng(5)
    labels = pd.date_range("2015-01-01", periods=MONTHS + HORIZON, freq="MS")
    history, plan = [], []
    for number in range(SERIES):
        every, phase = 2 + number % 2, rng.integers(0, 6)
        guests = rng.uniform(0, 1, len(labels))
        sells = (np.arange(len(labels)) + phase) % every == 0
        y = np.where(sells, 8.0 * (1 + 2 * guests), 0.0)
        one = pd.DataFrame({"unique_id": f"p{number:02d}", "ds": labels, "y": y, "guests": guests})
        history.append(one.iloc[:MONTHS])
        plan.append(one[["unique_id", "ds", "guests"]])
    return pd.concat(history, ignore_index=True), pd.concat(plan, ignore_index=True)


def panel_of(history: pd.DataFrame, plan: pd.DataFrame, cutoff: int = MONTHS - 1) -> Panel:
    source = Source(history, "MS", plan, None, None)
    return source.panel(source.cutoff(sorted(history["ds"].unique())[cutoff]), HORIZON)


@pytest.fixture(scope="module")
def features() -> Features:
    return Features.of(panel_of(*made()))


@pytest.fixture(scope="module")
def trained(features: Features) -> Trained:
    """Taught by all but the last months."""
    found = LSTM().train(features, features.last - HORIZON, ENOUGH, 0, lambda: None)
    assert found is not None
    return found


def at(features: Features, back: int) -> tuple[np.ndarray, np.ndarray]:
    series = np.arange(SERIES)
    return series, np.full(SERIES, features.last - back)


def test_it_learns_when_a_product_sells_next_and_what_a_plan_does(features: Features, trained: Trained) -> None:
    series, origins = at(features, HORIZON)
    actual = features.inputs.sales[:, -HORIZON:]
    told = LSTM().forecast(trained, features, series, origins)
    histories = Histories.of(features.inputs.sales, features.inputs.first, series, origins, features.frequency, HORIZON)
    best = min(np.abs(one - actual).mean() for one in registry.forecast_all(histories).values())
    assert np.abs(told.mean - actual).mean() < best / 2
    assert told.mean[actual > 20].mean() > 1.5 * told.mean[(actual > 0) & (actual < 12)].mean() > 10


def test_quantiles_never_cross_and_say_what_is_certain(features: Features, trained: Trained) -> None:
    told = LSTM().forecast(trained, features, *at(features, HORIZON))
    assert (np.diff(told.quantiles, axis=-1) >= 0).all() and (told.quantiles >= 0).all()
    actual = features.inputs.sales[:, -HORIZON:]
    most, least = told.quantiles[actual == 0, 8], told.quantiles[actual > 20, 2]
    assert 2 * np.median(most) < np.median(least), (
        "nine of ten in a month without a sale, one of ten in one with many guests"
    )


def test_sales_after_the_origin_and_plans_beyond_the_horizon_change_nothing(features: Features) -> None:
    last = features.last - 8
    changed = Features.of(panel_of(*made()))
    changed.inputs.sales[:, last + 1 :] = 999
    changed.inputs.known[..., last + 1 + HORIZON :] = 999
    series, origins = at(features, 8)
    found = []
    for one in (features, changed):
        weights = LSTM().train(one, last, BRIEF, 0, lambda: None)
        assert weights is not None
        found.append((weights, LSTM().forecast(weights, one, series, origins)))
    assert all(np.array_equal(found[0][0][name], found[1][0][name]) for name in found[0][0])
    np.testing.assert_array_equal(found[0][1].mean, found[1][1].mean)


def test_a_changed_plan_of_the_periods_ahead_changes_the_forecast(features: Features, trained: Trained) -> None:
    changed = Features.of(panel_of(*made()))
    changed.inputs.known[..., -HORIZON:] = 1 - changed.inputs.known[..., -HORIZON:]
    one, other = (LSTM().forecast(trained, this, *at(features, 0)) for this in (features, changed))
    assert not np.allclose(one.mean, other.mean)


def test_the_same_seed_gives_the_same_network_to_the_last_bit_and_another_one_another(features: Features) -> None:
    one, two, other = (LSTM().train(features, features.last, BRIEF, seed, lambda: None) for seed in (1, 1, 2))
    assert one is not None and two is not None and other is not None
    assert all(np.array_equal(one[name], two[name]) for name in one)
    assert not all(np.array_equal(one[name], other[name]) for name in one)
    told: list[MeanAndQuantiles] = [LSTM().forecast(this, features, *at(features, 0)) for this in (one, two)]
    np.testing.assert_array_equal(told[0].quantiles, told[1].quantiles)


def test_unknown_sales_and_plans_are_no_number_of_any_forecast(features: Features, trained: Trained) -> None:
    gaps = Features.of(panel_of(*made()))
    gaps.inputs.sales[:, ::4] = np.nan
    gaps.inputs.known[..., ::3] = np.nan
    told = LSTM().forecast(trained, gaps, *at(features, 0))
    assert all(np.isfinite(one).all() for one in told)
    again = LSTM().train(gaps, gaps.last, BRIEF, 0, lambda: None)
    assert again is not None and all(np.isfinite(one).all() for one in again.values())


def test_how_long_it_trains_is_counted_from_sizes_and_it_can_be_stopped(features: Features) -> None:
    network, heard = LSTM(), [0]
    of = network.steps(features, features.last, BRIEF)
    network.train(features, features.last, BRIEF, 0, lambda: heard.__setitem__(0, heard[0] + 1))
    assert heard[0] == of > 0
    assert network.steps(features, features.last, 10 * BRIEF) > of
    assert network.steps(features, features.last, 0.01) == 0, "no time, no network"
    assert network.train(features, 10, ENOUGH, 0, lambda: None) is None, "too few windows to learn from"

    def stop() -> None:
        raise Cancelled("cancelled on request")

    with pytest.raises(Cancelled):
        network.train(features, features.last, BRIEF, 0, stop)


def test_what_was_learned_from_other_columns_is_refused(features: Features, trained: Trained) -> None:
    history, plan = made()
    other = Features.of(panel_of(history.drop(columns="guests"), plan.drop(columns="guests")))
    damaged = {**trained, "layer_00": trained["layer_00"][:, 1:]}
    for weights, read in ((damaged, features), (trained, other)):
        with pytest.raises(Malformed, match="not those of a panel with these columns"):
            LSTM().forecast(weights, read, *at(features, 0))


def test_who_asks_for_it_where_it_is_not_installed_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "installed", lambda: False)
    with pytest.raises(Malformed, match=r"LSTM needs keras and jax, which is not installed \(requirements/lstm.txt\)"):
        forecast(made()[0], freq="MS", horizon=HORIZON, options=Options(optional=("LSTM",)))
    with pytest.raises(ValueError, match="ALMANAC_OPTIONAL_METHODS: LSTM needs keras and jax"):
        engine_port.on("", ("LSTM",))
    assert registry.networks(Options()) == []


def test_nothing_of_it_is_imported_where_nobody_asks_for_it() -> None:
    code = (
        "import sys; from forecaster import engine; from forecaster.engine.methods import registry; registry.table();"
        "registry.networks(engine.Options()); assert not {'keras', 'jax', 'jaxlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=240)
