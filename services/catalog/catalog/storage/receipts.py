"""What came in, what went back, what is held for somebody: each raises or lowers stock in one transaction."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows, scalar
from chassis.failures import Conflict
from sqlalchemy import text

from catalog.storage import stock

_RECEIPT = "id, order_id, supplier, reference, received_at, actor"
Item = tuple[str, str, Decimal]  # sku, location, quantity


def store(
    connection: Connection, items: Sequence[Item], at: datetime, actor: str, *, order_id: UUID | None = None,
    supplier: str | None = None, reference: str | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Store a receipt and raise the stock; 409 when the supplier's delivery note was received before."""
    stock.lock(connection, exclusive=True)
    if reference is not None and scalar(
        connection, "SELECT 1 FROM receipt WHERE COALESCE(supplier, '') = :supplier AND reference = :reference",
        supplier=supplier or "", reference=reference,
    ):  # fmt: skip
        raise Conflict(f"The delivery {reference} was received before.", code="received_before")
    id_ = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO receipt (id, order_id, supplier, reference, received_at, actor)"
            " VALUES (:id, :order_id, :supplier, :reference, :at, :actor)"
        ),
        {"id": id_, "order_id": order_id, "supplier": supplier, "reference": reference, "at": at, "actor": actor},
    )
    copy_rows(
        connection, "receipt_line", ("receipt_id", "sku", "location", "quantity"), ((id_, *item) for item in items)
    )
    reason = f"order {order_id}" if order_id else f"delivery {reference}" if reference else "delivery"
    entries = [
        stock.Entry(uuid.uuid5(id_, f"{sku}\n{location}"), "receipt", sku, location, quantity, at, reason, actor)
        for sku, location, quantity in items
    ]
    stock.enter(connection, entries)
    return get(connection, id_)


def get(connection: Connection, receipt_id: UUID) -> dict[str, Any]:
    """One receipt with its lines."""
    found = rows(connection, f"SELECT {_RECEIPT} FROM receipt WHERE id = :id", id=receipt_id)[0]
    return found | {"lines": _lines(connection, [receipt_id])[receipt_id]}


def _lines(connection: Connection, ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    found: dict[UUID, list[dict[str, Any]]] = {id_: [] for id_ in ids}
    for row in rows(
        connection,
        "SELECT receipt_id, sku, location, quantity FROM receipt_line"
        " WHERE receipt_id = ANY(CAST(:ids AS uuid[])) ORDER BY receipt_id, sku, location",
        ids=[str(id_) for id_ in ids],
    ):
        found[row.pop("receipt_id")].append(row)
    return found


def page(
    connection: Connection, order_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Receipts with their lines, newest first."""
    found = rows(
        connection,
        f"SELECT {_RECEIPT} FROM receipt WHERE (CAST(:order AS uuid) IS NULL OR order_id = CAST(:order AS uuid))"
        " AND (CAST(:at AS timestamptz) IS NULL OR (received_at, id) < (:at, CAST(:id AS uuid)))"
        " ORDER BY received_at DESC, id DESC LIMIT :limit",
        order=str(order_id) if order_id else None, at=after[0] if after else None,
        id=str(after[1]) if after else None, limit=limit,
    )  # fmt: skip
    inside = _lines(connection, [row["id"] for row in found])
    return [row | {"lines": inside[row["id"]]} for row in found]


def give_back(connection: Connection, items: Sequence[Item], at: datetime, reason: str, actor: str) -> None:
    """Goods that go back to the supplier leave the stock."""
    entries = [
        stock.Entry(uuid.uuid4(), "supplier-return", sku, location, -quantity, at, reason, actor)
        for sku, location, quantity in items
    ]
    stock.enter(connection, entries)


def returns(
    connection: Connection, sku: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """What went back to suppliers, newest first; amounts are positive."""
    return rows(
        connection,
        "SELECT e.id, e.sku, e.location, p.name, -e.quantity AS quantity, e.at AS returned_at, e.reason, e.actor"
        " FROM stock_entry e LEFT JOIN product p USING (sku) WHERE e.kind = 'supplier-return'"
        " AND (CAST(:sku AS text) IS NULL OR e.sku = :sku)"
        " AND (CAST(:at AS timestamptz) IS NULL OR (e.at, e.id) < (:at, CAST(:id AS uuid)))"
        " ORDER BY e.at DESC, e.id DESC LIMIT :limit",
        sku=sku, at=after[0] if after else None, id=str(after[1]) if after else None, limit=limit,
    )  # fmt: skip


def reserve(connection: Connection, reference: str, items: Sequence[Item], actor: str) -> None:
    """Hold these amounts for a reference, in place of what was held for it; no items release it."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:reference, 9))"), {"reference": reference})
    connection.execute(text("DELETE FROM reservation WHERE reference = :reference"), {"reference": reference})
    columns = ("reference", "sku", "location", "quantity", "actor")
    copy_rows(connection, "reservation", columns, ((reference, *item, actor) for item in items))


def reservations(
    connection: Connection, sku: str | None, reference: str | None, after: tuple[str, str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """What is held, by reference."""
    return rows(
        connection,
        "SELECT reference, sku, location, quantity, actor, reserved_at, p.name"
        " FROM reservation LEFT JOIN (SELECT sku, name FROM product) p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR sku = :sku)"
        " AND (CAST(:reference AS text) IS NULL OR reference = :reference)"
        " AND (CAST(:a AS text) IS NULL OR (reference, sku, location) > (:a, :b, :c))"
        " ORDER BY reference, sku, location LIMIT :limit",
        sku=sku, reference=reference, a=after[0] if after else None, b=after[1] if after else None,
        c=after[2] if after else None, limit=limit,
    )  # fmt: skip
