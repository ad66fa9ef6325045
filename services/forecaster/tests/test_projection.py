"""The history in the database: each entry once, with its offsets, whatever is delivered how often."""

from decimal import Decimal

from chassis import migrations
from chassis.consumer import ConsumerLoop, Options
from chassis.database import Database, rows
from chassis.event_log import Record
from contracts.lean import decode_sale
from forecaster.app import MIGRATIONS
from forecaster.events.sales import HistoryHandler
from forecaster.storage import demand

from services.forecaster.tests.helpers import CLOCK, record, sale


def history(database: Database) -> dict[tuple[str, str], tuple[Decimal, Decimal, int]]:
    with database.transaction() as connection:
        found = rows(connection, "SELECT * FROM demand_week ORDER BY sku, week")
    return {(row["sku"], row["week"].isoformat()): (row["units"], row["revenue"], row["entries"]) for row in found}


def test_migrations_go_up_down_and_up_again(postgres) -> None:  # type: ignore[no-untyped-def]
    database = Database(postgres.fresh_database("forecaster"))
    migrations.upgrade(database, MIGRATIONS)
    assert migrations.at_head(database, MIGRATIONS)
    migrations.downgrade(database, MIGRATIONS)
    with database.transaction() as connection:
        left = rows(connection, "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace")
    assert all(row["relname"].startswith("schema_version") for row in left)
    migrations.upgrade(database, MIGRATIONS)
    assert migrations.at_head(database, MIGRATIONS)
    database.close()


def test_an_entry_delivered_again_changes_nothing(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    first, second = sale("A", quantity="3"), sale("B", quantity="0.125", price="8")
    project(first, second, first)
    before = history(database)
    project(first, second, offset=0)
    project(second, sale("B", quantity="1", price="8"))
    assert before == {
        ("A", "2026-01-05"): (Decimal("3.000"), Decimal("7.5000"), 1),
        ("B", "2026-01-05"): (Decimal("0.125"), Decimal("1.0000"), 1),
    }
    assert history(database)["B", "2026-01-05"] == (Decimal("1.125"), Decimal("9.0000"), 2)


def test_offsets_are_kept_with_the_effects(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    project(sale(), sale())
    with database.transaction() as connection:
        assert demand.offsets(connection) == {"sale-recorded": {"0": 2}}


def test_a_malformed_record_is_a_dead_letter_and_its_neighbours_count(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    loop = ConsumerLoop(
        database,
        lambda: None,
        HistoryHandler(CLOCK),
        Options(keep_offsets=True, decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type, return-value]
    )
    good, later = record(sale("A"), 0), record(sale("A"), 3)
    finer = record(sale("A"), 2)
    finer = finer._replace(value=(finer.value or b"").replace(b'"quantity":"1"', b'"quantity":"0.00001"'))
    loop.process([good, Record("sale-recorded", 0, 1, b"k", good.headers, b"{", 0), finer, later])
    assert history(database)["A", "2026-01-05"][0] == 2
    with database.transaction() as connection:
        letters = rows(connection, 'SELECT "offset", code FROM dead_letter ORDER BY 1')
        assert [(row["offset"], row["code"]) for row in letters] == [(1, "bad_payload"), (2, "bad_payload")]
        assert demand.offsets(connection) == {"sale-recorded": {"0": 4}}


def test_an_entry_that_could_not_be_read_counts_when_it_is_redriven(database: Database) -> None:
    loop = ConsumerLoop(
        database, lambda: None, HistoryHandler(CLOCK), Options(keep_offsets=True, decode=decode_sale, values_only=True),  # type: ignore[arg-type, return-value]
    )  # fmt: skip
    redriven = record(sale("REDRIVEN"), 100)
    finer = (redriven.value or b"").replace(b'"quantity":"1"', b'"quantity":"0.00001"')
    loop.process([redriven._replace(value=finer), redriven._replace(offset=101)])
    assert history(database)["REDRIVEN", "2026-01-05"][0] == 1
    loop.process([redriven._replace(offset=102)])
    assert history(database)["REDRIVEN", "2026-01-05"][0] == 1


def test_totals_add_up(database: Database, project) -> None:  # type: ignore[no-untyped-def]
    first = sale("A", quantity="3", price="1.10")
    project(first, sale("A", quantity="-1", price="1.10", kind="return"), sale(kind="void", replaces=first))
    with database.transaction() as connection:
        found = demand.totals(connection)
    assert (found["units"], found["revenue"], found["entries"], found["events"]) == (-1, Decimal("-1.10"), 1, 3)
