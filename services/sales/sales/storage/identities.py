"""A file's lines beside what its source has brought before: who is who, told by content before ids.

`lay` lays the lines beside the ledger in temporary tables of the caller's transaction; the rest asks these.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text


class LaidLine(NamedTuple):
    """A line of a file: the id that it would have, and what it says."""

    line: int
    sale_id: UUID
    hash: UUID
    sold_at: datetime
    place: str
    reference: str | None
    sku: str
    quantity: Any
    unit_price: Any


_LINES = """
CREATE TEMP TABLE file_line (line integer, sale_id uuid, hash uuid, sold_at timestamptz, place text, reference text,
    sku text, quantity numeric, unit_price numeric) ON COMMIT DROP
"""
# What an undone import recorded is as if it had never come.
_STANDS = (
    "NOT (superseded_by IS NOT NULL AND import_id IS NOT NULL"
    " AND import_id IN (SELECT id FROM import WHERE undo IS NOT NULL))"
)
_THERE = f"""
CREATE TEMP TABLE there ON COMMIT DROP AS
SELECT sale_id, event_id, content_hash AS hash, sold_at, location AS place, reference, CAST(NULL AS integer) AS line
FROM sale WHERE source = :source AND kind IN ('sale', 'return') AND {_STANDS}
    AND sold_at BETWEEN CAST(:first AS timestamptz) - interval '1 day' AND CAST(:last AS timestamptz) + interval '1 day'
UNION ALL
SELECT sale_id, event_id, content_hash, CAST(claim ->> 'sold_at' AS timestamptz), claim ->> 'location',
    claim ->> 'reference', NULL FROM quarantined_sale
WHERE source = :source AND claim ->> 'kind' IN ('sale', 'return')
"""
_SAME_ID = "UPDATE there SET line = f.line FROM file_line f WHERE f.sale_id = there.sale_id AND f.hash = there.hash"
_SAME_CONTENT = """
UPDATE there SET line = f.line FROM
    (SELECT line, hash, row_number() OVER (PARTITION BY hash ORDER BY line) AS nth FROM file_line
     WHERE NOT EXISTS (SELECT FROM there WHERE there.line = file_line.line)) AS f
    JOIN (SELECT sale_id, hash, row_number() OVER (PARTITION BY hash ORDER BY sale_id) AS nth FROM there
          WHERE line IS NULL) AS t USING (hash, nth)
WHERE there.sale_id = t.sale_id
"""
_UNMATCHED = "NOT EXISTS (SELECT FROM there WHERE there.line = f.line)"


def lay(connection: Connection, lines: Iterable[Sequence[LaidLine]], source: str) -> int:
    """Lay a file's lines beside the ledger; how many of them it has, whatever their ids."""
    for table in ("file_line", "there"):
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    connection.execute(text(_LINES))
    for some in lines:
        copy_rows(connection, "file_line", LaidLine._fields, some)
    span = rows(connection, "SELECT min(sold_at) AS first, max(sold_at) AS last FROM file_line")[0]
    connection.execute(text(_THERE), {"source": source, **span})
    connection.execute(text("CREATE INDEX ON file_line (sale_id); CREATE INDEX ON there (sale_id)"))
    connection.execute(text(_SAME_ID))
    connection.execute(text("CREATE INDEX ON there (line); ANALYZE file_line; ANALYZE there"))
    connection.execute(text(_SAME_CONTENT))
    return int(scalar(connection, "SELECT count(*) FROM there WHERE line IS NOT NULL"))


_OTHERS = f"""
WITH f AS (
    SELECT place, CAST(sold_at AT TIME ZONE :zone AS date) AS day, hash,
        row_number() OVER (PARTITION BY hash ORDER BY line) AS nth
    FROM file_line f WHERE {_UNMATCHED}
), said AS (
    SELECT source, content_hash AS hash, sale_id
    FROM sale WHERE source <> :source AND kind IN ('sale', 'return') AND superseded_by IS NULL
        AND sold_at BETWEEN (SELECT min(sold_at) FROM file_line) AND (SELECT max(sold_at) FROM file_line)
    UNION ALL
    SELECT source, content_hash, sale_id FROM quarantined_sale WHERE source <> :source
), s AS (
    SELECT source, hash, row_number() OVER (PARTITION BY source, hash ORDER BY sale_id) AS nth FROM said
), days AS (
    SELECT place, day, count(*) AS lines FROM f GROUP BY place, day
), there AS (
    SELECT source, place, day, count(*) AS lines FROM f JOIN s USING (hash, nth) GROUP BY source, place, day
)
SELECT source, sum(there.lines)::bigint AS lines, (SELECT count(*) FROM f) AS of_lines,
    coalesce(sum(there.lines) FILTER (WHERE days.lines >= :few AND there.lines >= :share * days.lines), 0)::bigint
        AS of_whole_days
FROM there JOIN days USING (place, day) GROUP BY source ORDER BY of_whole_days DESC, lines DESC LIMIT 1
"""


def any_others(connection: Connection, source: str) -> bool:
    """Whether anything of another source counts or waits."""
    sql = (
        "SELECT EXISTS (SELECT FROM sale_total WHERE source <> :source AND counting > 0)"
        " OR EXISTS (SELECT FROM quarantined_sale WHERE source <> :source)"
    )
    return bool(scalar(connection, sql, source=source))


def of_another(connection: Connection, source: str, zone: str, few: int, share: float) -> dict[str, Any] | None:
    """The other source that has said most of what is new in the laid lines, word for word: how many of how many
    `lines`, and how many on days of a place (of at least `few` lines) of which it has said that `share` or more."""
    found = rows(connection, _OTHERS, source=source, zone=zone, few=few, share=share)
    return found[0] if found else None


def known_otherwise(connection: Connection) -> dict[int, str]:
    """The ids under which the ledger has lines, where these are others than they would have."""
    sql = "SELECT f.line, there.event_id FROM there JOIN file_line f USING (line) WHERE there.sale_id <> f.sale_id"
    return {row["line"]: row["event_id"] for row in rows(connection, sql)}


_DIFFERS = {
    "sold_at": "f.sold_at <> s.sold_at", "sku": "f.sku <> s.sku", "location": "f.place <> s.location",
    "quantity": "f.quantity <> s.quantity", "unit_price": "f.unit_price <> s.unit_price",
}  # fmt: skip


def clashes(connection: Connection, zone: str) -> dict[str, Any]:
    """Lines whose ids are other lines' in the ledger: of the same day and place (`changed`), or not (`elsewhere`).

    `lines`: those of both, `differ`: in what, in how many lines.
    """
    differ = ", ".join(f"count(*) FILTER (WHERE {sql}) AS {name}" for name, sql in _DIFFERS.items())
    day = "CAST({}.sold_at AT TIME ZONE :zone AS date)"
    same = f"{day.format('f')} = {day.format('s')} AND f.place = s.location"
    found = rows(
        connection,
        f"SELECT count(*) FILTER (WHERE {same}) AS changed, count(*) FILTER (WHERE NOT ({same})) AS elsewhere, {differ}"
        f" FROM file_line f JOIN sale s USING (sale_id) WHERE {_UNMATCHED} AND f.hash <> s.content_hash"
        f" AND {_STANDS} AND NOT EXISTS (SELECT FROM there WHERE there.sale_id = s.sale_id AND there.line IS NOT NULL)",
        zone=zone,
    )[0]
    return {"changed": found["changed"], "elsewhere": found["elsewhere"],
            "differ": {name: found[name] for name in _DIFFERS if found[name]}}  # fmt: skip


def beside(connection: Connection) -> list[tuple[int, UUID, UUID]]:
    """Lines whose ids are those of other lines of the file, which the ledger has under them: their ids and contents."""
    found = rows(
        connection,
        f"SELECT f.line, f.sale_id, f.hash FROM file_line f JOIN there USING (sale_id) WHERE {_UNMATCHED}"
        " AND there.line IS NOT NULL ORDER BY f.line",
    )
    return [(row["line"], row["sale_id"], row["hash"]) for row in found]


def replacing(connection: Connection, zone: str) -> dict[int, str]:
    """Lines that stand where the ledger has other ones, of the same receipt, day and place: the ids of those."""
    day = "CAST(sold_at AT TIME ZONE :zone AS date)"
    nth = f"row_number() OVER (PARTITION BY reference, place, {day} ORDER BY {{}}) AS nth"
    of_file = (
        f"SELECT line, reference, place, {day} AS day, {nth.format('line')} FROM file_line f"
        f" WHERE reference IS NOT NULL AND {_UNMATCHED} AND NOT EXISTS (SELECT FROM sale s WHERE s.sale_id = f.sale_id)"
    )
    of_ledger = (
        f"SELECT event_id, reference, place, {day} AS day, {nth.format('sale_id')} FROM there"
        " WHERE line IS NULL AND reference IS NOT NULL"
    )
    found = rows(
        connection,
        f"SELECT f.line, t.event_id FROM ({of_file}) AS f JOIN ({of_ledger}) AS t USING (reference, place, day, nth)",
        zone=zone,
    )
    return {row["line"]: row["event_id"] for row in found}
