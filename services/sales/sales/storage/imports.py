"""Imports as stored: the mapping, the shift of its dates, and what became of its lines."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, rows, scalar
from chassis.spreadsheets import csv_cell_sql
from sqlalchemy import text

_COLUMNS = (
    "id, name, source, mapping, bytes, lines, shift_weeks, warnings, created_by, created_at, reading, mend_job,"
    " undo_job, undo"
)


def create(
    connection: Connection, id_: UUID, name: str, source: str, mapping: dict[str, Any], size: int, who: str
) -> None:
    """Register an upload."""
    connection.execute(
        text(
            "INSERT INTO import (id, name, source, mapping, bytes, created_by)"
            " VALUES (:id, :name, :source, CAST(:mapping AS jsonb), :bytes, :who)"
        ),
        {
            "id": id_,
            "name": name,
            "source": source,
            "mapping": orjson.dumps(mapping).decode(),
            "bytes": size,
            "who": who,
        },
    )


def keep_days(connection: Connection, id_: UUID, known_as: str, *, day_first: bool) -> None:
    """Keep how its days are read, for the next file of its kind."""
    connection.execute(
        text("UPDATE import SET known_as = :known_as, day_first = :day_first WHERE id = :id"),
        {"id": id_, "known_as": known_as, "day_first": day_first},
    )


def days_before(connection: Connection, known_as: str) -> dict[str, Any] | None:
    """The last import of such a file whose days were decided, and that was not taken back."""
    found = rows(
        connection,
        "SELECT name, day_first, created_at FROM import WHERE known_as = :known_as AND day_first IS NOT NULL"
        " AND undo IS NULL ORDER BY created_at DESC LIMIT 1",
        known_as=known_as,
    )
    return found[0] if found else None


def get(connection: Connection, id_: UUID) -> dict[str, Any] | None:
    """An import's row."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM import WHERE id = :id", id=id_)
    return found[0] if found else None


def page(connection: Connection, after: tuple[datetime, UUID] | None, limit: int) -> list[dict[str, Any]]:
    """Imports, newest first."""
    clause = "WHERE (created_at, id) < (:at, :id)" if after else ""
    values: dict[str, Any] = {"at": after[0], "id": after[1]} if after else {}
    return rows(
        connection,
        f"SELECT {_COLUMNS} FROM import {clause} ORDER BY created_at DESC, id DESC LIMIT :limit",
        limit=limit, **values,
    )  # fmt: skip


def surveyed(connection: Connection, id_: UUID, lines: int, shift_weeks: int, warnings: list[str]) -> None:
    """Keep what the survey found."""
    connection.execute(
        text("UPDATE import SET lines = :lines, shift_weeks = :shift WHERE id = :id"),
        {"id": id_, "lines": lines, "shift": shift_weeks},
    )
    warn(connection, id_, *warnings)


def warn(connection: Connection, id_: UUID, *warnings: str) -> None:
    """Keep warnings, each once."""
    connection.execute(
        text(
            "UPDATE import SET warnings = (SELECT coalesce(jsonb_agg(said ORDER BY first), '[]') FROM (SELECT said,"
            " min(nth) AS first FROM jsonb_array_elements(warnings || CAST(:more AS jsonb)) WITH ORDINALITY"
            " AS each (said, nth) GROUP BY said) AS one) WHERE id = :id"
        ),
        {"more": orjson.dumps(list(warnings)).decode(), "id": id_},
    )


def brought_before(connection: Connection, source: str) -> bool:
    """Whether an import of this source has come as far as its lines."""
    return bool(
        scalar(
            connection,
            "SELECT EXISTS (SELECT FROM import JOIN import_line ON import_line.import_id = import.id"
            " WHERE import.source = :source)",
            source=source,
        )
    )


def last_reading(connection: Connection, source: str) -> dict[str, Any] | None:
    """How the last file of this source was read that was not taken back."""
    found = rows(
        connection,
        "SELECT reading FROM import WHERE source = :source AND reading IS NOT NULL AND undo IS NULL"
        " ORDER BY created_at DESC, id DESC LIMIT 1",
        source=source,
    )
    return found[0]["reading"] if found else None


def readings_of(connection: Connection, source: str, size: int) -> list[dict[str, Any]]:
    """How the source's files of this size were read, but for those that were taken back or brought nothing."""
    sql = (
        "SELECT reading FROM import WHERE source = :source AND bytes = :size AND reading IS NOT NULL AND undo IS NULL"
        " AND coalesce(CAST(settled ->> 'recorded' AS integer), 0) > 0 ORDER BY created_at"
    )
    return [row["reading"] for row in rows(connection, sql, source=source, size=size)]


def kept_shift(connection: Connection, source: str) -> int:
    """The source's shift, if its first import has fixed one."""
    return int(scalar(connection, "SELECT weeks FROM date_shift WHERE source = :source", source=source) or 0)


def fixed_shift(connection: Connection, source: str, weeks: int) -> int:
    """The source's shift, fixed by its first import."""
    connection.execute(
        text("INSERT INTO date_shift (source, weeks) VALUES (:source, :weeks) ON CONFLICT DO NOTHING"),
        {"source": source, "weeks": weeks},
    )
    return int(scalar(connection, "SELECT weeks FROM date_shift WHERE source = :source", source=source))


def outcomes(connection: Connection, id_: UUID) -> dict[str, int]:
    """Lines by outcome, so far."""
    settled: dict[str, int] | None = scalar(connection, "SELECT settled FROM import WHERE id = :id", id=id_)
    # Of an import that has ended only what waits still changes: it is recorded when what it waits for arrives.
    unsettled = "" if settled is None else " AND outcome IN ('rejected', 'quarantined')"
    found = rows(
        connection,
        f"SELECT outcome, count(*) AS lines FROM import_line WHERE import_id = :id{unsettled} GROUP BY outcome", id=id_,
    )  # fmt: skip
    counts = {row["outcome"]: row["lines"] for row in found}
    if settled is None:
        return counts
    counts = {"quarantined": 0, "rejected": 0} | counts
    recorded = sum(settled.values()) - settled.get("duplicate", 0) - sum(counts.values())
    return settled | counts | {"recorded": recorded}


def settle(connection: Connection, id_: UUID) -> None:
    """Count the lines of an import that ends now, or was mended, once for all readers."""
    connection.execute(text("UPDATE import SET settled = NULL WHERE id = :id"), {"id": id_})
    counts = orjson.dumps(outcomes(connection, id_)).decode()
    connection.execute(
        text("UPDATE import SET settled = CAST(:counts AS jsonb) WHERE id = :id"), {"id": id_, "counts": counts}
    )


def reasons(connection: Connection, id_: UUID) -> dict[str, int]:
    """Rejected lines by code."""
    found = rows(
        connection,
        "SELECT code, count(*) AS lines FROM import_line WHERE import_id = :id AND outcome = 'rejected' GROUP BY code",
        id=id_,
    )
    return {row["code"]: row["lines"] for row in found}


_REJECTED = (
    'SELECT line, code, COALESCE(CAST(:names AS jsonb) ->> field, field) AS "column", message, content FROM import_line'
    " WHERE import_id = :id AND outcome = 'rejected' AND line > :after ORDER BY line LIMIT :limit"
)
_CELLS = ("code", '"column"', "message", "content")
_CSV = " || ',' || ".join(["line", *map(csv_cell_sql, _CELLS)]) + " || chr(13) || chr(10)"


def rejected_csv(
    connection: Connection, id_: UUID, after: int, limit: int, names: Mapping[str, str]
) -> tuple[int | None, str]:
    """Rejected lines as CSV, and which line of the file the last is of; None when there is none.

    `names`: the file's columns by the fields of a sale that were read from them.
    """
    found = connection.execute(
        text(f"SELECT max(line), COALESCE(string_agg({_CSV}, '' ORDER BY line), '') FROM ({_REJECTED}) AS r"),
        {"id": id_, "after": after, "limit": limit, "names": orjson.dumps(dict(names)).decode()},
    ).one()
    return found[0], found[1]


def keep_reading(connection: Connection, id_: UUID, reading: dict[str, Any]) -> None:
    """Keep how the file was read."""
    connection.execute(
        text("UPDATE import SET reading = CAST(:reading AS jsonb) WHERE id = :id"),
        {"id": id_, "reading": orjson.dumps(reading).decode()},
    )


def locked(connection: Connection, id_: UUID) -> dict[str, Any] | None:
    """An import's row, until the transaction ends."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM import WHERE id = :id FOR UPDATE", id=id_)
    return found[0] if found else None


def began_mending(connection: Connection, id_: UUID, job: UUID) -> None:
    """Its failed lines are run again by this job."""
    connection.execute(text("UPDATE import SET mend_job = :job WHERE id = :id"), {"job": job, "id": id_})


def began_undoing(connection: Connection, id_: UUID, job: UUID, undo: dict[str, Any]) -> None:
    """It is taken back by this job; from now on none of its lines is recorded."""
    connection.execute(text("UPDATE import SET undo_job = :job WHERE id = :id"), {"job": job, "id": id_})
    note_undo(connection, id_, undo)


def note_undo(connection: Connection, id_: UUID, undo: dict[str, Any]) -> None:
    """Keep what became of its undo so far."""
    connection.execute(
        text("UPDATE import SET undo = CAST(:undo AS jsonb) WHERE id = :id"),
        {"id": id_, "undo": orjson.dumps(undo).decode()},
    )


def sources(connection: Connection, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Of which source each of the imports is."""
    found = rows(connection, "SELECT id, source FROM import WHERE id = ANY(:ids)", ids=list(ids))
    return {row["id"]: row["source"] for row in found}


def undone(connection: Connection, ids: Iterable[UUID]) -> set[UUID]:
    """Those of the imports that were taken back."""
    if not (wanted := list(ids)):
        return set()
    sql = "SELECT id FROM import WHERE id = ANY(:ids) AND undo IS NOT NULL"
    return set(connection.execute(text(sql), {"ids": wanted}).scalars())


def any_undone(connection: Connection, source: str) -> bool:
    """Whether any import of this source was taken back."""
    return bool(
        scalar(connection, "SELECT EXISTS (SELECT FROM import WHERE source = :s AND undo IS NOT NULL)", s=source)
    )
