"""What earlier launches say of the next: as many times what their peers said, differing as much and in the same way."""

import numpy as np
import pytest
from forecaster.engine import experience
from forecaster.engine.experience import FACTORS, Factor

Row = np.ndarray
SHAPE = 20.0  # how unevenly each sells


def seen(factors: Row, seed: int = 0) -> Row:
    """Launches whose peers say 20 to 400, and that sell factors of that, unevenly."""
    rng = np.random.default_rng(seed)
    expected = rng.uniform(20, 400, len(factors))
    rate = factors * expected * rng.gamma(SHAPE, 1 / SHAPE, len(factors))
    return np.column_stack([rng.poisson(rate), expected, np.full(len(factors), SHAPE)])


def learned(factors: Row) -> experience.Experience:
    return experience.learned(seen(factors))


def gamma(count: int, times: float, variance: float, seed: int = 1) -> Row:
    return times * np.random.default_rng(seed).gamma(1 / variance, variance, count)


def variance(weights: Row) -> float:
    mean = weights @ FACTORS
    return float(weights @ FACTORS**2 / mean**2 - 1)


@pytest.mark.parametrize(("times", "spread"), [(0.6, 0.9), (1.5, 0.3), (1.0, 0.1)])
def test_many_launches_tell_the_factor_and_how_it_differs(times: float, spread: float) -> None:
    found = learned(gamma(200, times, spread))
    assert found.times == pytest.approx(times, rel=0.15)
    assert found.factor(0.3).mean == pytest.approx(times, rel=0.15)
    assert variance(found.weights) == pytest.approx(spread, rel=0.35)


@pytest.mark.parametrize("form", ["gamma", "lognormal", "flops and hits"])
def test_its_band_is_that_of_the_factors_whatever_their_form(form: str) -> None:
    rng = np.random.default_rng(3)

    def drawn(count: int) -> Row:
        if form == "gamma":
            return np.asarray(rng.gamma(1 / 1.2, 1.2, count))
        if form == "lognormal":
            return np.asarray(rng.lognormal(-0.5, 1.0, count))
        return np.where(rng.random(count) < 0.7, 0.3, 2.5) * rng.lognormal(0, 0.15, count)

    found = learned(drawn(300)).factor(0.3).drawn(20_000, rng)
    truth = drawn(20_000)
    low, high = np.quantile(found, (0.1, 0.9))
    assert 0.74 < ((truth >= low) & (truth <= high)).mean() < 0.86
    true_low, true_high = np.quantile(truth, (0.1, 0.9))
    assert high - low < 1.3 * (true_high - true_low)
    middle = (truth > 0.6) & (truth < 1.5)
    assert ((found > 0.6) & (found < 1.5)).mean() == pytest.approx(middle.mean(), abs=0.12)


def test_without_launches_the_factor_is_one_and_the_doubt_the_callers() -> None:
    found = experience.learned(np.zeros((0, 3)))
    assert (found.times, found.count) == (pytest.approx(1.0, rel=0.05), 0)
    assert found.factor(0.42).mean == pytest.approx(1.0, rel=0.05)
    assert variance(found.factor(0.42).weights) == pytest.approx(0.42, rel=0.1)


def test_the_fewer_were_seen_the_nearer_to_what_stands_without_them() -> None:
    factors = [learned(gamma(count, 0.3, 0.3)).factor(0.3).mean for count in (1, 4, 100)]
    assert 1 > factors[0] > factors[1] > factors[2]
    doubts = [
        np.mean([variance(learned(gamma(count, 1.0, 0.9, seed)).factor(0.3).weights) for seed in range(20)])
        for count in (0, 8, 200)
    ]  # fmt: skip
    assert 0.25 < doubts[0] < doubts[1] < doubts[2] < 1.1


def test_own_sales_narrow_it() -> None:
    """Evenly sold, three hundred where a hundred were said; as unevenly as a coin falls, hardly."""
    before = Factor(experience.gamma(np.array([1.0]), np.array([0.3]))[0])
    sure, unsure = before.narrowed(300, 100, 1000.0), before.narrowed(300, 100, 1.0)
    assert sure.mean == pytest.approx(3, rel=0.1)
    assert 1 < unsure.mean < 2
    assert variance(sure.weights) < 0.02 < variance(unsure.weights)
    assert before.narrowed(0, 0, 1.0).mean == pytest.approx(before.mean)
