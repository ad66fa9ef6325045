"""One distribution a cell: mean, quantiles and sums are those of the same."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.quantiles import AS_ARRAY, rounded
from forecaster.engine.uncertainty import distribution
from forecaster.engine.uncertainty.tails import bounds
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK

NEXT = np.append(AS_ARRAY[1:], 1.0)
KINDS = ("poisson", "intermittent", "wholesale", "weighed")


def least(quantiles: np.ndarray) -> np.ndarray:
    """The least mean (…) that quantiles (…, 11) of what is never negative permit."""
    return quantiles @ (NEXT - AS_ARRAY)


def most(quantiles: np.ndarray) -> np.ndarray:
    """The largest mean (…) that they permit when nothing lies beyond where the engine's own tails end."""
    _, end = bounds(quantiles.reshape(-1, len(AS_ARRAY)))
    until = np.concatenate([quantiles, end.reshape(quantiles.shape[:-1])[..., None]], axis=-1)
    return until @ np.diff(np.concatenate([[0.0], AS_ARRAY, [1.0]]))


def sales(kind: str, rng: np.random.Generator, weeks: int) -> np.ndarray:
    if kind == "poisson":
        return rng.poisson(rng.uniform(0.1, 40), weeks).astype(float)
    if kind == "intermittent":
        return (rng.random(weeks) < 0.15) * (1.0 + rng.poisson(6, weeks))
    if kind == "wholesale":
        return np.round(rng.uniform(3, 60) * rng.lognormal(-0.5, 1, weeks)) * np.where(rng.random(weeks) < 0.03, 8, 1)
    return rng.gamma(8, rng.uniform(0.1, 3) / 8, weeks).round(3)


def panel(kinds: list[str], seed: int, weeks: int = 44) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    labels = pd.date_range("2025-01-06", periods=weeks, freq="W-MON")
    return pd.concat([
        pd.DataFrame({"unique_id": f"{number:03d}", "ds": labels, "y": sales(kind, rng, weeks)})
        for number, kind in enumerate(kinds)
    ])  # fmt: skip


@pytest.mark.parametrize("kinds", [(kind,) for kind in KINDS] + [KINDS])
def test_every_published_mean_is_one_that_its_quantiles_permit(kinds: tuple[str, ...]) -> None:
    found = engine.forecast(panel(list(kinds) * (16 // len(kinds)), 3), freq="W-MON", horizon=6, options=QUICK)
    whole = np.mod(found.quantiles, 1).max(axis=(1, 2)) == 0
    half = np.where(whole, 0.5, 0.0)[:, None]  # by which the ends of counts' tails are rounded
    assert (found.mean >= least(found.quantiles) - 0.002 * found.mean - 1e-4).all()
    assert (found.mean <= most(found.quantiles) + 0.002 * found.mean + half).all()
    sums = np.cumsum(found.mean, axis=1, dtype=np.float64)
    assert (sums >= least(found.sum_quantiles) - 0.02 * sums - 0.02).all()


positive = st.floats(0, 1e4, allow_nan=False, width=32)


@given(st.lists(positive, min_size=11, max_size=11), positive, st.booleans())
@settings(max_examples=60, deadline=None)
def test_a_band_permits_the_mean_that_is_published_and_is_moved_no_farther_than_it_must(
    values: list[float], mean: float, piece: bool
) -> None:
    band, whole = np.sort(np.array(values, dtype=np.float32))[None, None, :], np.array([piece])
    found, means = distribution.fitted(band, np.array([[mean]], dtype=np.float32), whole)
    told = rounded(found, whole)
    assert least(told)[0, 0] <= means[0, 0] * 1.0001 + 1e-4
    assert means[0, 0] <= most(told)[0, 0] * 1.0001 + (0.51 if piece else 1e-4)
    if least(rounded(band, whole))[0, 0] < mean < most(band)[0, 0] - 1:
        np.testing.assert_array_equal(found, band)
        assert means[0, 0] == np.float32(mean)
    # Nothing, however many times, stays nothing: the mean gives way.
    factor = found.max() / band.max() if band.max() > 0 else distribution.MOST
    assert distribution.LEAST * 0.999 <= factor <= distribution.MOST * 1.001
    if distribution.LEAST * 1.01 < factor < distribution.MOST * 0.99:
        assert means[0, 0] == pytest.approx(mean, rel=1e-4, abs=1e-4)


def test_mean_and_band_meet_half_way_where_most_periods_are_without_a_sale_and_nowhere_else() -> None:
    seldom = np.array([0, 0, 0, 0, 0, 0, 0, 2, 4, 6, 8], dtype=np.float32)
    often = seldom + 5
    bands, whole = np.stack([seldom, often, seldom])[:, None, :], np.array([True, True, False])
    wanted = np.array([[0.1], [1.0], [0.1]], dtype=np.float32)
    found = distribution.met(bands, wanted, whole)
    assert found[0, 0] == pytest.approx((0.1 + least(seldom)) / 2, rel=1e-4)
    np.testing.assert_array_equal(found[1:], wanted[1:])
    inside = np.array([[least(seldom) + 0.05]] * 3, dtype=np.float32)
    assert distribution.met(bands, inside, whole)[0, 0] == pytest.approx(inside[0, 0])
