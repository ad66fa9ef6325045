"""Purchase orders and their lines."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from catalog.domain.orders import NewLine, NewOrder
from catalog.domain.stock import Goods, Series

_ORDER = (
    "id, number, supplier, status, total, order_by, created_by, created_at, approved_by, approved_at, received_at,"
    " confirmed_on"
)
_LINE = ("order_id", "sku", "location", "quantity", "unit_cost", "needed", "proposed")
_SELECT = (
    f"SELECT {_ORDER}, (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) AS line_count,"
    " (SELECT count(*) FROM order_edit e WHERE e.order_id = o.id) AS edited FROM purchase_order o"
)

_OPEN = "CASE WHEN o.status IN ('received', 'cancelled') THEN 0 ELSE GREATEST(l.quantity - l.received, 0) END"


def lines(connection: Connection, order_ids: Sequence[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """The lines of orders."""
    found: dict[UUID, list[dict[str, Any]]] = {id_: [] for id_ in order_ids}
    for row in rows(
        connection,
        "SELECT l.order_id, l.sku, l.location, l.quantity, l.unit_cost, l.received, p.name, t.moq, t.multiple,"
        " t.supplier_sku, l.needed, l.proposed, e.actor AS edited_by,"
        f" {_OPEN} AS open,"
        " GREATEST(l.received - l.quantity, 0) AS over"
        " FROM order_line l JOIN purchase_order o ON o.id = l.order_id LEFT JOIN product p ON p.sku = l.sku"
        " LEFT JOIN order_edit e ON e.order_id = l.order_id AND e.sku = l.sku AND e.location = l.location"
        " LEFT JOIN LATERAL (SELECT moq, multiple, supplier_sku FROM supply_term t WHERE t.sku = l.sku"
        "  AND t.location IN ('', l.location) ORDER BY t.location DESC LIMIT 1"
        " ) t ON true WHERE l.order_id = ANY(CAST(:ids AS uuid[])) ORDER BY l.order_id, l.sku, l.location",
        ids=[str(id_) for id_ in order_ids],
    ):
        found[row.pop("order_id")].append(row)
    return found


def plain_lines(connection: Connection, order_ids: Sequence[UUID]) -> dict[UUID, list[Sequence[Any]]]:
    """Of each order's lines sku, location, quantity, unit cost, value, received and open: for a file of many orders."""
    found: dict[UUID, list[Sequence[Any]]] = {id_: [] for id_ in order_ids}
    for id_, *line in connection.execute(
        text(
            "SELECT l.order_id, l.sku, l.location, l.quantity, l.unit_cost, l.quantity * l.unit_cost, l.received,"
            f" {_OPEN} FROM order_line l JOIN purchase_order o ON o.id = l.order_id"
            " WHERE l.order_id = ANY(CAST(:ids AS uuid[])) ORDER BY l.order_id, l.sku, l.location"
        ),
        {"ids": [str(id_) for id_ in order_ids]},
    ):
        found[id_].append(line)
    return found


def get(connection: Connection, order_id: UUID, *, lock: bool = False) -> dict[str, Any] | None:
    """One order with its lines."""
    found = rows(connection, f"{_SELECT} WHERE id = :id{' FOR UPDATE' if lock else ''}", id=order_id)
    return with_lines(connection, found)[0] if found else None


def proposals(connection: Connection, supplier: str | None) -> list[dict[str, Any]]:
    """The open proposals (of one supplier) without their lines, locked: an approval waits, or has come before."""
    return rows(
        connection,
        f"SELECT {_ORDER} FROM purchase_order WHERE NOT generated AND status = 'proposed'"
        " AND (CAST(:supplier AS text) IS NULL OR supplier = :supplier) ORDER BY id FOR UPDATE",
        supplier=supplier,
    )


def page(
    connection: Connection, status: str | None, supplier: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Orders, newest first, with the number of their lines."""
    return rows(
        connection,
        f"{_SELECT} WHERE NOT generated"
        " AND (CAST(:status AS text) IS NULL OR status = :status)"
        " AND (CAST(:supplier AS text) IS NULL OR supplier = :supplier)"
        " AND (CAST(:at AS timestamptz) IS NULL OR (created_at, id) < (:at, CAST(:id AS uuid)))"
        " ORDER BY created_at DESC, id DESC LIMIT :limit",
        status=status, supplier=supplier, at=after[0] if after else None, id=str(after[1]) if after else None,
        limit=limit,
    )  # fmt: skip


def with_lines(connection: Connection, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same orders with their lines."""
    inside = lines(connection, [row["id"] for row in found])
    return [row | {"lines": inside[row["id"]]} for row in found]


def add(connection: Connection, order: NewOrder, actor: str) -> UUID:
    """Store a proposal; its id."""
    id_ = uuid.uuid4()
    connection.execute(
        text(
            "INSERT INTO purchase_order (id, supplier, status, total, order_by, created_by)"
            " VALUES (:id, :supplier, 'proposed', :total, :order_by, :actor)"
        ),
        {"id": id_, "supplier": order.supplier, "total": order.total, "order_by": order.order_by, "actor": actor},
    )
    _add_lines(connection, id_, order.lines)
    return id_


def _add_lines(connection: Connection, order_id: UUID, new: Sequence[NewLine]) -> None:
    copy_rows(connection, "order_line", _LINE, ((order_id, *astuple(line)) for line in new))


def put_line(connection: Connection, order_id: UUID, line: NewLine) -> None:
    """The order with this quantity of a product, or without it where it is of none."""
    given = {"id": order_id, "sku": line.sku, "location": line.location}
    if line.quantity > 0:
        connection.execute(
            text("INSERT INTO order_line (order_id, sku, location, quantity, unit_cost)"
                 " VALUES (:id, :sku, :location, :quantity, :cost) ON CONFLICT (order_id, sku, location)"
                 " DO UPDATE SET quantity = EXCLUDED.quantity, unit_cost = EXCLUDED.unit_cost"),
            given | {"quantity": line.quantity, "cost": line.unit_cost},
        )  # fmt: skip
    else:
        connection.execute(
            text("DELETE FROM order_line WHERE order_id = :id AND sku = :sku AND location = :location"), given
        )
    connection.execute(
        text("UPDATE purchase_order SET total = (SELECT sum(quantity * unit_cost) FROM order_line"
             " WHERE order_id = :id) WHERE id = :id"),
        {"id": order_id},
    )  # fmt: skip


def put_edits(connection: Connection, order_id: UUID, edits: Iterable[tuple[Goods, str]]) -> None:
    """Quantities that people said of an order's products; none takes a product off. The last word counts."""
    given = [{"id": order_id, "actor": actor, **asdict(goods)} for goods, actor in edits]
    if given:
        connection.execute(
            text("INSERT INTO order_edit (order_id, sku, location, quantity, actor)"
                 " VALUES (:id, :sku, :location, :quantity, :actor) ON CONFLICT (order_id, sku, location)"
                 " DO UPDATE SET quantity = EXCLUDED.quantity, actor = EXCLUDED.actor"),
            given,
        )  # fmt: skip


def edits(connection: Connection, order_ids: Sequence[UUID]) -> dict[tuple[str, Series], tuple[Goods, str]]:
    """What people said of these orders' products, by supplier and series, and who."""
    found = rows(
        connection,
        "SELECT o.supplier, e.sku, e.location, e.quantity, e.actor FROM order_edit e"
        " JOIN purchase_order o ON o.id = e.order_id WHERE e.order_id = ANY(CAST(:ids AS uuid[]))",
        ids=[str(id_) for id_ in order_ids],
    )
    goods = [(row, Goods(row["sku"], row["location"], row["quantity"])) for row in found]
    return {(row["supplier"], said.series): (said, row["actor"]) for row, said in goods}


def set_approved(connection: Connection, order_id: UUID, actor: str) -> None:
    """Approved by somebody now."""
    connection.execute(
        text("UPDATE purchase_order SET status = 'approved', approved_by = :actor, approved_at = now() WHERE id = :id"),
        {"actor": actor, "id": order_id},
    )


def set_cancelled(connection: Connection, order_id: UUID) -> None:
    """Given up."""
    connection.execute(text("UPDATE purchase_order SET status = 'cancelled' WHERE id = :id"), {"id": order_id})


def set_received(connection: Connection, order_id: UUID, at: datetime) -> None:
    """Nothing of it is open any more."""
    connection.execute(
        text("UPDATE purchase_order SET status = 'received', received_at = :at WHERE id = :id"),
        {"at": at, "id": order_id},
    )


def add_received(connection: Connection, order_id: UUID, came: Sequence[Goods]) -> None:
    """So much of these lines came."""
    connection.execute(
        text("UPDATE order_line SET received = received + :quantity WHERE order_id = :id AND sku = :sku"
             " AND location = :location"),
        [{"id": order_id, **asdict(goods)} for goods in came],
    )  # fmt: skip


def alone(connection: Connection) -> None:
    """Whoever proposes orders waits until this transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(current_schema() || 'propose'))"))
