"""Experience: how many times what their peers had said launches came to, as a distribution over a grid of factors.

First the likeliest gamma distribution, drawn to what stands without any launch, a mean of one and the doubt that the
caller has: the less was seen, the nearer to it. Then, drawn to that one, the likeliest of whatever form (Kiefer and
Wolfowitz 1956, by expectation-maximisation): flops, hits and what lies between weigh as often as they were seen, once
the unevenness of what each sold is taken off.

What is sold of a rate is a Poisson variable of a gamma variable of that mean, whose shape says how unevenly: chance,
which matters for the slow, and a share of the rate, which matters for the fast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from forecaster.engine.arrays import Doubles

FACTORS: Doubles = np.geomspace(0.02, 10, 60)
_STEP = float(np.log(FACTORS[1] / FACTORS[0]))
_TIMES, _VARIANCES = np.geomspace(0.1, 5, 60), 1 / np.geomspace(0.2, 30, 40)
_USUAL = 0.3  # the variance beforehand
_SURE_OF_ONE, _SURE_OF_USUAL = 0.5, 1.0  # standard deviations of the logarithms of mean and variance, beforehand
_DRAWN = 8.0  # launches that the caller's doubt counts as, and the gamma distribution beside any other
_ROUNDS = 15  # of expectation and maximisation: more find peaks that chance made


@dataclass(frozen=True)
class Factor:
    """Weights of FACTORS, sum 1."""

    weights: Doubles

    @property
    def mean(self) -> float:
        """How many times what is said is expected."""
        return float(self.weights @ FACTORS)

    def narrowed(self, sold: float, expected: float, shape: float) -> Factor:
        """After so much was sold where so much had been said, unevenly by a gamma shape."""
        weights = self.weights * _likely(np.array([[sold, expected, shape]]))[0]
        return Factor(weights / weights.sum())

    def drawn(self, count: int, random: np.random.Generator) -> Doubles:
        """(count,) factors: those of the grid, each spread over its cell."""
        chosen = FACTORS[random.choice(len(FACTORS), count, p=self.weights)]
        found: Doubles = chosen * np.exp(_STEP * (random.random(count) - 0.5))
        return found


@dataclass(frozen=True)
class Experience:
    """How many times what peers say a launch sells, as `count` earlier ones did; `weights` of FACTORS, of mean about
    `times`."""

    times: float
    weights: Doubles
    count: int

    def factor(self, doubt: float) -> Factor:
        """Of a launch, where it would have a variance of `doubt` (at a mean of 1) without an earlier one seen."""
        usual = gamma(np.array([self.times]), np.array([doubt]))[0]
        return Factor((_DRAWN * usual + self.count * self.weights) / (_DRAWN + self.count))


def gamma(times: Doubles, variance: Doubles) -> Doubles:
    """(n, FACTORS): weights of gamma variables of such means, and such variances where the mean is 1."""
    edges = np.concatenate([[0.0], np.sqrt(FACTORS[1:] * FACTORS[:-1]), [np.inf]])
    found: Doubles = np.diff(gammainc(1 / variance[:, None], edges / (times * variance)[:, None]), axis=1)
    return found


def learned(seen: Doubles) -> Experience:
    """From rows (launches, 3): what was sold, what the peers had said, and the gamma shape of how unevenly."""
    seen = seen[seen[:, 1] > 0]
    likely = _likely(seen)
    times, variance = (values.ravel() for values in np.meshgrid(_TIMES, _VARIANCES))
    prior = (np.log(times) / _SURE_OF_ONE) ** 2 + (np.log(variance / _USUAL) / _SURE_OF_USUAL) ** 2
    best = int((np.log(likely @ gamma(times, variance).T + 1e-300).sum(axis=0) - prior / 2).argmax())
    before = gamma(times[[best]], variance[[best]])[0]
    weights = before
    for _ in range(_ROUNDS):
        shares = likely * weights
        shares /= shares.sum(axis=1, keepdims=True)
        weights = (_DRAWN * before + shares.sum(axis=0)) / (_DRAWN + len(seen))
    return Experience(float(times[best]), weights, len(seen))


def _likely(seen: Doubles) -> Doubles:
    """(launches, FACTORS): how likely what was sold is under each factor, against the likeliest of them."""
    sold, expected, shape = (seen[:, [column]] for column in range(3))
    rate = FACTORS * expected
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(sold > 0, sold * np.log(rate / (shape + rate)), 0.0) - shape * np.log1p(rate / shape)
    found: Doubles = np.exp(logarithm - logarithm.max(axis=1, keepdims=True))
    return found
