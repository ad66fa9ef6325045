"""What is sold by the piece and what by weight stand in one panel, each with quantiles of its own kind."""

import numpy as np
import pandas as pd
import pytest
from forecaster import engine
from forecaster.engine.data.pieces import by_piece
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecaster.tests.engine.frames import QUICK

KINDS = ("pieces", "kilograms", "money")


def sold(kind: str, rng: np.random.Generator, weeks: int = 40) -> np.ndarray:
    """A product's sales of so many weeks."""
    if kind == "pieces":
        return rng.poisson(rng.uniform(0.2, 40), weeks).astype(np.float32)
    mean = rng.uniform(0.3, 30) if kind == "kilograms" else rng.uniform(50, 5000)
    return np.round(rng.gamma(8, mean / 8, weeks), 3 if kind == "kilograms" else 2).astype(np.float32)


@given(st.integers(0, 10_000), st.integers(1, 99), st.sampled_from(KINDS[1:]))
@settings(max_examples=60, deadline=None)
def test_each_product_is_of_its_own_kind_whatever_share_the_others_have(seed: int, share: int, other: str) -> None:
    rng = np.random.default_rng(seed)
    kinds = np.where(np.arange(100) < share, "pieces", other)
    found = by_piece(np.stack([sold(kind, rng) for kind in kinds]))
    sales = np.array([kind == "pieces" for kind in kinds])
    assert (found == sales).mean() >= 0.99


@pytest.mark.parametrize(("values", "expected"), [
    ([3, 5, 2, 0.5, *[4] * 36], True),  # one slip among forty
    ([3.5, 2, 4.25, 1, 0.5, 3, 2, 1, 1.5, 2], False),  # halves and quarters
    ([0, 0, 2], True),
    ([0, 0, 0.4], False),
])  # fmt: skip
def test_one_slip_makes_no_weight_and_halves_make_no_pieces(values: list[float], expected: bool) -> None:
    padded = np.full((3, 40), np.nan, dtype=np.float32)
    padded[0, : len(values)] = values
    padded[1], padded[2] = np.arange(40), np.arange(40) + 0.3
    assert by_piece(padded)[0] == expected


def test_what_has_no_evidence_of_its_own_is_what_the_others_are() -> None:
    rng = np.random.default_rng(0)
    for kind in KINDS[:2]:
        y = np.stack([np.zeros(40, dtype=np.float32), *(sold(kind, rng) for _ in range(20))])
        assert by_piece(y)[0] == (kind == "pieces")


@pytest.mark.parametrize("weighed", [1, 10, 19])
def test_weights_keep_fractions_and_sparse_counts_a_band_that_holds_zero(weighed: int) -> None:
    rng = np.random.default_rng(weighed)
    labels = pd.date_range("2025-01-06", periods=40, freq="W-MON")
    frames = []
    for number in range(20):
        kilograms = number < weighed
        y = rng.gamma(20, 0.02, 40).round(3) if kilograms else rng.poisson(0.25, 40).astype(float)
        frames.append(pd.DataFrame({"unique_id": f"{'kg' if kilograms else 'pc'}{number:02d}", "ds": labels, "y": y}))
    found = engine.forecast(pd.concat(frames), freq="W-MON", horizon=4, options=QUICK)
    measured = np.array([name.startswith("kg") for name in found.ids])
    assert (np.mod(found.quantiles[measured], 1) != 0).mean() > 0.9
    assert 0.1 <= found.quantile(0.1)[measured].min() <= found.quantile(0.9)[measured].max() <= 1.2
    assert not np.mod(found.quantiles[~measured], 1).any() and not np.mod(found.sum_quantiles[~measured], 1).any()
    assert (found.quantile(0.1)[~measured] == 0).all()
