"""The difference of two runs, split by what caused it, so that the parts add up to the whole.

- override: what planners had added to the second, less what they had added to the first;
- model: the model's change of series whose method, or whose run's library versions or seed, differ;
- data: the model's change of all other series: the same code on other sales, prices and plans.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

Key = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """A series in one run: the units of the model's forecast and those after overrides, over the shared weeks."""

    method: str
    model: float
    final: float


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


def shared_steps(weeks: Sequence[date], others: Sequence[date]) -> slice:
    """Where in `weeks`, which follow each other, those lie that `others` have too."""
    shared = [step for step, week in enumerate(weeks) if week in set(others)]
    return slice(shared[0], shared[-1] + 1) if shared else slice(0, 0)


def difference(before: Mapping[Key, Side], after: Mapping[Key, Side], same_code: bool) -> list[SeriesDifference]:
    """Each series' change, largest first. A series that one run lacks counts as zero there: new data."""
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        old_model, old_final = _units(old)
        new_model, new_final = _units(new)
        by_model = old is not None and new is not None and (not same_code or old.method != new.method)
        change = new_model - old_model
        found.append(
            SeriesDifference(
                key[0],
                key[1],
                old_final,
                new_final,
                data=0.0 if by_model else change,
                model=change if by_model else 0.0,
                override=(new_final - new_model) - (old_final - old_model),
                method_before=None if old is None else old.method,
                method_after=None if new is None else new.method,
            )
        )
    return sorted(found, key=lambda item: -abs(item.after - item.before))


def _units(side: Side | None) -> tuple[float, float]:
    return (0.0, 0.0) if side is None else (side.model, side.final)
