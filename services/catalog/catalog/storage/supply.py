"""Suppliers and supply terms."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from chassis.database import Connection, rows
from sqlalchemy import text

from catalog.storage.products import FOUND

_SUPPLIER = ("code", "name", "lead_days", "lead_spread_days", "review_days", "generated")
_TERM = (
    "sku", "location", "supplier", "unit_cost", "moq", "multiple", "shelf_life_days", "holding_rate",
    "service_level", "stockout_cost", "supplier_sku", "generated",
)  # fmt: skip


_SUPPLIER_SELECT = (
    f"SELECT {', '.join(_SUPPLIER)}, revision, ARRAY(SELECT days FROM lead_observation o WHERE o.supplier = s.code"
    " ORDER BY received_at DESC LIMIT 50) AS observed_days FROM supplier s"
)
_TERM_SELECT = f"SELECT {', '.join('t.' + name for name in _TERM)}, t.revision, p.name"


def alone(connection: Connection, table: str, *key: str) -> None:
    """Whoever changes the same supplier or terms waits until this transaction ends, also before the row is there."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 8))"), {"what": "\n".join((table, *key))}
    )


def _put(
    connection: Connection, table: str, key: Sequence[str], columns: Sequence[str], content: dict[str, Any]
) -> None:
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in key)
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}, revision = {table}.revision + 1"
        ),
        {name: content[name] for name in columns},
    )


def put_supplier(connection: Connection, content: dict[str, Any]) -> None:
    """Create or change a supplier."""
    _put(connection, "supplier", ("code",), _SUPPLIER, content)


def put_term(connection: Connection, content: dict[str, Any]) -> None:
    """Create or change how a product is bought; the location '' means everywhere."""
    _put(connection, "supply_term", ("sku", "location"), _TERM, content)


def suppliers(connection: Connection, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Suppliers by code, with the lead times that their receipts showed."""
    return rows(
        connection,
        f"{_SUPPLIER_SELECT} WHERE CAST(:after AS text) IS NULL OR code > :after ORDER BY code LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip


def supplier(connection: Connection, code: str) -> dict[str, Any] | None:
    """One supplier."""
    found = rows(connection, f"{_SUPPLIER_SELECT} WHERE code = :code", code=code)
    return found[0] if found else None


def all_suppliers(connection: Connection) -> dict[str, dict[str, Any]]:
    """Every supplier by code, without what receipts showed: as many as a shop knows by name."""
    found = rows(connection, f"SELECT {', '.join(_SUPPLIER)}, revision FROM supplier")
    return {row["code"]: row for row in found}


def terms_of(connection: Connection, skus: Sequence[str]) -> dict[tuple[str, str], dict[str, Any]]:
    """The terms of some products by code and location."""
    sql = f"SELECT {', '.join(_TERM)}, revision FROM supply_term WHERE sku = ANY(:skus)"
    found = rows(connection, sql, skus=list(skus))
    return {(row["sku"], row["location"]): row for row in found}


def terms(
    connection: Connection, filters: dict[str, str | None], after: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Terms by code and location; `filters` are sku, supplier, and pattern (of the product's name or code)."""
    return rows(
        connection,
        f"{_TERM_SELECT} FROM supply_term t LEFT JOIN product p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR t.sku = :sku)"
        " AND (CAST(:supplier AS text) IS NULL OR t.supplier = :supplier)"
        f" AND {'true' if filters.get('pattern') is None else f't.sku IN ({FOUND})'}"
        " AND (CAST(:a AS text) IS NULL OR (t.sku, t.location) > (:a, :b)) ORDER BY t.sku, t.location LIMIT :limit",
        a=after[0] if after else None, b=after[1] if after else None, limit=limit, **filters,
    )  # fmt: skip


def term(connection: Connection, sku: str, location: str) -> dict[str, Any] | None:
    """The terms of a product for exactly this location; '' is everywhere."""
    found = rows(
        connection,
        f"{_TERM_SELECT} FROM supply_term t LEFT JOIN product p USING (sku)"
        " WHERE t.sku = :sku AND t.location = :location",
        sku=sku, location=location,
    )  # fmt: skip
    return found[0] if found else None


def term_of(connection: Connection, sku: str, location: str) -> dict[str, Any] | None:
    """How a product is bought for a location: its own terms, else those for everywhere."""
    found = rows(
        connection,
        "SELECT supplier, unit_cost, moq, multiple FROM supply_term WHERE sku = :sku AND location IN ('', :location)"
        " ORDER BY location DESC LIMIT 1",
        sku=sku, location=location,
    )  # fmt: skip
    return found[0] if found else None


def observe_lead(connection: Connection, order: dict[str, Any], days: Decimal, at: datetime) -> None:
    """What an order that came shows of its supplier's lead time."""
    connection.execute(
        text("INSERT INTO lead_observation VALUES (:id, :supplier, :days, :at) ON CONFLICT DO NOTHING"),
        {"id": order["id"], "supplier": order["supplier"], "days": days, "at": at},
    )
