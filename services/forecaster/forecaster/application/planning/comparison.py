"""How two runs differ, by cause, as of one moment of the database."""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, Database
from chassis.failures import invalid, not_found

from forecaster.domain.difference import SeriesDifference, Side, difference, side
from forecaster.domain.overrides import Series, adjusted
from forecaster.storage import compare, forecasts, runs


def compare_runs(database: Database, before: UUID, after: UUID, today: date) -> list[SeriesDifference]:
    """Each series' change from one run to the other, largest first, with the overrides each went out with."""
    with database.snapshot() as connection:
        first, second = (_sides(connection, run_id, today) for run_id in (before, after))
    same = all(first[0][name] == second[0][name] for name in ("versions", "seed", "kind"))
    return difference(first[1], second[1], same)


def _sides(connection: Connection, run_id: UUID, today: date) -> tuple[dict[str, Any], dict[Series, Side]]:
    run = runs.get(connection, run_id)
    if run is None:
        raise not_found(f"Run {run_id}")
    if run["series"] == 0 or run["pruned_at"] is not None:
        raise invalid("to", f"run {run_id} has no forecasts", "no_forecasts")
    plan = compare.plan_of(connection, run_id, today)
    return run, {
        (item.sku, item.location): side(item, adjusted(item, run["first_week"], plan), run["first_week"])
        for item in forecasts.of_run(connection, run_id)
    }
