"""Width of its own: by the evidence that a product, or its kind, gives."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.features.instances import Instances
from forecaster.engine.quantiles import AS_ARRAY, at
from forecaster.engine.uncertainty import bound, stretch, width
from forecaster.engine.uncertainty.bound import OwnPast
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

HORIZON = 4


def scored(sizes: np.ndarray, origins: int, seed: int = 0) -> tuple[np.ndarray, Instances]:
    """Scores of series with these standard deviations, and their instances."""
    rows = Instances.ahead(np.repeat(np.arange(len(sizes)), origins), np.tile(np.arange(origins) * HORIZON, len(sizes)),
                           HORIZON)  # fmt: skip
    rng = np.random.default_rng(seed)
    return (rng.standard_normal(len(rows)) * sizes[rows.series]).astype(np.float32), rows


def ratios(sizes: np.ndarray, origins: int, seed: int = 0) -> np.ndarray:
    """What is learned of each series itself, where all are of one kind."""
    score, rows = scored(sizes, origins, seed)
    same = np.ones(len(rows), dtype=np.float32)
    ids = [str(number) for number in range(len(sizes))]
    return width.learned(score, rows, HORIZON, (same, same), ids).of_series(ids)


def test_the_more_a_product_has_shown_the_more_its_width_is_its_own() -> None:
    sizes = np.where(np.arange(100) % 2 == 0, 0.6, 1.4)
    gaps = [np.log(np.median(found[sizes > 1]) / np.median(found[sizes < 1]))
            for found in (ratios(sizes, 2), ratios(sizes, 8), ratios(sizes, 40))]  # fmt: skip
    truth = np.log(1.4**2 / 0.6**2)
    assert 0.2 * truth < gaps[0] < gaps[1] < gaps[2]
    assert gaps[2] == pytest.approx(truth, rel=0.1)


def test_products_that_differ_by_chance_alone_keep_the_common_width() -> None:
    found = ratios(np.ones(200), 5)
    assert np.abs(np.log(found)).max() < 0.2


def test_a_kind_whose_scores_vary_less_is_read_nearer_its_middle() -> None:
    sizes = np.where(np.arange(100) < 10, 0.5, 1.0)
    score, rows = scored(sizes, 20)
    key = np.where(rows.series < 10, 0.2, 1 + rows.series / 100).astype(np.float32)
    found = width.learned(score, rows, HORIZON, (key, np.ones_like(key)), [str(number) for number in range(100)])
    unseen = found.of(np.array([0.2, 1.5], dtype=np.float32), np.ones(2, dtype=np.float32), np.ones(2))
    assert unseen[0] == pytest.approx(0.5, abs=0.15)
    assert unseen[1] == pytest.approx(1.0, abs=0.15)


@given(st.floats(0.34, 3), st.floats(5, 50))
@settings(max_examples=50, deadline=None)
def test_a_normal_band_read_farther_out_is_the_normal_band_of_that_deviation(far: float, deviation: float) -> None:
    band = (1000 + deviation * norm.ppf(AS_ARRAY)).astype(np.float32)[None, :]
    found = width.read(band, np.array([far], dtype=np.float32))
    np.testing.assert_allclose(found[0], 1000 + far * deviation * norm.ppf(AS_ARRAY), rtol=1e-4)


def test_no_tail_lies_farther_out_than_the_product_s_own_variance_allows() -> None:
    """A steady seller of 20 whose band has a wild neighbour's tail, and a wild one whose tail is its own."""
    rng = np.random.default_rng(0)
    steady, wild = rng.poisson(20, 52), 20 * rng.lognormal(-0.5, 1, 52)
    past = OwnPast.of(np.stack([steady, wild]).astype(np.float32), np.arange(2), 52)
    band = np.array([2, 6, 12, 14, 16, 20, 24, 26, 30, 80, 200], dtype=np.float32)
    found = bound.bounded(np.tile(band, (2, 1, 1)), np.full((2, 1), 20, dtype=np.float32), past)
    assert at(found, 0.975)[0, 0] < 58 and 26 <= at(found, 0.9)[0, 0] <= 30
    law = 20 * np.exp(norm.ppf(AS_ARRAY) - 0.5)
    assert (found[1, 0] >= np.minimum(band, law)).all()
    np.testing.assert_array_equal(found[1, 0, :-1], band[:-1])
    assert (np.diff(found, axis=2) >= 0).all()


def test_the_one_steady_among_bursty_ones_has_the_tails_of_its_own_variability() -> None:
    """No other product varies as little, and its fifty weeks show no tail: the usual one is taken for it."""
    rng = np.random.default_rng(3)
    sales = np.concatenate([rng.poisson(10, (1, 52)), rng.negative_binomial(1, 1 / 21, (120, 52))]).astype(np.float32)
    past = OwnPast.of(sales, np.arange(121), 52)
    band = np.array([0, 0, 1, 2, 4, 9, 18, 24, 30, 60, 110], dtype=np.float32)
    found = bound.bounded(np.tile(band, (121, 1, 1)), np.full((121, 1), 10, dtype=np.float32), past)
    width = at(found, 0.9) - at(found, 0.1)
    assert width[0, 0] < 1.45 * 8
    assert at(found, 0.995)[0, 0] < 1.6 * 19
    assert np.median(width[1:]) == at(band[None], 0.9)[0] - at(band[None], 0.1)[0]


def test_a_tail_lies_as_far_out_as_those_of_products_that_vary_alike() -> None:
    """Forty steady ones share a thin tail, one alone has what is usual; forty wild ones keep their thick one."""
    rng = np.random.default_rng(0)
    steady, wild = rng.poisson(20, (40, 52)), np.round(20 * rng.lognormal(-0.5, 1, (40, 52)))
    band = np.array([2, 6, 12, 14, 16, 20, 24, 26, 30, 80, 200], dtype=np.float32)

    def bounded(sales: np.ndarray) -> np.ndarray:
        past = OwnPast.of(sales.astype(np.float32), np.arange(len(sales)), 52)
        return bound.bounded(np.tile(band, (len(sales), 1, 1)), np.full((len(sales), 1), 20, dtype=np.float32), past)

    alone, together = bounded(steady[:1]), bounded(np.concatenate([steady, wild]))
    assert at(together, 0.975)[:40].mean() < 1.35 * 29 > at(alone, 0.975).mean()
    assert at(together, 0.995)[:40].mean() < 70
    assert at(together, 0.975)[40:].mean() > 70
    assert (np.diff(together, axis=2) >= 0).all()


def test_a_band_far_too_wide_for_a_product_is_not_believed_the_more() -> None:
    """Forty steady ones with 44 weeks each, whose bands are those of ones that vary five times as much, and more."""
    sales = np.random.default_rng(0).poisson(20, (40, 44)).astype(np.float32)
    past, f = OwnPast.of(sales, np.arange(40), 52), np.full((40, 1), 20, dtype=np.float32)
    width = []
    for deviation in (22, 66):
        band = np.maximum(20 + deviation * norm.ppf(AS_ARRAY), 0).astype(np.float32)
        found = bound.bounded(np.tile(band, (40, 1, 1)), f, past)
        width.append(float((at(found, 0.9) - at(found, 0.1)).mean()))
    assert width[0] < 1.8 * 12 and width[1] < 1.5 * width[0]


def test_products_of_two_periods_make_no_tail_for_those_that_vary_as_little() -> None:
    """Of two sales each lies without end away from the other; forty such ones are of the kind of forty steady ones."""
    rng = np.random.default_rng(0)
    steady, young = rng.poisson(20, (40, 52)).astype(np.float32), np.full((40, 52), np.nan, dtype=np.float32)
    young[:, -2:] = rng.poisson(20, (40, 2))
    band = np.array([2, 6, 12, 14, 16, 20, 24, 26, 40, 80, 200], dtype=np.float32)

    def bounded(sales: np.ndarray) -> np.ndarray:
        past = OwnPast.of(sales, np.arange(len(sales)), 52)
        return bound.bounded(np.tile(band, (len(sales), 1, 1)), np.full((len(sales), 1), 20, dtype=np.float32), past)

    alone, among = bounded(steady), bounded(np.concatenate([steady, young]))
    np.testing.assert_array_equal(among[:40], alone)
    assert at(alone, 0.975)[:40].mean() < 1.35 * 29


def test_a_product_that_seldom_sells_has_quantiles_of_nothing_as_far_as_its_past_says() -> None:
    """Three weeks of four without a sale: no quantile up to 60 % is a sale, unless far more is forecast."""
    sales = np.tile([0, 0, 0, 8], (1, 13)).astype(np.float32)
    past = OwnPast.of(sales, np.arange(1), 52)
    band = np.linspace(1, 11, 11, dtype=np.float32)[None, None, :]
    usual = bound.bounded(band, np.array([[2.0]], dtype=np.float32), past)
    assert at(usual, 0.5)[0, 0] == 0 and at(usual, 0.75)[0, 0] > 0
    more = bound.bounded(band, np.array([[12.0]], dtype=np.float32), past)
    assert at(more, 0.1)[0, 0] > 0
    always = OwnPast.of(np.full((1, 52), 8, dtype=np.float32), np.arange(1), 52)
    assert (bound.bounded(band, np.array([[8.0]], dtype=np.float32), always) > 0).all()


def test_width_that_did_not_last_is_no_product_s_own() -> None:
    """Half of the products were wild in the first half of the backtest, and in the second it was the other half."""
    score, rows = scored(np.ones(100), 20)
    late = rows.origins >= 10 * HORIZON
    wild = (rows.series < 50) != late
    same = np.ones(len(rows), dtype=np.float32)
    ids = [str(number) for number in range(100)]
    found = width.learned(np.where(wild, 1.6, 0.6) * score, rows, HORIZON, (same, same), ids).of_series(ids)
    assert np.abs(np.log(found)).max() < 0.1


def test_what_has_no_past_of_its_own_keeps_its_band() -> None:
    past = OwnPast.of(np.full((1, 30), np.nan, dtype=np.float32), np.arange(1), 26)
    band = np.linspace(1, 11, 11, dtype=np.float32)[None, None, :]
    found = bound.bounded(band, np.array([[6.0]], dtype=np.float32), past)
    np.testing.assert_array_equal(found, band)


def test_learned_quantiles_without_width_are_stretched_where_they_are_so_and_nowhere_else() -> None:
    """Those of slow sellers have a twentieth of the width that they should have, those of the others all of it."""
    rng = np.random.default_rng(0)
    scale = np.repeat([1.0, 100.0], [20_000, 80_000]).astype(np.float32)
    f = 10 * scale
    y = (f + 3 * scale * rng.standard_normal(len(f))).astype(np.float32)
    alone = (f[:, None] + 3 * scale[:, None] * norm.ppf(AS_ARRAY)).astype(np.float32)
    learned = np.where(scale[:, None] < 10, f[:, None] + (alone - f[:, None]) / 20, alone).astype(np.float32)
    share = np.full(len(f), 0.6, dtype=np.float32)
    found = stretch.stretched(y, f, alone, learned, share, scale)
    bands = stretch.mixed(f, alone, learned, share, found.of(scale))
    held = (y > at(bands, 0.1)) & (y < at(bands, 0.9))
    assert 0.73 < held[scale < 10].mean() < 0.82
    assert 0.77 < held[scale > 10].mean() < 0.83


def test_a_steady_seller_among_noisy_ones_is_steady() -> None:
    rng = np.random.default_rng(31)
    labels = pd.date_range("2026-01-19", periods=44, freq="W-MON")
    frames = []
    for number in range(66):
        y = rng.poisson(20, 44).astype(float)
        if number >= 6:
            spikes = (rng.random(44) < 0.9) * np.where(rng.random(44) < 0.03, 8, 1)
            y = np.round(rng.uniform(3, 60) * rng.lognormal(-0.5, 1.0, 44)) * spikes
        frames.append(pd.DataFrame({"unique_id": f"{number:03d}", "ds": labels, "y": y}))
    options = engine.Options(rows=20_000, rounds=40, threads=2, candidate_seconds=0, sums=False)
    found = engine.forecast(pd.concat(frames), freq="W-MON", horizon=HORIZON, options=options)
    assert found.mean[:6].mean() == pytest.approx(20, rel=0.1)
    assert found.quantile(0.975)[:6].mean() < 1.6 * 29
    assert (found.quantile(0.9) - found.quantile(0.1))[:6].mean() < 2 * 12
    assert found.quantile(0.1)[:6].mean() > 7  # half of the true 14
    assert (found.quantile(0.9) - found.quantile(0.1))[6:].mean() > 30
