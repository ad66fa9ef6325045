"""How two runs differ, by cause, as of one moment of the database.

What the models said of two runs is held for the next who asks: a run's forecasts never change, and a run without them
is refused before. Overrides and everything that follows from them are read at each request.
"""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, Database
from chassis.failures import invalid, not_found

from forecaster.domain.difference import RunsDifference, Side, Units, difference, shared_steps
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.newest_few import NewestFew
from forecaster.domain.overrides import final_means
from forecaster.storage import compare, runs

HELD = NewestFew[tuple[UUID, UUID], compare.Both](2)  # units of pairs of runs: of 180,000 series some 40 MB each


def compare_runs(database: Database, before: UUID, after: UUID, today: date) -> RunsDifference:
    """Each series' change from one run to the other, with the overrides each went out with."""
    with database.snapshot() as connection:
        first, second = (_run(connection, run_id) for run_id in (before, after))
        steps = shared_steps(_weeks(first), _weeks(second)), shared_steps(_weeks(second), _weeks(first))
        both = _units(connection, before, after, steps)
        old, new = (
            Side(methods, model, _after_overrides(connection, run, at, both, model, today))
            for run, at, methods, model in zip((first, second), steps, both.methods, both.units, strict=True)
        )
    same = all(first[name] == second[name] for name in ("versions", "seed", "kind"))
    return difference(both.skus, both.locations, old, new, same)


def _units(connection: Connection, before: UUID, after: UUID, steps: tuple[slice, slice]) -> compare.Both:
    # Which weeks they share never changes either.
    return HELD.get((before, after), lambda: compare.units(connection, (before, after), steps))


def _run(connection: Connection, run_id: UUID) -> dict[str, Any]:
    run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    if run["series"] == 0 or run["pruned_at"] is not None:
        raise invalid("to", f"run {run_id} has no forecasts", "no_forecasts")
    return run


def _weeks(run: dict[str, Any]) -> list[date]:
    return horizon_weeks(run["first_week"], run["horizon"])


def _after_overrides(
    connection: Connection, run: dict[str, Any], steps: slice, both: compare.Both, model: Units, today: date
) -> Units:
    """A run's units after the overrides it went out with: only the overridden series are read whole."""
    plan = compare.plan_of(connection, run["id"], today)
    if not plan:
        return model
    final, weeks = model.copy(), _weeks(run)
    places = {series: place for place, series in enumerate(zip(both.skus, both.locations, strict=True))}
    for sku, location, means in compare.means(connection, run["id"], list(plan)):
        final[places[sku, location]] = sum(final_means(means, weeks, plan[sku, location])[steps])
    return final
