"""Promotions as catalog told them, and whether the live forecast was made knowing them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, rows

_COLUMNS = "p.promotion_id, p.name, p.skus, p.locations, p.starts, p.ends, p.discount, p.planned_quantity"


def get(connection: Connection, promotion_id: UUID) -> dict[str, Any] | None:
    """One that is planned; `known`: the newest publication's run saw it as it is. None without a publication."""
    found = rows(
        connection,
        f"SELECT {_COLUMNS}, (SELECT pg_visible_in_snapshot(p.changed_by, r.snapshot) FROM publication AS u"
        " JOIN run AS r ON r.id = u.run_id ORDER BY u.id DESC LIMIT 1) AS known"
        " FROM promotion AS p WHERE p.promotion_id = :id AND NOT p.removed",
        id=promotion_id,
    )
    return found[0] if found else None


def beside(
    connection: Connection, promotion_id: UUID, skus: Sequence[str], locations: Sequence[str], oldest: date,
    newest: date,
) -> list[tuple[date, date]]:  # fmt: skip
    """First and last days of others that some of the same series have within those days."""
    found = rows(
        connection,
        "SELECT starts, ends FROM promotion AS p WHERE p.promotion_id <> :id AND NOT p.removed"
        " AND p.starts <= :newest AND p.ends >= :oldest"
        " AND (p.skus && CAST(:skus AS text[]) OR cardinality(p.skus) = 0 OR cardinality(CAST(:skus AS text[])) = 0)"
        " AND (p.locations && CAST(:locations AS text[]) OR cardinality(p.locations) = 0"
        " OR cardinality(CAST(:locations AS text[])) = 0) ORDER BY starts, ends",
        id=promotion_id, skus=list(skus), locations=list(locations), oldest=oldest, newest=newest,
    )  # fmt: skip
    return [(row["starts"], row["ends"]) for row in found]
