"""How two runs differ, by cause, as of one moment of the database."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, Database
from chassis.failures import invalid, not_found

from forecaster.domain.difference import SeriesDifference, Side, difference, shared_steps
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import Series, apply_to_means
from forecaster.storage import compare, runs


def compare_runs(database: Database, before: UUID, after: UUID, today: date) -> list[SeriesDifference]:
    """Each series' change from one run to the other, largest first, with the overrides each went out with."""
    with database.snapshot() as connection:
        first, second = (_run(connection, run_id) for run_id in (before, after))
        old = _sides(connection, first, _weeks(second), today)
        new = _sides(connection, second, _weeks(first), today)
    same = all(first[name] == second[name] for name in ("versions", "seed", "kind"))
    return difference(old, new, same)


def _run(connection: Connection, run_id: UUID) -> dict[str, Any]:
    run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    if run["series"] == 0 or run["pruned_at"] is not None:
        raise invalid("to", f"run {run_id} has no forecasts", "no_forecasts")
    return run


def _weeks(run: dict[str, Any]) -> list[date]:
    return horizon_weeks(run["first_week"], run["horizon"])


def _sides(connection: Connection, run: dict[str, Any], others: list[date], today: date) -> dict[Series, Side]:
    """Each series' units over the weeks that both runs have: summed where they lie, but for the overridden ones."""
    weeks = _weeks(run)
    steps = shared_steps(weeks, others)
    sides = {
        (sku, location): Side(method, units, units)
        for sku, location, method, units in compare.units(connection, run["id"], steps)
    }
    plan = compare.plan_of(connection, run["id"], today)
    for sku, location, means in compare.means(connection, run["id"], list(plan)):
        final = apply_to_means(means, weeks, plan[sku, location])[steps]
        sides[sku, location] = replace(sides[sku, location], final=sum(final))
    return sides
