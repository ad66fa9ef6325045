"""The kept totals are what a recount gives: whatever is claimed, whoever writes at once, whatever is rolled back."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from chassis import migrations
from chassis.database import Connection, Database, rows, scalar
from contracts.events import SaleSubmitted
from sales import app
from sales.application.record import record
from sales.domain.claims import Horizon, normalise
from sales.domain.sale import Sale
from sales.storage import ledger
from sqlalchemy import text

HORIZON = Horizon(ZoneInfo("Europe/London"), datetime(2026, 11, 1, tzinfo=UTC))
SOURCES = ("till", "shop")
KEPT = ("entries", "counting", "units", "amount", "by_kind")


@pytest.fixture(autouse=True)
def _known(known: Any) -> None:
    known("A", "B")


def recount(connection: Connection, source: str | None) -> dict[str, Any]:
    """What the ledger's rows say, counted one by one."""
    found = rows(connection, "SELECT kind, quantity, amount, superseded_by FROM sale WHERE source = :s OR :s IS NULL",
                 s=source)  # fmt: skip
    counting = [row for row in found if row["superseded_by"] is None]
    kinds = [row["kind"] for row in found]
    return {
        "entries": len(found), "counting": len(counting), "units": sum(row["quantity"] for row in counting),
        "amount": sum(row["amount"] for row in counting), "by_kind": {kind: kinds.count(kind) for kind in set(kinds)},
    }  # fmt: skip


def assert_exact(connection: Connection) -> None:
    """Of all sources and of each."""
    for source in (None, *SOURCES, "nobody"):
        kept = ledger.totals(connection, source)
        assert {name: kept[name] for name in KEPT} == recount(connection, source)


def batch(draw: random.Random, size: int = 30) -> list[Sale]:
    """Sales, returns, and changes of sales that are there, are not there yet, or were changed before."""
    made = []
    for _ in range(size):
        kind = draw.choice(["sale", "sale", "sale", "return", "correction", "void"])
        content: dict[str, Any] = {"kind": kind}
        if kind in ("correction", "void"):
            content["original"] = f"s{draw.randrange(400)}"
        if kind != "void":
            content |= {"sku": draw.choice("AB"), "quantity": Decimal(draw.randrange(1, 9)),
                        "unit_price": Decimal(draw.randrange(999)) / 100, "sold_at": "2026-10-05"}  # fmt: skip
        event_id = f"s{draw.randrange(400)}" if kind in ("sale", "return") else str(uuid4())
        made.append(normalise(SaleSubmitted.model_validate(content), draw.choice(SOURCES), event_id, HORIZON))
    return made


@pytest.mark.parametrize("seed", range(6))
def test_random_batches_leave_what_a_recount_gives(database: Database, seed: int) -> None:
    draw = random.Random(seed)
    with database.engine.connect() as connection:
        for _ in range(12):
            with connection.begin_nested() as savepoint:
                record(connection, batch(draw))
                if draw.random() < 0.2:
                    savepoint.rollback()
            assert_exact(connection)
        connection.rollback()


def test_writers_at_once_leave_what_a_recount_gives_and_every_snapshot_is_exact(database: Database) -> None:
    def write(seed: int) -> None:
        draw = random.Random(seed)
        for _ in range(8):
            with database.engine.connect() as connection:
                record(connection, batch(draw))
                record(connection, batch(draw, 3))
                connection.rollback() if draw.random() < 0.2 else connection.commit()

    with ThreadPoolExecutor(5) as pool:
        writers = [pool.submit(write, seed) for seed in range(5)]
        while not all(writer.done() for writer in writers):
            with database.snapshot() as connection:
                assert_exact(connection)
        for writer in writers:
            writer.result()
    with database.snapshot() as connection:
        assert_exact(connection)
        assert recount(connection, None)["by_kind"].keys() == {"sale", "return", "correction", "void"}


def test_no_writer_waits_for_another_and_parts_are_used_again(database: Database) -> None:
    def sale() -> list[Sale]:
        said = SaleSubmitted(kind="sale", sku="A", quantity=Decimal(1), unit_price=Decimal(1), sold_at="2026-10-05")
        return [normalise(said, "alone", str(uuid4()), HORIZON)]

    def parts(connection: Connection) -> int:
        return int(scalar(connection, "SELECT count(*) FROM sale_total WHERE source = 'alone'"))

    with database.transaction() as connection:
        record(connection, sale())
    with database.engine.connect() as first, database.engine.connect() as second:
        record(first, sale())
        second.execute(text("SET LOCAL lock_timeout = '200ms'"))
        record(second, sale())  # the first has not committed and holds the part that both see
        first.commit()
        second.commit()
        for _ in range(5):
            with database.transaction() as connection:
                record(connection, sale())
        assert parts(first) == 2
        assert ledger.totals(first, "alone")["entries"] == 8


def test_a_ledger_from_before_is_counted_as_it_is_migrated(database: Database) -> None:
    with database.transaction() as connection:
        for seed in range(3):
            record(connection, batch(random.Random(seed)))
    migrations.downgrade(database, app.MIGRATIONS, "0004")
    migrations.upgrade(database, app.MIGRATIONS)
    with database.transaction() as connection:
        assert_exact(connection)
        record(connection, batch(random.Random(9)))
        assert_exact(connection)
