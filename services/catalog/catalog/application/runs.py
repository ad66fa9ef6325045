"""Training runs: a run counts when it has succeeded, all its forecasts have arrived and all of it is decided.

The switch is one transaction: whoever reads sees one run with its own decisions and entries, before and after.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Connection, Database
from contracts.events import ForecastReady, TrainingCompleted

from catalog.application import classes, concerns, decisions, transfers
from catalog.domain.decided import LEAST_MONEY
from catalog.domain.stock import Series
from catalog.storage import decisions as decision_rows
from catalog.storage import forecasts, needs, runs

BATCH = 500
CATCH_UPS = 50  # rounds before a switch in which what is marked is decided; what comes later is marked as stale


def take_forecasts(connection: Connection, told: Sequence[ForecastReady]) -> None:
    """Keep forecasts; those of a run in use are due to be decided anew."""
    used = runs.in_use(connection)
    forecasts.keep(connection, told)
    decision_rows.mark(connection, sorted({(f.sku, f.location) for f in told if f.run_id in used.ids}))


def complete_run(connection: Connection, run: TrainingCompleted, at: datetime) -> None:
    """A run that succeeded counts as soon as it can; the forecasts of another are forgotten."""
    if run.outcome == "succeeded":
        runs.complete(connection, run.run_id, run.as_of, run.series, at)
    else:
        forecasts.forget(connection, run.run_id)


def catch_up(database: Database) -> bool:
    """Decide some of what is marked, and keep what is to be moved for it; whether there was anything."""
    with database.transaction() as connection:
        if not decision_rows.alone(connection):
            return False
        series = decision_rows.take_marked(connection, BATCH)
        used = runs.in_use(connection)
        if series and used.ids:
            decisions.decide(connection, used, used.ids, series)
            needs.fold(connection)
        kept = transfers.keep(connection)
    return bool(series) or kept


def classify(database: Database) -> bool:
    """Look at the classes again if sales came; whether they did."""
    with database.transaction() as connection:
        if not decision_rows.alone(connection) or not classes.due(connection):
            return False
        classes.classify_sold(connection)
    return True


def advance(database: Database) -> bool:
    """Decide all of the next run and switch to it, if there is one; whether there was."""
    with database.transaction() as connection:
        run = runs.next_run(connection) if decision_rows.alone(connection) else None
        if run is None:
            return False
        classes.classify_sold(connection)
        runs.prepare(connection, run)
    after: Series | None = None
    while series := _prepare_some(database, run, after):
        after = series[-1]
    for _ in range(CATCH_UPS):
        if not catch_up(database):
            break
    _switch(database, run)
    return True


def _prepare_some(database: Database, run: UUID, after: Series | None) -> list[Series]:
    """Decide the next series of a run; none when all are, or when another run is to come."""
    with database.transaction() as connection:
        used = runs.in_use(connection)
        if used.preparing != run:
            return []
        series = forecasts.of_run(connection, run, after, BATCH)
        decisions.decide(connection, used, [run], series)
        needs.fold(connection)
        transfers.keep(connection)
    return series


def _switch(database: Database, run: UUID) -> None:
    with database.transaction() as connection:
        if runs.switch(connection, run):
            concerns.follow_all(connection, decision_rows.worth(connection, run, LEAST_MONEY))
            runs.forget_superseded(connection)
            needs.fold(connection)
