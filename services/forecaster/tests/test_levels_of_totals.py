"""Bands of sums at every level of a planted hierarchy hold what they say, of as short a record as a running system has.

All (120 series), their two regions, the three categories in each, and single series. Scores of a week have a common
part of which half is shared by all and half by the region alone; every node measures its own on 13 to 26 weeks. The
truth of a node's sum is drawn, so a band's coverage is known exactly and only what was measured varies.
"""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from contracts.quantiles import LEVELS
from forecaster.domain.common_part import Reached, common
from forecaster.domain.quality import inside80
from forecaster.domain.totals import total
from numpy.typing import NDArray
from scipy.stats import chi2, nbinom, norm

Doubles = NDArray[np.float64]
REGIONS, CATEGORIES, SERIES, TIMES, TRUTHS = 2, 3, 20, 32, 2000
COUNT = REGIONS * CATEGORIES * SERIES
NODES = {"all": slice(0, COUNT), "region": slice(0, COUNT // REGIONS), "category there": slice(0, SERIES)}
WEEK = date(2026, 1, 5)


def scores(random: np.random.Generator, weeks: int, part: float, size: float | None = None) -> Doubles:
    """(weeks, series): normal scores with that common part. `size`: the wanted sum of squares of shared draws."""
    shared = random.standard_normal((weeks, 1 + REGIONS))
    if size is not None:
        shared *= np.sqrt(size / (shared**2).sum(axis=0))
    common_to_it = (shared[:, :1] + shared[:, 1:]) / np.sqrt(2)
    own = random.standard_normal((weeks, COUNT))
    found: Doubles = np.sqrt(part) * np.repeat(common_to_it, COUNT // REGIONS, axis=1) + np.sqrt(1 - part) * own
    return found


class Planted:
    """Series whose distributions are known, and published as they are."""

    def __init__(self, kind: str, random: np.random.Generator) -> None:
        self.counts = kind == "counts"
        self.level = random.choice([0.4, 1.5, 4.0, 12.0], COUNT) if self.counts else random.gamma(2, 50, COUNT) + 20
        levels = norm.ppf(LEVELS)[:, None]
        self.quantiles = self.sold(np.repeat(levels, COUNT, axis=1)).T.astype(np.float32)
        self.means = (self.level if self.counts else self.level * np.exp(0.08)).astype(np.float32)

    def sold(self, score: Doubles) -> Doubles:
        if not self.counts:
            return np.asarray(self.level * np.exp(0.4 * score))
        found = np.zeros(score.shape)
        for level in np.unique(self.level):
            cumulated = nbinom.cdf(np.arange(400), 3, 3 / (3 + level))
            found[:, self.level == level] = np.searchsorted(cumulated, norm.cdf(score[:, self.level == level]))
        return found


def reached(planted: Planted, sold: Doubles, node: slice) -> list[Reached]:
    """What the record says of a node's weeks, each forecast at four lags."""
    found = []
    for number, week in enumerate(sold):
        quantiles = planted.quantiles[node]
        below = (quantiles < week[node, None] - 1e-6).sum(axis=1)
        upto = (quantiles <= week[node, None] + 1e-6).sum(axis=1)
        width = quantiles[:, LEVELS.index(0.9)] - quantiles[:, LEVELS.index(0.1)]
        for b, u in np.unique(np.stack([below, upto]), axis=1).T:
            mine = width[(below == b) & (upto == u)]
            found += [
                Reached(lag, WEEK + timedelta(weeks=number), int(b), int(u), float(mine.sum()), float((mine**2).sum()))
                for lag in (1, 4, 8, 13)
            ]
    return found


@pytest.mark.parametrize("part", [0.0, 0.05, 0.15, 0.4])
@pytest.mark.parametrize("kind", ["continuous", "counts"])
def test_the_80_percent_band_of_every_level_holds_76_to_84(kind: str, part: float) -> None:
    random = np.random.default_rng([int(100 * part), len(kind)])
    planted = Planted(kind, random)
    truth = planted.sold(scores(random, TRUTHS, part))
    held: dict[str, list[Any]] = {name: [] for name in NODES}
    for time in range(TIMES):
        weeks = int(random.integers(13, 27))
        size = chi2.ppf((time + 0.5) / TIMES, weeks)  # spread evenly over what is likely: few times stand for many
        sold = planted.sold(scores(random, weeks, part, size))
        for name, node in NODES.items():
            parts = common(reached(planted, sold, node), 13).likely[[12 * (time % 2)]]  # of the next week, or the last
            band = total(planted.quantiles[node, None], planted.means[node, None], parts)[0]
            held[name].append(inside80(truth[:, node].sum(axis=1), np.repeat(band[None], TRUTHS, axis=0)).mean())
    alone = [total(planted.quantiles[[one], None], planted.means[[one], None], parts)[0] for one in range(COUNT)]
    held["series"] = [inside80(truth, np.repeat(np.array(alone)[None], TRUTHS, axis=0)).mean()]
    found = {name: round(float(np.mean(shares)), 3) for name, shares in held.items()}
    assert all(0.76 <= share <= 0.84 for share in found.values()), found
