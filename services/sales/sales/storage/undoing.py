"""What an import recorded, as its undo looks for it."""

from typing import Any
from uuid import UUID

from chassis.database import Connection, rows, scalar

from sales.domain.sale import Sale

_SALE = ", ".join(f"sale.{name}" for name in Sale.__struct_fields__)
_COUNTING = "import_id = :id AND superseded_by IS NULL AND kind IN ('sale', 'return')"


def counting(connection: Connection, import_id: UUID) -> int:
    """How many of the import's sales and returns count."""
    return int(scalar(connection, f"SELECT count(*) FROM sale WHERE {_COUNTING}", id=import_id))


def following(connection: Connection, import_id: UUID, after: int, limit: int) -> list[Sale]:
    """The next ones that count, locked, in the file's order."""
    found = rows(
        connection,
        f"SELECT {_SALE} FROM sale WHERE {_COUNTING} AND line > :after ORDER BY line LIMIT :limit FOR UPDATE",
        id=import_id, after=after, limit=limit,
    )  # fmt: skip
    return [Sale(**row) for row in found]


# A sale that somebody has corrected since says something of its own now; a file's own corrections replaced another's.
# Written so that the index `sale_changed` answers it.
_KEPT = (
    "import_id = :id AND (kind IN ('correction', 'void') OR superseded_by IS NOT NULL AND EXISTS"
    " (SELECT FROM sale AS later WHERE later.sale_id = sale.superseded_by AND later.kind = 'correction'))"
)


def kept(connection: Connection, import_id: UUID) -> int:
    """How many entries of the import an undo leaves as they are."""
    return int(scalar(connection, f"SELECT count(*) FROM sale WHERE {_KEPT}", id=import_id))


def kept_entries(connection: Connection, import_id: UUID, after: int, limit: int) -> list[dict[str, Any]]:
    """Those entries, in the file's order."""
    return rows(
        connection,
        "SELECT line, sale_id, event_id, sku, location, quantity, sold_at, CASE WHEN kind IN ('correction', 'void')"
        f" THEN kind ELSE 'corrected_since' END AS reason FROM sale WHERE {_KEPT} AND line > :after"
        " ORDER BY line LIMIT :limit",
        id=import_id, after=after, limit=limit,
    )  # fmt: skip
