"""Imports of what a shop has but its sales, and those of their lines that changed something or were refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows
from chassis.reading.own import FAULT
from sqlalchemy import text

_COLUMNS = (
    "id, kind, name, mapping, digest, bytes, lines, warnings, created_by, created_at, undone_by, undone_at, undone,"
    " reading, tally"
)  # fmt: skip
LineRow = tuple[int, str, Mapping[str, Any], Mapping[str, Any] | None, Sequence[Mapping[str, str]]]
NotedRow = tuple[
    int, str, Mapping[str, Any], Mapping[str, Any] | None, Sequence[Mapping[str, str]], Mapping[str, str] | None
]


class RefusedRow(NamedTuple):
    """A line that changed nothing: its cells as its file had them and as somebody mended them, and its faults."""

    line: int
    cells: dict[str, str] | None
    mended: dict[str, str] | None
    faults: list[dict[str, str]]

    def with_cells(self, cells: Mapping[str, str]) -> "RefusedRow":
        """The line with corrected cells."""
        return self._replace(mended=(self.mended or {}) | dict(cells))

    @property
    def current(self) -> dict[str, str]:
        """The cells as they are to be read now; who mends a line has seen what was wrong with it as a whole."""
        cells = (self.cells or {}) | (self.mended or {})
        return {name: cell for name, cell in cells.items() if name != FAULT or not self.mended}

    @property
    def codes(self) -> set[str]:
        """What was wrong."""
        return {fault["code"] for fault in self.faults}


def _json(value: Any) -> str:
    return orjson.dumps(value, default=str).decode()


def create(connection: Connection, id_: UUID, content: Mapping[str, Any]) -> None:
    """Register an upload."""
    connection.execute(
        text(
            "INSERT INTO import (id, kind, name, mapping, digest, bytes, created_by, known_as, day_first, warnings)"
            " VALUES (:id, :kind, :name, CAST(:mapping AS jsonb), :digest, :bytes, :created_by, :known_as, :day_first,"
            " CAST(:warnings AS jsonb))"
        ),
        {**content, "id": id_, "mapping": _json(content["mapping"]), "warnings": _json(content["warnings"])},
    )


def days_before(connection: Connection, kind: str, known_as: str) -> dict[str, Any] | None:
    """The last import of the kind and of such a file whose days were decided, and that was not taken back."""
    found = rows(
        connection,
        "SELECT name, day_first, created_at FROM import WHERE kind = :kind AND known_as = :known_as"
        " AND day_first IS NOT NULL AND undone_at IS NULL ORDER BY created_at DESC LIMIT 1",
        kind=kind, known_as=known_as,
    )  # fmt: skip
    return found[0] if found else None


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


def note(connection: Connection, id_: UUID, lines: Iterable[NotedRow]) -> None:
    """Keep what became of lines, and the cells of those that were refused; what is noted already stays."""
    noted = [(id_, number, outcome, _json(content), _json_or_none(before), _json(list(faults)), _json_or_none(cells))
             for number, outcome, content, before, faults, cells in lines]  # fmt: skip
    if noted:
        columns = ("import_id", "line", "outcome", "content", "before", "faults", "cells")
        copy_rows(connection, "import_line", columns, noted)


def _json_or_none(value: Any) -> str | None:
    return None if value is None else _json(value)


def keep_reading(connection: Connection, id_: UUID, reading: Mapping[str, Any]) -> None:
    """Keep how the file was read."""
    connection.execute(
        text("UPDATE import SET reading = CAST(:reading AS jsonb) WHERE id = :id"),
        {"id": id_, "reading": _json(reading)},
    )


def refused_rows(connection: Connection, id_: UUID, lines: Sequence[int] | None) -> list[RefusedRow]:
    """Refused lines, all or these, in the file's order."""
    found = rows(
        connection,
        "SELECT line, cells, mended, faults FROM import_line WHERE import_id = :id AND outcome = 'rejected'"
        f" {'' if lines is None else 'AND line = ANY(:lines)'} ORDER BY line",
        id=id_, **({} if lines is None else {"lines": list(lines)}),
    )  # fmt: skip
    return [RefusedRow(**row) for row in found]


def mend(connection: Connection, id_: UUID, cells: Mapping[int, Mapping[str, str]], who: str) -> None:
    """Keep what cells are to be."""
    if cells:
        connection.execute(
            text(
                "UPDATE import_line SET mended = coalesce(mended, '{}') || CAST(:cells AS jsonb), mended_by = :who"
                " WHERE import_id = :id AND line = :line"
            ),
            [{"id": id_, "line": line, "cells": _json(said), "who": who} for line, said in cells.items()],
        )


def settle(connection: Connection, id_: UUID, lines: Iterable[LineRow], tally: Mapping[str, Any]) -> None:
    """Keep what became of refused lines after all, and of how many lines what became."""
    settled = [
        {"id": id_, "line": number, "outcome": outcome, "content": _json(content), "before": _json_or_none(before),
         "faults": _json(list(faults))}
        for number, outcome, content, before, faults in lines
    ]  # fmt: skip
    for row in settled:
        connection.execute(text(_UNCHANGED if row["outcome"] == "unchanged" else _SETTLED), row)
    connection.execute(
        text("UPDATE import SET tally = CAST(:tally AS jsonb) WHERE id = :id"), {"id": id_, "tally": _json(tally)}
    )


_UNCHANGED = "DELETE FROM import_line WHERE import_id = :id AND line = :line"  # as of any line that changed nothing
_SETTLED = (
    "UPDATE import_line SET outcome = :outcome, content = CAST(:content AS jsonb), before = CAST(:before AS jsonb),"
    " faults = CAST(:faults AS jsonb) WHERE import_id = :id AND line = :line"
)


def refused(connection: Connection, id_: UUID, after: int, limit: int) -> list[dict[str, Any]]:
    """Refused lines with their faults, in the file's order."""
    return rows(
        connection,
        "SELECT line, faults, cells, mended, mended_by FROM import_line WHERE import_id = :id AND outcome ="
        " 'rejected' AND line > :after"
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
