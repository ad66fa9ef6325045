"""Stock that is not there to sell: held for a reference (a customer's order), or sent back to a supplier."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis import audit
from chassis.database import Connection, Database

from catalog.application import decisions, known
from catalog.application.once import Request, once
from catalog.application.stock import enter
from catalog.domain.stock import Goods, StockEntry
from catalog.storage import reservations, stock


def reserve_stock(database: Database, reference: str, goods: Sequence[Goods], actor: str) -> None:
    """Hold these units for a reference, in place of all that was held for it: twice is once."""
    with database.transaction() as connection:
        _check(connection, goods)
        reservations.alone(connection, reference)
        before = reservations.release(connection, reference)
        _hold(connection, reference, goods, before, actor)


def reserve_lines(database: Database, reference: str, goods: Sequence[Goods], actor: str) -> None:
    """Hold so many units of these products for a reference, zero releases one; what else is held for it stays."""
    with database.transaction() as connection:
        _check(connection, goods)
        reservations.alone(connection, reference)
        before = reservations.release(connection, reference, [each.series for each in goods])
        _hold(connection, reference, [each for each in goods if each.quantity > 0], before, actor)


def _check(connection: Connection, goods: Sequence[Goods]) -> None:
    known.products(connection, [each.sku for each in goods])
    known.ensure_locations(connection, {each.location for each in goods})


def _hold(connection: Connection, reference: str, goods: Sequence[Goods], before: Sequence[Any], actor: str) -> None:
    reservations.add(connection, reference, goods, actor)
    audit.record(connection, "catalog", actor, "stock-reserved", f"reference {reference}", lines=len(goods))
    decisions.refresh(connection, [*before, *(each.series for each in goods)])


def release_stock(database: Database, reference: str, actor: str) -> None:
    """Hold nothing for a reference any more."""
    with database.transaction() as connection:
        reservations.alone(connection, reference)
        before = reservations.release(connection, reference)
        audit.record(connection, "catalog", actor, "stock-released", f"reference {reference}")
        decisions.refresh(connection, before)


def return_goods(
    database: Database, request: Request, supplier: str, goods: Sequence[Goods], at: datetime | None, reason: str,
    actor: str,
) -> Any:  # fmt: skip
    """Send goods back to a supplier: they leave the stock."""

    def deed(connection: Connection) -> dict[str, Any]:
        stock.lock(connection, exclusive=True)
        known.supplier(connection, supplier)
        _check(connection, goods)
        moment, said = at or datetime.now(UTC), f"{supplier}: {reason}"
        entries = [
            StockEntry(uuid4(), "supplier-return", *each.series, -each.quantity, moment, said, actor)
            for each in goods
        ]  # fmt: skip
        series = enter(connection, entries)
        audit.record(
            connection, "catalog", actor, "goods-returned", f"supplier {supplier}", reason=reason, lines=len(goods)
        )
        decisions.refresh(connection, series)
        return {"stored": len(goods)}

    return once(database, request, deed)
