"""Stock that is not there to sell: held for a reference (a customer's order), or sent back to a supplier."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from chassis import audit
from chassis.database import Connection, Database

from catalog.application import decisions, known
from catalog.application.once import Request, once
from catalog.application.stock import enter
from catalog.domain.stock import Fulfilling, Goods, Held, Series, StockEntry
from catalog.storage import decisions as decision_rows
from catalog.storage import kits, reservations, stock


def reserve_stock(database: Database, reference: str, items: Sequence[Held], actor: str) -> None:
    """Hold these units for a reference, in place of all that was held for it: twice is once."""
    with database.transaction() as connection:
        _check(connection, [item.goods for item in items])
        reservations.alone(connection, reference)
        before = reservations.release(connection, reference)
        decisions.refresh(connection, _hold(connection, reference, items, before, actor))


def reserve_lines(
    database: Database, reference: str, items: Sequence[Held], actor: str, *, as_before: Collection[Series] = ()
) -> None:
    """Hold so many units of these products for a reference, zero releases one; what else is held for it stays.
    `as_before`: series that are needed when they were before, if they were held."""
    with database.transaction() as connection:
        series = hold_lines(connection, reference, items, actor, as_before=as_before)
        decisions.refresh(connection, series)


def hold_lines(
    connection: Connection, reference: str, items: Sequence[Held], actor: str, *, as_before: Collection[Series] = ()
) -> list[Series]:
    """The same in the caller's transaction; the series to decide anew."""
    _check(connection, [item.goods for item in items])
    reservations.alone(connection, reference)
    before = reservations.release(connection, reference, [item.goods.series for item in items])
    kept = [
        replace(item, needed_on=before.get(item.goods.series)) if item.goods.series in as_before else item
        for item in items if item.goods.quantity > 0
    ]  # fmt: skip
    return _hold(connection, reference, kept, before, actor)


def _check(connection: Connection, goods: Sequence[Goods]) -> None:
    known.products(connection, [each.sku for each in goods])
    known.ensure_locations(connection, {each.location for each in goods})


def _hold(
    connection: Connection, reference: str, items: Sequence[Held], before: Collection[Series], actor: str
) -> list[Series]:
    reservations.add(connection, reference, items, actor)
    days = sorted({str(item.needed_on) for item in items if item.needed_on})
    told = {"needed_on": days} if days else {}
    audit.record(connection, "catalog", actor, "stock-reserved", f"reference {reference}", lines=len(items), **told)
    return kits.with_components(connection, [*before, *(item.goods.series for item in items)])


def release_stock(database: Database, reference: str, actor: str) -> None:
    """Hold nothing for a reference any more."""
    with database.transaction() as connection:
        reservations.alone(connection, reference)
        before = reservations.release(connection, reference)
        audit.record(connection, "catalog", actor, "stock-released", f"reference {reference}")
        decisions.refresh(connection, kits.with_components(connection, list(before)))


def fulfil(connection: Connection, sales: Sequence[Fulfilling]) -> None:
    """Hold no longer what these sales hand over, each once; before their movements, by which they are known."""
    released = reservations.fulfil(connection, sales)
    for reference, goods in released:
        audit.record(
            connection, "catalog", "sales", "stock-released", f"reference {reference}", sku=goods.sku,
            location=goods.location, units=str(goods.quantity), why="sold",
        )  # fmt: skip
    decision_rows.mark(connection, kits.with_components(connection, {goods.series for _, goods in released}))


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
