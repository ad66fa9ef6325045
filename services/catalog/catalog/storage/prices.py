"""The history of prices."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

Price = tuple[str, str | None, Decimal, date]  # sku, location or None for everywhere, price, valid from


def keep(connection: Connection, prices: Sequence[Price], actor: str) -> list[dict[str, Any]]:
    """Keep prices in the history, the newest of a day; those that are new or changed."""
    unique = {(sku, location or "", day): price for sku, location, price, day in prices}
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS price_batch (LIKE price INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE price_batch"))
    copy_rows(
        connection, "price_batch", ("sku", "location", "valid_from", "price", "set_by"),
        ((*key, price, actor) for key, price in unique.items()),
    )  # fmt: skip
    return rows(
        connection,
        "INSERT INTO price SELECT * FROM price_batch ORDER BY sku, location, valid_from"
        " ON CONFLICT (sku, location, valid_from) DO UPDATE SET price = EXCLUDED.price, set_by = EXCLUDED.set_by,"
        " set_at = EXCLUDED.set_at WHERE price.price <> EXCLUDED.price RETURNING sku, location, price, valid_from",
    )


def history_of(connection: Connection, skus: Sequence[str]) -> dict[tuple[str, str | None], list[tuple[date, Decimal]]]:
    """The prices of some products by code and location, oldest first."""
    found = rows(
        connection,
        "SELECT sku, NULLIF(location, '') AS place, valid_from, price FROM price WHERE sku = ANY(:skus)"
        " ORDER BY valid_from",
        skus=list(skus),
    )
    history: dict[tuple[str, str | None], list[tuple[date, Decimal]]] = {}
    for row in found:
        history.setdefault((row["sku"], row["place"]), []).append((row["valid_from"], row["price"]))
    return history


def page(
    connection: Connection, sku: str | None, after: tuple[str, str, date] | None, limit: int
) -> list[dict[str, Any]]:
    """The history of prices by code, location and day."""
    where = ["(sku, location, valid_from) > (:a, :b, :c)"] if after else []
    if sku is not None:
        where.append("sku = :sku")
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    given = dict(zip("abc", after, strict=True)) if after else {}
    return rows(
        connection,
        f"SELECT sku, NULLIF(location, '') AS location, price, valid_from, set_by FROM price{clause}"
        " ORDER BY sku, price.location, valid_from LIMIT :limit",
        limit=limit, **given, **({"sku": sku} if sku is not None else {}),
    )  # fmt: skip
