"""Products that have ended, and those that may have: silent for far longer than they ever were while they sold.

A silence is judged by the series' own sales, never by a fixed number of periods alone. Either it is two and a half
times the longest pause before it, or it is longer than that pause and holds a season that sold a year before; and it
must be no chance at the rate and the regularity at which the series sold. So a product that pauses every year, or sells
every twenty weeks, has not ended when it pauses as it does.

Half a year must have passed before it is said to have ended. Before, from an eighth of a year on, the forecast fades by
how much less likely it is to live than when its silence became longer than any before: until then methods see a level
that falls, and a pooled model how long ago the last sale was. What fades is the chance of any sale, not its size.

Source: obsolescence as in Teunter, Syntetos and Babai 2011; see silence.py for the probability of being alive.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecaster.engine.arrays import Floats, Ints, Mask
from forecaster.engine.data.panel import Panel
from forecaster.engine.data.silence import Silences

YEARS = 0.5  # of silence, below which nothing has ended
FADES = 0.125  # of a year of silence, below which nothing fades
SHORTEST = 4  # periods of silence of what has ended, at least
PAUSES = 2.5  # times the longest pause
FEWEST = 3  # sales that tell how a product pauses
CHANCE = 0.005  # of so long a silence while the series sells as it did
RETURNS = 5  # of the panel's products that came back from a silence as much longer than all before, and most of those
# that had one: then none is said to have ended by it
SEASON = 0.12  # of a year, in which something must have sold a year before the silence to make it a missed season
WORTH_TELLING = 0.9  # what is left of a forecast, below which its reason says so


@dataclass(frozen=True)
class Fates:
    """What the silences of a panel's series say: which have ended, and what is left (N,) of the chance that the others
    sell, 1 of all that are not silent."""

    panel: Panel
    silences: Silences
    over: Mask
    left: Floats

    @property
    def gone(self) -> dict[int, str]:
        """Why each series has ended that has, by its number."""
        return {number: self._reason(number) for number in np.flatnonzero(self.over).tolist()}

    @property
    def fading(self) -> dict[int, str]:
        """What is left of each series that may have ended, and why, by its number."""
        return {
            number: f"it may have ended, so that {self.left[number]:.0%} of its chance to sell is left:"
            f" {self._reason(number)}"
            for number in np.flatnonzero(~self.over & (self.left < WORTH_TELLING)).tolist()
        }

    def _reason(self, number: int) -> str:
        seen, unit = self.silences, f"{self.panel.frequency.name}s"
        until = self.panel.label(int(seen.last[number]))
        return (f"it sold in {seen.sales[number]} of {seen.life[number]} {unit} until {until} and in none of the "
                f"{seen.since[number]} since; "
                f"its longest pause before was {seen.pause[number]}")  # fmt: skip


def judged(panel: Panel) -> Fates:
    """What the series' silences up to the panel's last column say."""
    year = panel.frequency.periods_per_year
    least, begins = max(int(YEARS * year), SHORTEST), max(int(FADES * year), SHORTEST // 2)
    every = Silences.of(panel.y, begins, FEWEST)
    over, left = np.zeros(len(panel.y), dtype=np.bool_), np.ones(len(panel.y), dtype=np.float32)
    silent = np.flatnonzero((every.sales >= FEWEST) & (every.since > np.maximum(every.pause, begins)))
    if len(silent):
        own = every.part(silent)
        longest = np.maximum(own.pause, begins) + 1
        left[silent] = np.minimum(own.alive(own.since + 1, longest, year) / own.alive(longest, longest, year), 1)
        back, seen = own.came_back(own.since + 1, longest)
        ended = (own.since >= least) & (own.by_chance() < CHANCE) & ((back < RETURNS) | (2 * back < seen))
        ended &= (own.since >= PAUSES * own.pause) | _missed_a_season(panel, silent, own)
        over[silent] = ended
        left[silent[ended]] = 0
    return Fates(panel, every, over, left)


def _missed_a_season(panel: Panel, numbers: Ints, own: Silences) -> Mask:
    """Which series sold a year before the silence, in periods enough to make a season."""
    season = panel.frequency.long_season
    found = np.zeros(len(numbers), dtype=np.bool_)
    for place in np.flatnonzero(season <= own.last).tolist() if season else ():
        ago = panel.y[numbers[place], own.last[place] + 1 - season : panel.size - season]
        found[place] = (ago > 0).sum() >= SEASON * panel.frequency.periods_per_year
    return found
