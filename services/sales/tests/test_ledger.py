"""The ledger on a real PostgreSQL: each sale once, whatever arrives twice, early or in another order."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.database import Connection, Database, rows, scalar
from contracts.envelope import value_bytes
from contracts.events import BY_TYPE, SaleRecorded, SaleSubmitted
from sales.application import arrivals
from sales.application import record as ledger
from sales.domain.changes import priced
from sales.domain.claims import Horizon, normalise
from sales.domain.columns import TABLE, assembler
from sales.domain.sale import Sale
from sales.events.usual import PARTS
from sales.storage import known
from sqlalchemy import text

from services.sales.tests.outbox import waiting

HORIZON = Horizon(ZoneInfo("Europe/London"), datetime(2026, 11, 1, tzinfo=UTC))


@pytest.fixture(scope="module", autouse=True)
def products(database: Database) -> None:
    with database.transaction() as connection:
        for sku, price in (("A", 2), ("B", None)):
            connection.execute(
                text("INSERT INTO known_product VALUES (:sku, :id, :price, 1)"),
                {"sku": sku, "id": uuid4(), "price": price},
            )


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as opened:
        yield opened
        opened.rollback()


def claim(event_id: str = "1", **content: object) -> Sale:
    given = {"sku": "A", "quantity": "3", "unit_price": "2.50", "sold_at": "2026-10-05T10:00:00"} | content
    return normalise(SaleSubmitted.model_validate(given), "till", event_id, HORIZON)


def published(connection: Connection) -> list[SaleRecorded]:
    return [BY_TYPE[row["type"]].model_validate_json(row["payload"]) for row in waiting(connection)]  # type: ignore[misc]


def counting(connection: Connection) -> tuple[Decimal, Decimal]:
    found = rows(
        connection,
        "SELECT coalesce(sum(quantity), 0) AS units, coalesce(sum(amount), 0) AS amount FROM sale"
        " WHERE superseded_by IS NULL",
    )[0]
    return found["units"], found["amount"]


def effects(connection: Connection) -> tuple[Decimal, Decimal]:
    all_effects = [effect for event in published(connection) for effect in event.effects()]
    return sum((e.units for e in all_effects), Decimal(0)), sum((e.amount for e in all_effects), Decimal(0))


def test_a_sale_is_recorded_once_and_published_once(connection: Connection) -> None:
    assert ledger.record(connection, [claim(), claim()]).counts() == {
        "recorded": 1,
        "duplicates": 1,
        "quarantined": 0,
        "rejected": 0,
    }
    assert ledger.record(connection, [claim()]).counts()["duplicates"] == 1
    assert [(e.quantity, e.amount) for e in published(connection)] == [(Decimal("3"), Decimal("7.5"))]


def test_the_same_id_with_other_content_is_refused_and_told_once(connection: Connection) -> None:
    ledger.record(connection, [claim()])
    for _ in range(2):
        refused = ledger.record(connection, [claim(quantity="4")]).rejected
        assert [r.code for r in refused] == ["identity_conflict"]
    assert scalar(connection, "SELECT count(*) FROM outbox WHERE topic = 'sale-rejected'") == 1
    assert counting(connection)[0] == 3


def test_a_sale_of_an_unknown_product_waits_and_is_released(connection: Connection) -> None:
    assert ledger.record(connection, [claim(sku="NEW")]).quarantined
    assert ledger.record(connection, [claim(sku="NEW")]).counts()["duplicates"] == 1
    connection.execute(text("INSERT INTO known_product VALUES ('NEW', :id, NULL, 1)"), {"id": uuid4()})
    known.arrivals_lock(connection, exclusive=True)
    assert len(ledger.release(connection, ["product:NEW"]).recorded) == 1
    assert counting(connection) == (Decimal(3), Decimal("7.5"))
    assert scalar(connection, "SELECT count(*) FROM quarantined_sale") == 0


def test_a_missing_price_is_the_list_price_and_refused_without_one(connection: Connection) -> None:
    outcome = ledger.record(connection, [claim(unit_price=None), claim("2", sku="B", unit_price=None)])
    assert [entry.amount for entry in outcome.recorded.values()] == [Decimal(6)]
    assert [r.code for r in outcome.rejected] == ["price_missing"]
    assert ledger.record(connection, [claim(unit_price=None)]).counts()["duplicates"] == 1


def test_corrections_and_voids_replace_what_counted(connection: Connection) -> None:
    ledger.record(connection, [claim(), claim("2", quantity="5")])
    correction = claim("c", kind="correction", original="1", quantity="10", unit_price=None, sold_at=None, sku=None)
    void = claim("v", kind="void", original="2", quantity=None, unit_price=None, sold_at=None, sku=None)
    ledger.record(connection, [correction, void, correction])
    assert counting(connection) == (Decimal(10), Decimal(25))
    assert effects(connection) == counting(connection)
    again = claim("v2", kind="void", original="2", quantity=None, unit_price=None, sold_at=None, sku=None)
    assert [r.code for r in ledger.record(connection, [again]).rejected] == ["already_voided"]


def test_a_void_that_comes_before_its_sale_waits_for_it(connection: Connection) -> None:
    void = claim("v", kind="void", original="9", quantity=None, unit_price=None, sold_at=None, sku=None)
    assert ledger.record(connection, [void]).quarantined
    assert len(ledger.record(connection, [claim("9")]).recorded) == 2
    assert counting(connection) == (Decimal(0), Decimal(0))
    assert effects(connection) == (Decimal(0), Decimal(0))


def test_the_written_event_is_the_one_its_model_writes(connection: Connection) -> None:
    ledger.record(connection, [claim(reference='a "quoted" \\ Straße'), claim("2", kind="return", quantity="0.125")])
    ledger.record(connection, [claim("c", kind="correction", original="1", quantity="4", sku=None, sold_at=None)])
    for row in waiting(connection):
        event = BY_TYPE[row["type"]].model_validate_json(row["payload"])
        assert orjson.loads(row["payload"]) == orjson.loads(value_bytes(event))
        assert event.type == row["type"]


def test_a_sale_that_another_process_recorded_meanwhile_is_a_duplicate_and_its_neighbours_are_recorded(
    connection: Connection,
) -> None:
    ledger.record(connection, [claim("2")])
    outcome = ledger.Outcome()
    both = [priced(claim("1"), Decimal(2)), priced(claim("2"), Decimal(2))]
    ledger._insert(connection, both, outcome)  # as after a look that found neither
    assert (list(outcome.recorded), len(outcome.duplicates)) == ([both[0].sale_id], 1)
    assert counting(connection)[0] == 6
    assert len(published(connection)) == 2


def test_a_day_alone_is_noon_there_and_a_naive_time_is_the_businesss() -> None:
    assert claim(sold_at="2026-07-05").sold_at == datetime(2026, 7, 5, 11, tzinfo=UTC)
    assert claim(sold_at="2026-07-05T00:30:00").sold_at == datetime(2026, 7, 4, 23, 30, tzinfo=UTC)


def correction(event_id: str, **content: object) -> Sale:
    return claim(event_id, **{"kind": "correction", "original": "1", "sku": None, "quantity": None,
                              "unit_price": None, "sold_at": None} | content)  # fmt: skip


def places(connection: Connection) -> list[tuple[str, Decimal]]:
    found = rows(connection, "SELECT location, quantity FROM sale WHERE superseded_by IS NULL")
    return [(row["location"], row["quantity"]) for row in found]


def test_a_correction_of_the_place_alone_moves_the_sale(connection: Connection) -> None:
    connection.execute(text("INSERT INTO known_location VALUES ('north', 1)"))
    ledger.record(connection, [claim(), correction("c", location="north")])
    assert places(connection) == [("north", Decimal(3))]
    assert effects(connection) == counting(connection) == (Decimal(3), Decimal("7.5"))
    moved = published(connection)[-1]
    assert (moved.location, moved.replaces and moved.replaces.location) == ("north", "main")
    ledger.record(connection, [correction("d", location="main")])
    assert places(connection) == [("main", Decimal(3))]


def test_a_correction_that_names_no_place_leaves_the_sale_where_it_is(connection: Connection) -> None:
    connection.execute(text("INSERT INTO known_location VALUES ('north', 1)"))
    ledger.record(connection, [claim(location="north"), correction("c", quantity="5"), correction("d", sku="B")])
    assert places(connection) == [("north", Decimal(5))]


@pytest.mark.parametrize("also", [{}, {"sku": "B"}, {"quantity": "4"}])
def test_a_correction_to_an_unknown_place_waits_for_it(connection: Connection, also: dict[str, object]) -> None:
    ledger.record(connection, [claim()])
    outcome = ledger.record(connection, [correction("c", location="moon", **also)])
    assert list(outcome.quarantined.values()) == ["location:moon"]
    assert places(connection) == [("main", Decimal(3))]
    arrivals.know_locations(connection, {"moon": 1})
    assert [place for place, _ in places(connection)] == ["moon"]
    assert effects(connection) == counting(connection)


def test_a_void_needs_to_know_no_place(connection: Connection) -> None:
    ledger.record(connection, [claim(), correction("v", kind="void", location="moon")])
    assert counting(connection) == (Decimal(0), Decimal(0))


def test_the_table_of_columns_is_the_ledgers(connection: Connection) -> None:
    found = rows(
        connection,
        "SELECT column_name AS name, data_type AS type, is_nullable = 'NO' AS required FROM information_schema.columns"
        " WHERE table_name = 'sale' AND table_schema = current_schema() AND column_name <> 'superseded_by'",
    )
    assert {row["name"]: (row["type"], row["required"]) for row in found} == {
        column.name: (column.codec.sql, column.required) for column in TABLE
    }


def test_every_field_of_the_event_is_a_column_or_what_is_replaced() -> None:
    assert set(SaleRecorded.model_fields) - {"replaces", "republished"} == {
        column.name for column in TABLE if column.told
    }


def test_parts_that_are_not_the_ledgers_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="not the columns"):
        assembler({part: names for part, names in PARTS.items() if part != "worth"})
    with pytest.raises(ValueError, match="not the columns"):
        assembler(PARTS | {"source": ("source", "kind"), "kind": ()})
