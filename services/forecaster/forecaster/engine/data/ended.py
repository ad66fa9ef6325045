"""Products that have ended: silent for half a year, and for far longer than they ever were while they sold.

A silence is judged by the series' own sales, never by a fixed number of periods alone. Either it is two and a half
times the longest pause before it, or it is longer than that pause and holds a season that sold a year before; after few
sales it must be no chance at their rate as well. Periods without stock or opening are unknown, and no part of a
silence. So a product that pauses every year, or sells every twenty weeks, has not ended when it pauses as it does.

Source: the probability of being alive given recency and frequency (Fader, Hardie and Shang 2010, BG/BB), here with the
longest pause as the evidence that sales do not come independently; obsolescence as in Teunter, Syntetos and Babai 2011.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Ints
from forecaster.engine.data.panel import Panel

YEARS = 0.5  # of silence, below which nothing has ended
SHORTEST = 4  # periods of silence, at least
PAUSES = 2.5  # times the longest pause
FEWEST, MANY = 3, 6  # sales that tell how a product pauses, and that tell it surely
CHANCE = 0.01  # of so long a silence at the series' own rate, where few sales tell it
SEASON = 0.12  # of a year, in which something must have sold a year before the silence to make it a missed season


@dataclass(frozen=True)
class Silence:
    """How a series fell silent: sales and periods until the last sale, its column, periods since, the longest pause."""

    sales: int
    life: int
    last: int
    since: int
    pause: int


def ended(panel: Panel) -> dict[int, Silence]:
    """The series that have ended by the panel's last column, by their number."""
    least = max(int(YEARS * panel.frequency.periods_per_year), SHORTEST)
    if panel.size <= least:
        return {}
    silent = ~(np.nan_to_num(panel.y[:, -least:]) > 0).any(axis=1)
    found = {}
    for number in np.flatnonzero((panel.first < panel.size) & silent).tolist():
        own = _silence(panel, number)
        if own.since >= least and own.sales >= FEWEST and (own.sales >= MANY or _by_chance(own) < CHANCE) and (
            own.since >= PAUSES * own.pause or (own.since > own.pause and _a_season_was_missed(panel, number, own))
        ):  # fmt: skip
            found[number] = own
    return found


def reason(panel: Panel, own: Silence) -> str:
    """Why a series has ended, in a sentence."""
    unit = f"{panel.frequency.name}s"
    sold = f"it sold in {own.sales} of {own.life} {unit} until {panel.label(own.last)}"
    return f"{sold} and in none of the {own.since} since; its longest pause before was {own.pause}"


def _silence(panel: Panel, number: int) -> Silence:
    row = panel.y[number]
    known = np.flatnonzero(~np.isnan(row))
    sold: Ints = np.flatnonzero(row[known] > 0)
    pause = int(np.diff(sold).max(initial=1)) - 1
    last = int(sold[-1])
    return Silence(len(sold), last + 1 - int(sold[0]), int(known[last]), len(known) - 1 - last, pause)


def _by_chance(own: Silence) -> float:
    """How likely a series that still sells at its rate is silent for so long."""
    return float((1 - own.sales / (own.life + 1)) ** own.since)


def _a_season_was_missed(panel: Panel, number: int, own: Silence) -> bool:
    """Whether it sold a year before the silence, in periods enough to make a season."""
    season = panel.frequency.long_season
    if not season or own.last + 1 < season:
        return False
    ago = panel.y[number, own.last + 1 - season : panel.size - season]
    return bool((ago > 0).sum() >= SEASON * panel.frequency.periods_per_year)
