"""Claims the ledger refused: kept once each, published as `sale-rejected`, listed for producers and imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis import outbox
from chassis.database import Connection, copy_rows, rows
from contracts.envelope import new_event
from contracts.events import SaleRejected
from sqlalchemy import text

from sales.domain.claims import Claim, Refused
from sales.storage import import_lines

_COLUMNS = (
    "sale_id", "content_hash", "source", "event_id", "code", "field", "message", "import_id", "line", "submitted",
)  # fmt: skip


@dataclass(frozen=True)
class Refusal:
    """A refused claim and the reason."""

    sale_id: UUID
    content_hash: UUID
    source: str
    event_id: str
    code: str
    field: str
    message: str
    sku: str | None
    location: str | None
    import_id: UUID | None
    line: int | None
    submitted: dict[str, Any]

    @classmethod
    def of(cls, claim: Claim, refused: Refused) -> "Refusal":
        """The refusal of a claim that could be read."""
        content = {name: value for name, value in claim._asdict().items() if value is not None}
        return cls(
            claim.sale_id, claim.content_hash, claim.source, claim.event_id, refused.code, refused.field,
            refused.message, claim.sku, claim.location, claim.import_id, claim.line, content,
        )  # fmt: skip


def refuse(connection: Connection, refusals: Sequence[Refusal]) -> list[Refusal]:
    """Keep and publish refusals; one that was refused before is not told twice. Returns all given."""
    if not refusals:
        return []
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS rejected_batch (LIKE rejected_sale INCLUDING DEFAULTS)"
            " ON COMMIT DELETE ROWS"
        )
    )
    copy_rows(
        connection, "rejected_batch", _COLUMNS,
        (
            (
                r.sale_id, r.content_hash, r.source, r.event_id, r.code, r.field, r.message, r.import_id, r.line,
                r.submitted,
            )
            for r in refusals
        ),
    )  # fmt: skip
    names = ", ".join(_COLUMNS)
    kept = {
        (row["sale_id"], row["content_hash"])
        for row in rows(
            connection,
            f"INSERT INTO rejected_sale ({names}) SELECT {names} FROM rejected_batch"
            " ON CONFLICT DO NOTHING RETURNING sale_id, content_hash",
        )
    }
    connection.execute(text("TRUNCATE rejected_batch"))
    told = [refusal for refusal in refusals if (refusal.sale_id, refusal.content_hash) in kept]
    outbox.publish(connection, (new_event(_event(refusal), "sales") for refusal in told))
    import_lines.note_rejected(
        connection, ((r.import_id, r.line, r.code, r.field, r.message, None) for r in refusals if r.import_id)
    )
    return list(refusals)


def _event(refusal: Refusal) -> SaleRejected:
    return SaleRejected(
        source=refusal.source[:500], event_id=refusal.event_id, code=refusal.code, message=refusal.message[:500],
        field=refusal.field, sku=refusal.sku, location=refusal.location, import_id=refusal.import_id,
        line=refusal.line, submitted={name: str(value) for name, value in refusal.submitted.items()},
    )  # fmt: skip


def page(
    connection: Connection, source: str | None, import_id: UUID | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Refusals, newest first."""
    at, id_ = after or (datetime.max.replace(tzinfo=UTC), UUID(int=2**128 - 1))
    return rows(
        connection,
        "SELECT sale_id, source, event_id, code, field, message, import_id, line, submitted, rejected_at"
        " FROM rejected_sale WHERE (rejected_at, sale_id) < (:at, :id)"
        " AND (CAST(:source AS text) IS NULL OR source = :source)"
        " AND (CAST(:import AS uuid) IS NULL OR import_id = :import)"
        " ORDER BY rejected_at DESC, sale_id DESC LIMIT :limit",
        at=at, id=id_, source=source, **{"import": import_id}, limit=limit,
    )  # fmt: skip
