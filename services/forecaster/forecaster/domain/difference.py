"""The difference of two runs, split by what caused it, so that the parts add up to the whole.

- override: what planners had added to the second, less what they had added to the first;
- model: the model's change of series whose method, or whose run's library versions or seed, differ;
- data: the model's change of all other series: the same code on other sales, prices and plans.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from forecaster.domain.forecasts import Forecast, horizon_weeks

Key = tuple[str, str]


@dataclass(frozen=True)
class Side:
    """A series in one run: the model's forecast and the one after overrides, by week."""

    method: str
    model: dict[date, float]
    final: dict[date, float]


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


def side(forecast: Forecast, final: Forecast, first_week: date) -> Side:
    """A series in a run."""
    weeks = horizon_weeks(first_week, len(forecast.mean))
    return Side(
        forecast.method,
        {week: float(value) for week, value in zip(weeks, forecast.mean, strict=True)},
        {week: float(value) for week, value in zip(weeks, final.mean, strict=True)},
    )


def difference(before: Mapping[Key, Side], after: Mapping[Key, Side], same_code: bool) -> list[SeriesDifference]:
    """Each series' change, largest first. A series that one run lacks counts as zero there: new data."""
    weeks = _common(before.values(), after.values())
    found = []
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        old_model, old_final = _sums(old, weeks)
        new_model, new_final = _sums(new, weeks)
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


def _common(before: Iterable[Side], after: Iterable[Side]) -> set[date]:
    one, other = ({week for each in group for week in each.model} for group in (before, after))
    return one & other if one and other else one | other


def _sums(side_: Side | None, weeks: set[date]) -> tuple[float, float]:
    if side_ is None:
        return 0.0, 0.0
    return (
        sum(value for week, value in side_.model.items() if week in weeks),
        sum(value for week, value in side_.final.items() if week in weeks),
    )
