"""What people said of stock that needs attention: put off, given to somebody, settled."""

from datetime import date
from typing import Any

from chassis.database import Connection, rows
from sqlalchemy import text

Key = tuple[str, str, str]  # kind, sku, location
_STATE = "kind, sku, location, status, snoozed_until, assignee, note, as_of, changed_by, changed_at"


def states(connection: Connection) -> dict[Key, dict[str, Any]]:
    """Every state that somebody has set."""
    found = rows(connection, f"SELECT {_STATE} FROM stock_attention")
    return {(row["kind"], row["sku"], row["location"]): row for row in found}


def change(connection: Connection, key: Key, as_of: date, actor: str, **values: Any) -> None:
    """Set some of a state; `as_of` is the forecast that was seen."""
    columns = ("kind", "sku", "location", "as_of", "changed_by", *values)
    kept = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns[3:])
    connection.execute(
        text(
            f"INSERT INTO stock_attention ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
            f" ON CONFLICT (kind, sku, location) DO UPDATE SET {kept}, changed_at = now()"
        ),
        {"kind": key[0], "sku": key[1], "location": key[2], "as_of": as_of, "changed_by": actor, **values},
    )
