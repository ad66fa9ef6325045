"""Locations, promotions and calendar events: rows with a revision."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, rows

# table -> (its key, what may be said of a row)
_TABLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "location": ("code", ("name", "archived", "attributes", "country", "region", "holidays", "latitude", "longitude")),
    "promotion": (
        "id",
        ("name", "skus", "locations", "starts", "ends", "discount", "kind", "planned_quantity", "removed"),
    ),
    "calendar_event": ("id", ("name", "kind", "starts", "ends", "locations", "removed")),
}
# of spans of days: what is asked for -> its condition
_ASKED = {
    "since": "ends >= :since", "until": "starts <= :until", "pattern": "name ILIKE :pattern",
    "sku": "(skus = '{}' OR :sku = ANY(skus))", "location": "(locations = '{}' OR :location = ANY(locations))",
}  # fmt: skip


def ensure(connection: Connection, codes: Iterable[str]) -> list[dict[str, Any]]:
    """Create the locations that are missing, named by their codes; those that were."""
    return rows(
        connection,
        "INSERT INTO location (code, name, revision) SELECT code, code, 1 FROM unnest(CAST(:codes AS text[])) AS code"
        f" ORDER BY code ON CONFLICT DO NOTHING RETURNING code, {', '.join(_TABLES['location'][1])}, revision",
        codes=sorted(codes),
    )


def get(connection: Connection, table: str, key: str | UUID, *, lock: bool = False) -> dict[str, Any] | None:
    """One row."""
    name, columns = _TABLES[table]
    found = rows(
        connection,
        f"SELECT {name}, {', '.join(columns)}, revision FROM {table} WHERE {name} = :key"
        f"{' FOR UPDATE' if lock else ''}",
        key=key,
    )
    return found[0] if found else None


def add(connection: Connection, table: str, content: dict[str, Any]) -> dict[str, Any] | None:
    """Store a new row; None when its key is taken."""
    name, columns = _TABLES[table]
    given = {column: content[column] for column in (name, *columns) if column in content}
    found = rows(
        connection,
        f"INSERT INTO {table} ({', '.join(given)}, revision) VALUES ({', '.join(map(_value, given))}, 1)"
        f" ON CONFLICT DO NOTHING RETURNING {name}, {', '.join(columns)}, revision",
        **_plain(given),
    )
    return found[0] if found else None


def change(connection: Connection, table: str, key: str | UUID, content: dict[str, Any]) -> dict[str, Any]:
    """Write the new content of a row that the caller has locked."""
    name, columns = _TABLES[table]
    given = {column: content[column] for column in columns if column in content}
    found = rows(
        connection,
        f"UPDATE {table} SET {', '.join(f'{column} = {_value(column)}' for column in given)}, revision = revision + 1"
        f" WHERE {name} = :key RETURNING {name}, {', '.join(columns)}, revision",
        key=key, **_plain(given),
    )  # fmt: skip
    return found[0]


def _value(column: str) -> str:
    return f"CAST(:{column} AS jsonb)" if column == "attributes" else f":{column}"


def _plain(given: dict[str, Any]) -> dict[str, Any]:
    return {name: orjson.dumps(value).decode() if isinstance(value, dict) else value for name, value in given.items()}


def page(
    connection: Connection, table: str, after: list[Any] | None, limit: int, **asked: Any
) -> list[dict[str, Any]]:  # fmt: skip
    """Locations by code; promotions and events by their first day, of what `_ASKED` names where it is
    asked for; one without products or locations is of all of them. What was removed is not listed."""
    name, columns = _TABLES[table]
    order = name if table == "location" else f"starts, {name}"
    where = [] if table == "location" else ["NOT removed"]
    given = {key: value for key, value in asked.items() if value is not None}
    where += [_ASKED[key] for key in given]
    if after:
        key = {f"a{number}": value for number, value in enumerate(after)}
        where.append(f"({order}) > ({', '.join(':' + part for part in key)})")
        given |= key
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection,
        f"SELECT {name}, {', '.join(columns)}, revision FROM {table}{clause} ORDER BY {order} LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip


def codes(connection: Connection) -> set[str]:
    """All locations' codes."""
    return {row["code"] for row in rows(connection, "SELECT code FROM location")}


def promotions_named(connection: Connection, names: Iterable[str], *, lock: bool) -> list[dict[str, Any]]:
    """Promotions of these names; `lock` in the order of their ids."""
    columns = ", ".join(("id", *_TABLES["promotion"][1], "revision"))
    return rows(
        connection,
        f"SELECT {columns} FROM promotion WHERE name = ANY(:names) AND NOT removed ORDER BY id"
        f"{' FOR UPDATE' if lock else ''}",
        names=sorted(names),
    )
