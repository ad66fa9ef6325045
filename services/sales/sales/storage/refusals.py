"""Refused claims: kept once each, listed for producers and imports."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from sales.domain.sale import Refusal

_OF_SALE = ("sale_id", "content_hash", "source", "event_id", "import_id", "line")
_OF_REASON = ("code", "field", "message", "submitted")
_COLUMNS = ", ".join(_OF_SALE + _OF_REASON)


def keep(connection: Connection, refusals: Sequence[Refusal]) -> list[Refusal]:
    """Keep refusals; answers those that were not there, each once."""
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS rejected_batch (LIKE rejected_sale INCLUDING DEFAULTS)"
            " ON COMMIT DELETE ROWS"
        )
    )
    copy_rows(connection, "rejected_batch", _OF_SALE + _OF_REASON, _rows(refusals))
    first = {(refusal.sale.sale_id, refusal.sale.content_hash): refusal for refusal in reversed(refusals)}
    kept = {
        (row["sale_id"], row["content_hash"])
        for row in rows(
            connection,
            f"INSERT INTO rejected_sale ({_COLUMNS}) SELECT {_COLUMNS} FROM rejected_batch"
            " ON CONFLICT DO NOTHING RETURNING sale_id, content_hash",
        )
    }
    connection.execute(text("TRUNCATE rejected_batch"))
    return [refusal for key, refusal in reversed(first.items()) if key in kept]


def _rows(refusals: Sequence[Refusal]) -> Iterable[tuple[Any, ...]]:
    for refusal in refusals:
        yield (*(getattr(refusal.sale, name) for name in _OF_SALE), *(getattr(refusal, name) for name in _OF_REASON))


def page(
    connection: Connection, source: str | None, import_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Refusals, newest first."""
    at, id_ = after or (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
    return rows(
        connection,
        "SELECT sale_id AS id, source, event_id, code, field, message, import_id, line, submitted, rejected_at"
        " FROM rejected_sale WHERE (rejected_at, sale_id) < (:at, :id)"
        " AND (CAST(:source AS text) IS NULL OR source = :source)"
        " AND (CAST(:import AS uuid) IS NULL OR import_id = :import)"
        " ORDER BY rejected_at DESC, sale_id DESC LIMIT :limit",
        at=at, id=id_, source=source, **{"import": import_id}, limit=limit,
    )  # fmt: skip
