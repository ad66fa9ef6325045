"""The anchored model's start: last year with half its growth.

A history of one to three yearly seasons has too few repetitions to learn a season from. Beside the plain model stands
then an anchored one: its boosters start from last year's value with half its growth and learn what to change of it.
"""

from __future__ import annotations

import numpy as np

from forecaster.engine.arrays import Floats
from forecaster.engine.features import own_past, seasonal
from forecaster.engine.features.builder import Features
from forecaster.engine.features.instances import Design

MOST = 20.0  # labels, and starts, are clipped here: one odd sale must not teach everybody
SEASONS = 3  # with a longer history than so many yearly seasons and a horizon the plain model knows the season


def start(features: Features, design: Design) -> Floats:
    """Last year's value with half its growth (rows,), in units of the scale; without one the fast average."""
    ago = features.column(design, seasonal.YEAR_AGO)
    growth = np.nan_to_num(features.column(design, seasonal.GROWTH), nan=1.0)
    recent = features.column(design, own_past.FAST_AVERAGE)
    first = np.where(np.isnan(ago), recent, ago * np.sqrt(np.clip(growth, 0.2, 5)))
    found: Floats = np.clip(np.nan_to_num(first, nan=1.0), 0, MOST).astype(np.float32)
    return found


def applies(features: Features, last: int) -> bool:
    """Whether a model trained up to column `last` gets an anchored one beside it: targets of at least a horizon have
    a year before them, and the history is not so long that the plain model knows the season."""
    year = features.frequency.long_season
    if not year or features.frequency.short_season:
        return False
    return year + features.horizon <= last + 1 <= SEASONS * year + features.horizon
