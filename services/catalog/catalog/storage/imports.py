"""Imports of what a shop has but its sales, and those of their lines that changed something or were refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

_COLUMNS = (
    "id, kind, name, mapping, digest, bytes, lines, warnings, created_by, created_at, undone_by, undone_at, undone"
)  # fmt: skip
LineRow = tuple[int, str, Mapping[str, Any], Mapping[str, Any] | None, Sequence[Mapping[str, str]]]


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def create(connection: Connection, id_: UUID, content: Mapping[str, Any]) -> None:
    """Register an upload."""
    connection.execute(
        text(
            "INSERT INTO import (id, kind, name, mapping, digest, bytes, created_by)"
            " VALUES (:id, :kind, :name, CAST(:mapping AS jsonb), :digest, :bytes, :created_by)"
        ),
        {**content, "id": id_, "mapping": _json(content["mapping"])},
    )


def get(connection: Connection, id_: UUID, *, lock: bool = False) -> dict[str, Any] | None:
    """An import's row."""
    found = rows(connection, f"SELECT {_COLUMNS} FROM import WHERE id = :id{' FOR UPDATE' if lock else ''}", id=id_)
    return found[0] if found else None


def page(
    connection: Connection, kind: str | None, after: tuple[datetime, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    """Imports, newest first."""
    where, given = [], {}
    if kind is not None:
        where, given = ["kind = :kind"], {"kind": kind}
    if after:
        where.append("(created_at, id) < (:at, :id)")
        given |= {"at": after[0], "id": after[1]}  # type: ignore[dict-item]
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection, f"SELECT {_COLUMNS} FROM import{clause} ORDER BY created_at DESC, id DESC LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip


def looked_at(connection: Connection, id_: UUID, lines: int, warnings: Sequence[str]) -> None:
    """Keep how many lines the file has, and what is to be told of it."""
    connection.execute(
        text("UPDATE import SET lines = :lines, warnings = CAST(:warnings AS jsonb) WHERE id = :id"),
        {"id": id_, "lines": lines, "warnings": _json(list(warnings))},
    )


def note(connection: Connection, id_: UUID, lines: Iterable[LineRow]) -> None:
    """Keep what became of lines; what is noted already stays."""
    noted = [(id_, number, outcome, _json(content), None if before is None else _json(before), _json(list(faults)))
             for number, outcome, content, before, faults in lines]  # fmt: skip
    if noted:
        copy_rows(connection, "import_line", ("import_id", "line", "outcome", "content", "before", "faults"), noted)


def refused(connection: Connection, id_: UUID, after: int, limit: int) -> list[dict[str, Any]]:
    """Refused lines with their faults, in the file's order."""
    return rows(
        connection,
        "SELECT line, faults FROM import_line WHERE import_id = :id AND outcome = 'rejected' AND line > :after"
        " ORDER BY line LIMIT :limit",
        id=id_, after=after, limit=limit,
    )  # fmt: skip


def written(connection: Connection, id_: UUID) -> list[dict[str, Any]]:
    """Lines that changed something, the last first: they are taken back in that order."""
    return rows(
        connection,
        "SELECT line, content, before FROM import_line WHERE import_id = :id AND outcome <> 'rejected'"
        " ORDER BY line DESC",
        id=id_,
    )


def undo(connection: Connection, id_: UUID, who: str, result: Mapping[str, Any]) -> None:
    """Keep that the import was undone, by whom, and what stayed."""
    connection.execute(
        text("UPDATE import SET undone_by = :who, undone_at = now(), undone = CAST(:result AS jsonb) WHERE id = :id"),
        {"id": id_, "who": who, "result": _json(result)},
    )
