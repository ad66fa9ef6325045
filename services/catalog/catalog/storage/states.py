"""The states that catalog tells, in portions by their keys, each row held until the transaction ends.

A row that somebody is changing is waited for, and is then read as it became: what is told of it never follows what is
told of its change.
"""

from typing import Any

from chassis.database import Connection, rows, scalar

from catalog.domain.products import COLUMNS

# table -> (what a portion is ordered and continued by, what is told of a row)
_TABLES: dict[str, tuple[tuple[str, ...], str]] = {
    "product": (("sku",), ", ".join(COLUMNS)),
    "location": (
        ("code",),
        "code, name, archived, attributes, country, region, holidays, latitude, longitude, revision",
    ),
    "promotion": (
        ("id",),
        "id, name, skus, locations, starts, ends, discount, kind, planned_quantity, removed, revision",
    ),
    "calendar_event": (("id",), "id, name, kind, starts, ends, locations, removed, revision"),
    "price": (("sku", "location", "valid_from"), "sku, NULLIF(location, '') AS location, price, valid_from"),
    "weather": (
        ("location", "day", "issued_on"),
        "location, day, issued_on, temperature, temperature_max, precipitation",
    ),
    "stock_level": (("sku", "location"), "sku, location, counted + moved AS on_hand, updated_at"),
}
_TYPES = {"id": "uuid", "valid_from": "date", "day": "date", "issued_on": "date"}


def count(connection: Connection, table: str) -> int:
    """How many rows there are."""
    return int(scalar(connection, f"SELECT count(*) FROM {table}"))


def portion(
    connection: Connection, table: str, after: list[str] | None, limit: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows that follow, and the key of the last of them."""
    keys, columns = _TABLES[table]
    order = ", ".join(f"{table}.{key}" for key in keys)
    given = {f"k{place}": value for place, value in enumerate(after or ())}
    wanted = ", ".join(f"CAST(:k{place} AS {_TYPES.get(key, 'text')})" for place, key in enumerate(keys))
    where = f"WHERE ({order}) > ({wanted})" if after else ""
    key = ", ".join(f"{table}.{key}::text" for key in keys)
    found = rows(
        connection,
        f"SELECT {columns}, ARRAY[{key}] AS told_key FROM {table} {where} ORDER BY {order} LIMIT :limit FOR SHARE",
        limit=limit, **given,
    )  # fmt: skip
    last = found[-1]["told_key"] if found else []
    for row in found:
        del row["told_key"]
    return found, last
