"""Weeks that people left out of training, also those that were put back."""

from typing import Any
from uuid import UUID

from chassis.database import Connection, rows

_COLUMNS = "id, sku, location, first_week, last_week, reason, author, created_at, restored_by, restored_at"


def add(connection: Connection, values: dict[str, Any]) -> dict[str, Any]:
    """Keep one; the row."""
    return rows(
        connection,
        "INSERT INTO exclusion (id, sku, location, first_week, last_week, reason, author) VALUES"
        f" (:id, :sku, :location, :first_week, :last_week, :reason, :author) RETURNING {_COLUMNS}",
        **values,
    )[0]


def restore(connection: Connection, id_: UUID, who: str) -> dict[str, Any] | None:
    """Mark one as put back; None where it is not in force."""
    found = rows(
        connection,
        "UPDATE exclusion SET restored_by = :who, restored_at = now() WHERE id = :id AND restored_at IS NULL"
        f" RETURNING {_COLUMNS}",
        id=id_, who=who,
    )  # fmt: skip
    return found[0] if found else None


def get(connection: Connection, id_: UUID) -> dict[str, Any] | None:
    """One, in force or not."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM exclusion WHERE id = :id", id=id_)
    return found[0] if found else None


def page(
    connection: Connection, sku: str | None, location: str | None, after: list[Any] | None, limit: int
) -> list[dict[str, Any]]:
    """Newest first, of a product or place where they are named."""
    where = "" if after is None else " AND (created_at, id) < (:created_at, :id)"
    given = {} if after is None else {"created_at": after[0], "id": after[1]}
    return rows(
        connection,
        f"SELECT {_COLUMNS} FROM exclusion WHERE (CAST(:sku AS text) IS NULL OR sku = :sku)"
        f" AND (CAST(:location AS text) IS NULL OR location = :location){where}"
        " ORDER BY created_at DESC, id DESC LIMIT :limit",
        sku=sku, location=location, limit=limit, **given,
    )  # fmt: skip


def sells(connection: Connection, sku: str, location: str) -> bool:
    """Whether there is a history to leave something out of."""
    found = rows(
        connection, "SELECT 1 FROM demand_week WHERE sku = :sku AND location = :location LIMIT 1",
        sku=sku, location=location,
    )  # fmt: skip
    return bool(found)
