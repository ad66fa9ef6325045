"""What became of claims, by their ids."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.database import Connection, rows
from sqlalchemy import text

from sales.storage.entries import id_array


class Fate(NamedTuple):
    """What became of a claim, and when."""

    fate: str
    at: datetime
    waiting_for: str | None = None
    code: str | None = None
    field: str | None = None
    message: str | None = None


def repeat(connection: Connection, ids: Iterable[UUID]) -> None:
    """Count claims that came once more than they were needed."""
    times = Counter(ids)
    if times:
        connection.execute(
            text(
                "INSERT INTO repeated_sale (sale_id, times) SELECT * FROM unnest(CAST(:ids AS uuid[]),"
                " CAST(:times AS integer[])) ON CONFLICT (sale_id) DO UPDATE SET"
                " times = repeated_sale.times + EXCLUDED.times, last_at = now()"
            ),
            {"ids": id_array(sorted(times)), "times": [times[id_] for id_ in sorted(times)]},
        )


def repeats(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, int]:
    """How often each came again."""
    sql = "SELECT sale_id, times FROM repeated_sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
    return {row["sale_id"]: row["times"] for row in rows(connection, sql, ids=id_array(ids))}


_SETTLED = """
SELECT sale_id, 'accepted' AS fate, recorded_at AS at, NULL AS waiting_for, NULL AS code, NULL AS field, NULL AS message
    FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))
UNION ALL
SELECT sale_id, 'waiting', since, waiting_for, NULL, NULL, NULL FROM quarantined_sale
    WHERE sale_id = ANY(CAST(:ids AS uuid[]))
UNION ALL
(SELECT DISTINCT ON (sale_id) sale_id, 'rejected', rejected_at, NULL, code, field, message FROM rejected_sale
    WHERE sale_id = ANY(CAST(:ids AS uuid[])) ORDER BY sale_id, rejected_at DESC)
"""


def settled(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, list[Fate]]:
    """Recorded, waiting, or refused: the first counts, a refusal beside another fate is of other content."""
    return _by(rows(connection, _SETTLED, ids=id_array(ids)), "sale_id")


def buried(connection: Connection, source: str, event_ids: Sequence[str]) -> dict[str, list[Fate]]:
    """Open dead letters of a source, by its own ids."""
    found = rows(
        connection,
        "SELECT headers ->> 'ce_id' AS event_id, 'dead-letter' AS fate, stored_at AS at, code, message FROM dead_letter"
        " WHERE status = 'open' AND headers ->> 'ce_source' = :source AND headers ->> 'ce_id' = ANY(:ids)"
        " ORDER BY id DESC",
        source=source, ids=list(event_ids),
    )  # fmt: skip
    return _by(found, "event_id")


def _by(found: list[dict[str, Any]], name: str) -> dict[Any, list[Fate]]:
    fates: dict[Any, list[Fate]] = {}
    for row in found:
        fates.setdefault(row.pop(name), []).append(Fate(**row))
    return fates
