"""What every forecast promises, whatever the history: complete, ordered, finite, labelled, repeatable."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.quantiles import LEVELS, TOLD

from services.forecaster.tests.engine.frames import QUICK, planned, weekly


def _hostile(number: int, labels: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    """One of a dozen kinds of trouble."""
    kind, size = number % 12, len(labels)
    y = rng.poisson(2, size).astype(float)
    if kind == 0:
        labels, y = labels[-1:], y[-1:]
    elif kind == 1:
        y[:] = 5.0
    elif kind == 2:
        y[:] = 0.0
    elif kind == 3:
        y[:] = np.nan
    elif kind == 4:
        y[rng.integers(0, size, 3)] = np.inf
    elif kind == 5:
        y *= 1e12
    elif kind == 6:
        y = -y
    elif kind == 7:
        labels, y = labels[[0, size - 1]], y[[0, size - 1]]  # a gap of years
    elif kind == 8:
        labels, y = labels.append(labels[:3]), np.append(y, [1, 2, 3])  # dates twice
    elif kind == 9:
        order = rng.permutation(size)
        labels, y = labels[order], y[order]
    elif kind == 10:
        y[: size // 2] = np.nan
    elif kind == 11:
        y *= 1e-9
    return pd.DataFrame({"unique_id": f"s{number}", "ds": labels, "y": y,
                         "kind": rng.choice(["a", "b", None], len(labels)), "empty": np.nan})  # fmt: skip


def _sound(found: engine.Forecasts, series: int, horizon: int) -> None:
    assert len(found.ids) == len(set(found.ids)) == series
    assert found.mean.shape == (series, horizon)
    assert found.quantiles.shape == (series, horizon, len(LEVELS))
    for values in (found.mean, found.quantiles, found.sum_quantiles):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
    assert (np.diff(found.quantiles, axis=-1) >= 0).all()
    assert (np.diff(found.sum_quantiles, axis=-1) >= 0).all()
    assert (np.diff(found.sum_quantiles, axis=1) >= 0).all()  # more periods sell no less
    assert all(found.method) and all(found.reason)


def test_two_thousand_hostile_series_get_two_thousand_labelled_forecasts() -> None:
    rng = np.random.default_rng(5)
    labels = pd.date_range("2003-01-05", periods=1040, freq="W-SUN")
    frames = [_hostile(n, labels if n == 7 else labels[-60:], rng) for n in range(2000)]
    history = pd.concat(frames, ignore_index=True).sample(frac=1, random_state=2)
    future = pd.DataFrame({"unique_id": ["s1", "stranger"], "ds": labels[-1] + pd.Timedelta(weeks=1),
                           "kind": ["never heard of", "a"]})  # fmt: skip
    found = engine.forecast(history, freq="W-SUN", horizon=6, future=future, options=QUICK)
    _sound(found, 2000, 6)
    by_id = dict(zip(found.ids, found.method, strict=True))
    assert by_id["s2"] == by_id["s3"] == "no sales yet"
    assert "twice" in dict(zip(found.ids, found.reason, strict=True))["s8"]
    constant = found.mean[found.ids.index("s1")]
    assert ((constant > 3) & (constant < 7)).all()


@pytest.mark.parametrize("periods", [1, 2, 3, 5, 8, 13, 20])
def test_short_histories_are_forecast(periods: int) -> None:
    _sound(engine.forecast(weekly(6, periods), freq="W-FRI", horizon=8, options=QUICK), 6, 8)


def test_one_single_series_is_forecast_near_its_level() -> None:
    history = pd.DataFrame({"unique_id": "only", "ds": pd.date_range("2024-01-01", periods=40, freq="MS"), "y": 100.0})
    found = engine.forecast(history, freq="MS", horizon=3, options=QUICK)
    _sound(found, 1, 3)
    assert np.allclose(found.mean, 100, rtol=0.1)


@pytest.mark.parametrize(
    ("freq", "labels"),
    [
        ("W-FRI", pd.date_range("2024-01-05", periods=30, freq="W-FRI")),
        ("W-SUN", pd.date_range("2024-01-01", periods=30, freq="W-MON")),  # weeks to Sunday, named by their Monday
        ("W-MON", pd.date_range("2024-01-01", periods=30, freq="W-MON")),
        ("MS", pd.date_range("2022-01-01", periods=30, freq="MS")),
        ("ME", pd.date_range("2022-01-31", periods=30, freq="ME")),
        ("MS", pd.date_range("2022-01-31", periods=30, freq="ME")),
        ("D", pd.date_range("2024-01-01", periods=60, freq="D")),
        ("B", pd.date_range("2024-01-01", periods=60, freq="B")),
        ("QS", pd.date_range("2012-01-01", periods=30, freq="QS")),
        ("YE", pd.date_range("2000-12-31", periods=20, freq="YE")),
        ("h", pd.date_range("2024-01-01", periods=100, freq="h")),
    ],
)
def test_labels_go_on_as_they_came(freq: str, labels: pd.DatetimeIndex) -> None:
    past, ahead = labels[:-4], labels[-4:]
    history = pd.DataFrame({"unique_id": "a", "ds": past, "y": np.arange(len(past)) % 7 + 1.0})
    found = engine.forecast(history, freq=freq, horizon=4, options=QUICK)
    np.testing.assert_array_equal(found.labels[0], ahead.to_numpy("datetime64[ns]"))


def test_the_same_seed_gives_the_same_forecasts() -> None:
    history = weekly()
    runs = [engine.forecast(history, freq="W-FRI", horizon=4, seed=11, options=QUICK) for _ in range(2)]
    np.testing.assert_array_equal(runs[0].mean, runs[1].mean)
    np.testing.assert_array_equal(runs[0].quantiles, runs[1].quantiles)
    np.testing.assert_array_equal(runs[0].sum_quantiles, runs[1].sum_quantiles)


def test_the_long_frame_has_the_agreed_columns() -> None:
    frame = engine.forecast(weekly(3), freq="W-FRI", horizon=2, options=QUICK).frame()
    assert list(frame) == [
        "unique_id",
        "ds",
        "cutoff",
        "mean",
        *(f"q{level:g}" for level in TOLD),
        "method",
        "reason",
    ]
    assert len(frame) == 6


def test_promotions_move_the_forecast_of_the_weeks_they_are_planned_for() -> None:
    history = weekly(30, 110)
    future = planned(history, 6)
    found = engine.forecast(history, freq="W-FRI", horizon=6, future=future,
                            options=engine.Options(rows=8000, rounds=60, backtest_series=30))  # fmt: skip
    after = (
        future[future["ds"] > history["ds"].max()].sort_values(["unique_id", "ds"])["promo"].to_numpy().reshape(30, 6)
    )
    sellers = slice(10, 30)
    assert found.mean[sellers][after[sellers] == 1].mean() > 1.3 * found.mean[sellers][after[sellers] == 0].mean()


def test_weeks_out_of_stock_are_unknown_demand_not_zero() -> None:
    history = weekly(8, 60)
    history["y"] = 20.0
    history["in_stock"] = 1.0
    out = history["ds"] > history["ds"].unique()[-6]
    history.loc[out, ["y", "in_stock"]] = 0.0
    assert (engine.forecast(history, freq="W-FRI", horizon=3, options=QUICK).mean > 15).all()


def test_cancelling_stops_the_run_and_progress_names_its_stages() -> None:
    seen: list[engine.Progress] = []
    with pytest.raises(engine.Cancelled):
        engine.forecast(weekly(), freq="W-FRI", horizon=3, options=QUICK, progress=seen.append,
                        cancelled=lambda: any(step.stage == "training" for step in seen))  # fmt: skip
    assert seen[0].stage == "reading"


def test_progress_never_runs_backwards_also_over_several_cutoffs() -> None:
    seen: list[engine.Progress] = []
    history = weekly()
    cutoffs = list(history["ds"].drop_duplicates().sort_values()[-6::5])
    engine.forecast(history, freq="W-FRI", horizon=3, options=QUICK, cutoffs=cutoffs, progress=seen.append)
    shares = [step.share for step in seen]
    assert shares == sorted(shares)
    assert [step.stage for step in seen].count("reading") == 1
    second = next(number for number, step in enumerate(seen) if step.share >= 0.5)
    assert {"training", "forecasting"} <= {step.stage for step in seen[:second]}, "half of the way is the first cutoff"
    assert 0.8 < shares[-1] <= 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda h: h.drop(columns="y"), "y is missing"),
        (lambda h: h.iloc[:0], "no rows"),
        (lambda h: h.assign(ds="soon"), "ds"),
        (lambda h: h.assign(y="many"), "number"),
        (lambda h: h.assign(ds=h["ds"] + pd.to_timedelta(np.arange(len(h)) % 2, unit="D")), "week"),
        (lambda h: h.assign(unique_id=None), "unique_id is missing"),
    ],
)
def test_malformed_input_is_refused_with_what_and_where(change, says) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(engine.Malformed, match=says):
        engine.forecast(change(weekly(2, 20)), freq="W-FRI", horizon=2, options=QUICK)


@pytest.mark.parametrize("freq", ["often", "", "W-XYZ"])
def test_an_unknown_frequency_is_refused(freq: str) -> None:
    with pytest.raises(engine.Malformed, match="freq"):
        engine.forecast(weekly(2, 20), freq=freq, horizon=2, options=QUICK)
