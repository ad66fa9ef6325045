"""Receipts of goods, and what went back to suppliers."""

import uuid
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.stock import Goods

_RECEIPT = "id, order_id, supplier, reference, received_at, actor"


def received_before(
    connection: Connection, supplier: str | None, reference: str
) -> dict[tuple[str, str], Decimal] | None:  # fmt: skip
    """What the supplier's delivery note brought of each product at each place, if it was received already."""
    found = rows(
        connection,
        "SELECT line.sku, line.location, sum(line.quantity) AS quantity FROM receipt LEFT JOIN receipt_line line"
        " ON line.receipt_id = receipt.id WHERE COALESCE(supplier, '') = :supplier AND reference = :reference"
        " GROUP BY line.sku, line.location",
        supplier=supplier or "", reference=reference,
    )  # fmt: skip
    return {(row["sku"], row["location"]): row["quantity"] for row in found if row["sku"]} if found else None


def add(
    connection: Connection, items: Sequence[Goods], at: datetime, actor: str, *, order_id: UUID | None,
    supplier: str | None, reference: str | None,
) -> UUID:  # fmt: skip
    """Store a receipt; its id."""
    id_ = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO receipt (id, order_id, supplier, reference, received_at, actor)"
            " VALUES (:id, :order_id, :supplier, :reference, :at, :actor)"
        ),
        {"id": id_, "order_id": order_id, "supplier": supplier, "reference": reference, "at": at, "actor": actor},
    )
    columns = ("receipt_id", "sku", "location", "quantity")
    copy_rows(connection, "receipt_line", columns, ((id_, *astuple(goods)) for goods in items))
    return id_


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
