"""What is forgotten, within bounds: nothing is counted twice for it, and nothing that is shown or measured changes."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database, rows, scalar
from contracts.lean import decode_sale
from forecaster.application.planning.releases import promote_run
from forecaster.application.replay.requests import request_reproduction
from forecaster.application.retention import GO_BACK, SUPERSEDED_DAYS, forget_sales, prune_forecasts
from forecaster.events.sales import HistoryHandler
from forecaster.settings import Settings
from forecaster.storage import accuracy, demand, inbox

from services.forecaster.tests.helpers import CLOCK, flat_engine, record, sale, weekly_sales
from services.forecaster.tests.test_training import train

FIRST, WEEKS = date(2025, 1, 6), 52
Deliver = Callable[..., None]


@pytest.fixture
def deliver(database: Database) -> Deliver:
    """Deliver entries at offsets, each recorded at a moment."""
    loop = ConsumerLoop(
        database, lambda: None, HistoryHandler(CLOCK),
        LoopOptions(keep_offsets=True, decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type, return-value]
    )  # fmt: skip

    def apply(*entries: Any, offset: int) -> None:
        loop.process([record(entry, offset + number) for number, entry in enumerate(entries)])

    return apply


def recorded(entry: Any, day: date) -> Any:
    return entry.model_copy(update={"recorded_at": datetime(day.year, day.month, day.day, 12, tzinfo=UTC)})


def held(database: Database) -> tuple[int, int, int]:
    """Entries counted in the history, entries the service says it has counted, ids that it remembers."""
    with database.transaction() as connection:
        totals = demand.totals(connection)
        return totals["entries"], totals["events"], scalar(connection, "SELECT count(*) FROM sale_seen")


def letters(database: Database) -> list[str]:
    with database.transaction() as connection:
        return [row["code"] for row in rows(connection, "SELECT code FROM dead_letter ORDER BY id")]


def test_over_a_year_the_inbox_stays_as_large_as_its_window_and_every_redelivery_is_told_apart(
    database: Database, deliver: Deliver
) -> None:
    entries = []
    for number in range(WEEKS):
        day = FIRST + timedelta(weeks=number)
        entries.append(recorded(sale("A", str(day)), day))
        deliver(entries[-1], offset=number)
        with database.transaction() as connection:  # it was counted on the day it was recorded
            connection.exec_driver_sql("UPDATE sale_seen SET seen_at = %s WHERE sale_id = %s",
                                       (entries[-1].recorded_at, str(entries[-1].sale_id)))  # fmt: skip
        forget_sales(database, {0: number + 1}, day)
        assert held(database)[2] <= inbox.KEEP.days // 7 + 2
    assert held(database)[:2] == (WEEKS, WEEKS)
    deliver(*entries, offset=0)  # the group's offsets were lost: the log is read from its beginning
    assert held(database)[:2] == (WEEKS, WEEKS)
    assert letters(database) == []
    deliver(entries[0], entries[-1], offset=WEEKS)  # redriven: other records of the same entries
    assert held(database)[:2] == (WEEKS, WEEKS)
    assert letters(database) == ["too_old"], "what may have been counted is left to a replay"
    deliver(recorded(sale("A", str(FIRST)), day), offset=WEEKS + 2)
    assert held(database)[:2] == (WEEKS + 1, WEEKS + 1), "a late sale is none that was recorded long ago"


def test_nothing_is_forgotten_while_the_projection_is_behind(database: Database, deliver: Deliver) -> None:
    old = FIRST - timedelta(days=400)
    deliver(*(recorded(sale("A", str(old)), old) for _ in range(3)), offset=0)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE sale_seen SET seen_at = %s", (datetime(2024, 1, 1, tzinfo=UTC),))
    assert forget_sales(database, {0: 3, 1: 1}, FIRST) == 0
    deliver(recorded(sale("B", str(old)), old), offset=3)
    assert held(database) == (4, 4, 4), "a projection that is rebuilt counts old entries as ever"
    assert forget_sales(database, {0: 4}, FIRST) == 3
    assert held(database) == (4, 4, 1)


def shifted(database: Database, by: timedelta) -> None:
    """Make all that was done older."""
    with database.transaction() as connection:
        for table, columns in (("run", ("finished_at", "requested_at")), ("publication", ("published_at",))):
            for column in columns:
                connection.exec_driver_sql(f"UPDATE {table} SET {column} = {column} - %s", (by,))


def runs_with_forecasts(database: Database) -> set[Any]:
    with database.transaction() as connection:
        return {row["run_id"] for row in rows(connection, "SELECT DISTINCT run_id FROM forecast")}


def measured(database: Database, newest: date) -> Any:
    with database.transaction() as connection:
        return accuracy.by_segment(connection, "sku", newest - timedelta(weeks=30), newest)


def test_over_a_year_superseded_forecasts_go_and_what_is_shown_and_measured_stays(
    database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A", str(FIRST - timedelta(weeks=8)), [7] * 8))
    said = []
    for number in range(WEEKS):
        as_of = FIRST + timedelta(days=7 * number - 1)
        said += [train(database, settings, as_of=as_of, horizon=4)["id"] for _ in range(2)]  # and again in the week
        project(sale("A", str(as_of + timedelta(days=1)), str(number % 9)))
        shifted(database, timedelta(weeks=1))
    newest = FIRST + timedelta(weeks=WEEKS - 1)
    before = measured(database, newest)
    assert prune_forecasts(database, datetime.now(UTC)) > 0
    kept = runs_with_forecasts(database)
    assert set(said[1::2]) <= kept, "the last word on each week"
    assert len(kept) <= WEEKS + 2 * (SUPERSEDED_DAYS // 7 + 2) + GO_BACK
    assert measured(database, newest) == before
    assert prune_forecasts(database, datetime.now(UTC)) == 0
    gone = said[0]
    assert gone not in kept
    for asked in (
        lambda: promote_run(database, gone, "anna", settings.zone),
        lambda: request_reproduction(database, gone, "anna"),
    ):
        with pytest.raises(Exception, match="no longer kept"):
            asked()


def test_what_a_run_that_stays_was_made_of_stays_with_it(database: Database, settings: Settings, project: Any) -> None:
    project(*weekly_sales("A", str(FIRST), [7] * 8))
    as_of = FIRST + timedelta(weeks=8)
    base = train(database, settings, flat_engine, as_of=as_of)["id"]
    update = train(database, settings, flat_engine, as_of=as_of, kind="update")["id"]
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE run SET models_of = %s WHERE id = %s", (base, update))
        connection.exec_driver_sql("DELETE FROM publication WHERE run_id = %s", (base,))
    shifted(database, timedelta(days=400))
    prune_forecasts(database, datetime.now(UTC))
    assert runs_with_forecasts(database) == {base, update}
