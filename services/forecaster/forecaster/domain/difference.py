"""The difference of two runs, split by what caused it, so that the parts add up to the whole.

- override: what planners had added to the second, less what they had added to the first;
- model: the model's change of series whose method, or whose run's library versions or seed, differ;
- data: the model's change of all other series: the same code on other sales, prices and plans.

All series are compared at once, as columns: an object is made only of those that are shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.float64]


class Side(NamedTuple):
    """A run: each series' method, None where the run lacks it, and its units over the shared weeks, zero there."""

    methods: Sequence[str | None]
    model: Units
    final: Units


@dataclass(frozen=True)
class SeriesDifference:
    """A series' units over the weeks that both runs forecast."""

    sku: str
    location: str
    before: float
    after: float
    data: float
    model: float
    override: float
    method_before: str | None
    method_after: str | None


@dataclass(frozen=True)
class RunsDifference:
    """The series of two runs, in one order, and the change of each by its causes."""

    skus: Sequence[str]
    locations: Sequence[str]
    before: Side
    after: Side
    data: Units
    model: Units
    override: Units

    def largest(self, limit: int) -> list[SeriesDifference]:
        """The series that changed most, largest first."""
        order = np.argsort(-np.abs(self.after.final - self.before.final), kind="stable")
        return [
            SeriesDifference(
                self.skus[place], self.locations[place], float(self.before.final[place]),
                float(self.after.final[place]), float(self.data[place]), float(self.model[place]),
                float(self.override[place]), self.before.methods[place], self.after.methods[place],
            )
            for place in order[:limit]
        ]  # fmt: skip


def shared_steps(weeks: Sequence[date], others: Sequence[date]) -> slice:
    """Where in `weeks`, which follow each other, those lie that `others` have too."""
    shared = [step for step, week in enumerate(weeks) if week in set(others)]
    return slice(shared[0], shared[-1] + 1) if shared else slice(0, 0)


def difference(
    skus: Sequence[str], locations: Sequence[str], before: Side, after: Side, same_code: bool
) -> RunsDifference:
    """Each series' change by cause. One that a run lacks counts as zero there: new data."""
    change = after.model - before.model
    by_model = np.array(
        [
            None not in (old, new) and (not same_code or old != new)
            for old, new in zip(before.methods, after.methods, strict=True)
        ],
        dtype=bool,
    )
    return RunsDifference(
        skus, locations, before, after, data=np.where(by_model, 0.0, change), model=np.where(by_model, change, 0.0),
        override=(after.final - after.model) - (before.final - before.model),
    )  # fmt: skip
