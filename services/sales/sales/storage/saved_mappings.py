"""Mappings by the columns of the files that they were given for."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from chassis.database import Connection, rows
from sqlalchemy import text

_COLUMNS = "fingerprint, columns, mapping, saved_by, saved_at, used_at"


def save(
    connection: Connection, fingerprint: str, columns: Sequence[str], mapping: Mapping[str, Any], who: str
) -> None:
    """Keep a mapping, in the place of an earlier one for the same columns."""
    connection.execute(
        text(
            "INSERT INTO saved_mapping (fingerprint, columns, mapping, saved_by) VALUES (:fingerprint,"
            " CAST(:columns AS jsonb), CAST(:mapping AS jsonb), :who) ON CONFLICT (fingerprint) DO UPDATE SET"
            " mapping = EXCLUDED.mapping, saved_by = EXCLUDED.saved_by, saved_at = now(), used_at = now()"
        ),
        {"fingerprint": fingerprint, "columns": orjson.dumps(list(columns)).decode(),
         "mapping": orjson.dumps(dict(mapping)).decode(), "who": who},
    )  # fmt: skip


def find(connection: Connection, fingerprint: str) -> dict[str, Any] | None:
    """The mapping for these columns."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM saved_mapping WHERE fingerprint = :of", of=fingerprint)
    return found[0] if found else None


def page(connection: Connection, after: str, limit: int) -> list[dict[str, Any]]:
    """Saved mappings, by fingerprint."""
    return rows(
        connection,
        f"SELECT {_COLUMNS} FROM saved_mapping WHERE fingerprint > :after ORDER BY fingerprint LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip


def used(connection: Connection, fingerprint: str) -> None:
    """A file was imported by it."""
    connection.execute(text("UPDATE saved_mapping SET used_at = now() WHERE fingerprint = :of"), {"of": fingerprint})


def forget(connection: Connection, fingerprint: str) -> bool:
    """Forget a mapping; whether there was one."""
    gone = connection.execute(text("DELETE FROM saved_mapping WHERE fingerprint = :of"), {"of": fingerprint})
    return bool(gone.rowcount)
