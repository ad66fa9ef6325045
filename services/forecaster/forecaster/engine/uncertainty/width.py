"""Width of its own: how far a product's own past, and its kind's, lay out in the bands that all products share.

The score of a past sale is its normal score in its predicted band: of variance one where the band is right. Products of
a kind (a tenth of all by variability, a tenth by volume) whose scores vary less had bands too wide, and one product
among its kind likewise. Each ratio is shrunk by the evidence for it: the number of independent scores against how much
products differ beyond chance (empirical Bayes, Efron and Morris 1975). A band is then read nearer its middle, or
farther out. The ratios move width between products; how wide all bands are together is calibrated elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from forecaster.engine.arrays import Doubles, Floats, Ints, Mask
from forecaster.engine.features.instances import Instances
from forecaster.engine.jit import compiled
from forecaster.engine.quantiles import AS_ARRAY

KINDS = 10  # by variability, and by volume
MOST = 3.0  # times as far out as the band says, or as near, at most
_SCORES = ndtri(AS_ARRAY)


@dataclass
class Groups:
    """Groups of instances by one key, and the ratio of each."""

    edges: Doubles
    ratio: Doubles

    def of(self, key: Floats) -> Doubles:
        """The ratio (rows,)."""
        found: Doubles = self.ratio[np.searchsorted(self.edges, key)]
        return found


def _none() -> Groups:
    return Groups(np.zeros(0), np.ones(1))


@dataclass
class Widths:
    """How much the scores' variance is of what the bands say: by kind, and by product."""

    variability: Groups = field(default_factory=_none)
    volume: Groups = field(default_factory=_none)
    own: dict[str, float] = field(default_factory=dict)  # by id, of the products that the backtest saw

    def of(self, variability: Floats, volume: Floats, own: Doubles) -> Floats:
        """How much farther out a band is to be read (rows,)."""
        ratio = self.variability.of(variability) * self.volume.of(volume) * own
        return np.clip(np.sqrt(ratio), 1 / MOST, MOST).astype(np.float32)

    def of_series(self, ids: list[str]) -> Doubles:
        """The own ratios of series (n,)."""
        return np.array([self.own.get(name, 1.0) for name in ids])


def variability(f: Floats, deviation: Floats, scale: Floats) -> Floats:
    """How much a product varies against what it sells; `deviation` in units of `scale`."""
    found: Floats = (np.nan_to_num(deviation, nan=1.0) * scale / np.maximum(f, 1e-6)).astype(np.float32)
    return found


def learned(score: Floats, instances: Instances, horizon: int, keys: tuple[Floats, Floats], ids: list[str]) -> Widths:
    """From a backtest's scores (rows,). `keys`: variability and volume of each row."""
    groups = []
    left: Doubles = score.astype(np.float64)
    for key in keys:
        edges = np.quantile(key, np.arange(1, KINDS) / KINDS).astype(np.float64)
        group = np.searchsorted(edges, key)
        groups.append(Groups(edges, _ratios(left, group, KINDS, instances, horizon)))
        left = left / np.sqrt(groups[-1].ratio[group])
    series, place = np.unique(instances.series, return_inverse=True)
    own = _ratios(left, place, len(series), instances, horizon, lasting=True)
    return Widths(groups[0], groups[1], {ids[number]: float(ratio) for number, ratio in zip(series, own, strict=True)})


def _ratios(
    score: Doubles, group: Ints, count: int, instances: Instances, horizon: int, *, lasting: bool = False
) -> Doubles:  # fmt: skip
    """Of each group the variance of its scores against the usual, shrunk; their geometric mean over the rows is one.
    `lasting`: groups are many and small, and differ by no more than what the earlier half told of the later one."""
    cell = (group * (int(instances.series.max()) + 1) + instances.series) * (int(instances.targets.max()) + 1)
    # Targets within one horizon share origins and levels: they count as one independent observation.
    cells, place = np.unique(cell + instances.targets // horizon, return_inverse=True)
    square = np.bincount(place, weights=score**2) / np.bincount(place)
    of = cells // ((int(instances.series.max()) + 1) * (int(instances.targets.max()) + 1))
    number = np.bincount(of, minlength=count)
    known = number > 0
    mean = np.bincount(of, weights=square, minlength=count) / np.maximum(number, 1)
    within = float(((square - mean[of]) ** 2).sum()) / max(int((number[known] - 1).sum()), 1)
    usual = float(square.mean())
    between = float(np.average((mean[known] - usual) ** 2 - within / number[known], weights=number[known]))
    if lasting:
        between = min(between, _kept(score**2, group, count, instances.targets > np.median(instances.targets)))
    evidence = number / np.maximum(number + within / max(between, 1e-6), 1e-12)
    ratio = np.where(known, evidence * mean + (1 - evidence) * usual, usual)
    found: Doubles = ratio / np.exp(np.log(ratio)[group].mean())
    return found


def _kept(square: Doubles, group: Ints, count: int, late: Mask) -> float:
    """How much groups differ for good: the covariance of their means in the earlier and in the later half, less its
    standard error. Chance has no part in it, however much neighbouring scores share."""
    halves = [(np.bincount(group[half], square[half], count), np.bincount(group[half], minlength=count))
              for half in (~late, late)]  # fmt: skip
    both = np.all([number > 0 for _, number in halves], axis=0)
    if both.sum() < 2:
        return 0.0
    weight = np.sum([number[both] for _, number in halves], axis=0)
    means = [total[both] / number[both] for total, number in halves]
    product = np.prod([mean - np.average(mean, weights=weight) for mean in means], axis=0)
    found = np.average(product, weights=weight)
    error = np.sqrt(np.average((product - found) ** 2, weights=weight) / len(product))
    return float(found - error)


@compiled
def _read(quantiles: Floats, far: Floats, scores: Doubles) -> None:
    last = len(scores) - 1
    row = np.empty(last + 1, dtype=np.float32)
    for i in range(len(quantiles)):
        for j in range(last + 1):
            wanted, k = far[i] * scores[j], 0
            while k < last - 1 and scores[k + 1] < wanted:
                k += 1
            part = (wanted - scores[k]) / (scores[k + 1] - scores[k])
            row[j] = max(quantiles[i, k] + part * (quantiles[i, k + 1] - quantiles[i, k]), 0.0)
        quantiles[i] = row


def read(quantiles: Floats, far: Floats) -> Floats:
    """Quantiles (rows, 11) so many times (rows,) farther out: between the eleven, and beyond them, straight in the
    normal score; never negative."""
    found = quantiles.copy()
    _read(found, far, _SCORES)
    return found
