"""Claims that wait for a product, a location or an original: kept whole, released when that arrives."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text

from sales.domain.claims import Claim

_COLUMNS = ("sale_id", "waiting_for", "content_hash", "source", "event_id", "claim", "import_id", "line")


def hold(connection: Connection, held: Sequence[tuple[Claim, str]]) -> None:
    """Keep claims with what each waits for (`product:SKU`, `location:CODE`, `sale:ID`)."""
    copy_rows(
        connection,
        "quarantined_sale",
        _COLUMNS,
        ((c.sale_id, what, c.content_hash, c.source, c.event_id, c._asdict(), c.import_id, c.line) for c, what in held),
    )


def take(connection: Connection, arrived: list[str]) -> list[Claim]:
    """Remove and return what waited for these, oldest first."""
    found = rows(
        connection,
        "DELETE FROM quarantined_sale WHERE waiting_for = ANY(:arrived) RETURNING claim, since, sale_id",
        arrived=arrived,
    )
    return [_claim(row["claim"]) for row in sorted(found, key=lambda row: (row["since"], row["sale_id"]))]


def any_for_sales(connection: Connection) -> bool:
    """Whether any correction or void waits for its sale."""
    return bool(
        scalar(
            connection,
            "SELECT EXISTS (SELECT 1 FROM quarantined_sale WHERE waiting_for >= 'sale:' AND waiting_for < 'sale;')",
        )
    )


def holds_any(connection: Connection, sale_ids: Iterable[str]) -> bool:
    """Whether any of these waits."""
    if not scalar(connection, "SELECT EXISTS (SELECT FROM quarantined_sale)"):
        return False
    ids = "{" + ",".join(sale_ids) + "}"
    sql = "SELECT EXISTS (SELECT FROM quarantined_sale WHERE sale_id = ANY(CAST(:ids AS uuid[])))"
    return bool(scalar(connection, sql, ids=ids))


def page(connection: Connection, after: UUID | None, limit: int) -> list[dict[str, Any]]:
    """What waits, by id."""
    return rows(
        connection,
        "SELECT sale_id, waiting_for, source, event_id, claim, since FROM quarantined_sale"
        " WHERE (CAST(:after AS uuid) IS NULL OR sale_id > :after) ORDER BY sale_id LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip


def counts(connection: Connection) -> int:
    """How many claims wait."""
    return int(connection.execute(text("SELECT count(*) FROM quarantined_sale")).scalar_one())


def _uuid(value: str | None) -> UUID | None:
    return UUID(value) if value else None


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _claim(stored: dict[str, Any]) -> Claim:
    return Claim(
        UUID(stored["sale_id"]), stored["source"], stored["event_id"], stored["kind"], stored["sku"],
        stored["location"], _decimal(stored["quantity"]), _decimal(stored["unit_price"]),
        datetime.fromisoformat(stored["sold_at"]) if stored["sold_at"] else None, _uuid(stored["original_id"]),
        stored["reference"], _uuid(stored["import_id"]), stored["line"],
    )  # fmt: skip
