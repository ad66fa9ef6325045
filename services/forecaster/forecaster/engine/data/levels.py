"""Slopes of groups of series: with the variance that periods share, and shrunk by how much they differ beyond chance.

What all series of a group share in a period counts once: the variance of a slope is clustered by periods (Liang and
Zeger 1986). Slopes of a level are drawn to the level before by empirical Bayes with a normal prior.
"""

from __future__ import annotations

import numpy as np
from scipy.stats import chi2

from forecaster.engine.arrays import Doubles
from forecaster.engine.data.uplift import CHANCE


def clustered(beyond: Doubles, exposed: Doubles) -> tuple[Doubles, Doubles]:
    """Slopes by group, and their variance: of noise alone, or of what periods share, whichever is more."""
    total = exposed.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(total > 0, beyond.sum(axis=1) / total, 0.0)
        shared = ((beyond - slope[:, None] * exposed) ** 2).sum(axis=1) / total**2
        variance = np.where(total > 0, np.maximum(1 / total, shared), np.inf)
    return slope, variance


def shrunk(own: Doubles, variance: Doubles, chance: float = CHANCE) -> tuple[Doubles, Doubles]:
    """What of a level's slopes counts, and the variance of that; nothing where they differ by no
    more than `chance`."""
    known = np.isfinite(variance) & (variance > 0)
    weight = np.where(known, 1 / np.where(known, variance, 1), 0.0)
    square, count = float((weight * own**2).sum()), int(known.sum())
    if not count or chi2.sf(square, count) >= chance:
        return np.zeros_like(own), np.zeros_like(own)
    between = max((square - count) / weight.sum(), 0.0)
    part = between * weight / (between * weight + 1)
    return own * part, np.where(known, between * (1 - part), between)
