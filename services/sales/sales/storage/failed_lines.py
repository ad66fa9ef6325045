"""Lines of imports that became no sale: their cells as the file had them and as somebody mended them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows
from chassis.reading.own import FAULT
from sqlalchemy import text


class KeptLine(NamedTuple):
    """A line of a file: the id it is known by, and its cells by column. `mended`: those that were changed."""

    line: int
    event_id: str
    cells: dict[str, str]
    mended: dict[str, str] | None = None

    @property
    def current(self) -> dict[str, str]:
        """The cells as they are to be read now; who mends a line has seen what was wrong with it as a whole."""
        cells = self.cells | (self.mended or {})
        return {name: cell for name, cell in cells.items() if name != FAULT or not self.mended}


def without_cells(connection: Connection, import_id: UUID, most: int) -> set[int]:
    """Lines that were refused or wait, and whose cells are not kept yet; the first ones."""
    found = connection.execute(
        text(
            "SELECT line FROM import_line WHERE import_id = :id AND outcome IN ('rejected', 'quarantined')"
            " AND NOT EXISTS (SELECT FROM import_cells AS kept WHERE kept.import_id = :id"
            " AND kept.line = import_line.line) ORDER BY line LIMIT :most"
        ),
        {"id": import_id, "most": most},
    )
    return set(found.scalars())


def keep(connection: Connection, import_id: UUID, lines: Iterable[KeptLine]) -> None:
    """Keep the cells of lines that have none yet."""
    copy_rows(
        connection, "import_cells", ("import_id", "line", "event_id", "cells"),
        ((import_id, kept.line, kept.event_id, kept.cells) for kept in lines),
    )  # fmt: skip


def page(connection: Connection, import_id: UUID, after: int, limit: int) -> list[dict[str, Any]]:
    """Rejected lines in the file's order, with their cells."""
    return rows(
        connection,
        "SELECT line, code, field AS column, message, content, cells, mended, mended_by FROM import_line"
        " LEFT JOIN import_cells AS kept USING (import_id, line)"
        " WHERE import_id = :id AND outcome = 'rejected' AND line > :after ORDER BY line LIMIT :limit",
        id=import_id, after=after, limit=limit,
    )  # fmt: skip


def of_lines(connection: Connection, import_id: UUID, lines: Sequence[int]) -> dict[int, KeptLine]:
    """The rejected ones among these lines whose cells are kept."""
    return {kept.line: kept for kept in _kept(connection, import_id, "line = ANY(:lines)", lines=list(lines))}


def following(connection: Connection, import_id: UUID, after: int, limit: int) -> list[KeptLine]:
    """The next rejected lines, locked, in the file's order."""
    return _kept(
        connection, import_id, "line > :after ORDER BY line LIMIT :limit FOR UPDATE OF import_line",
        after=after, limit=limit,
    )  # fmt: skip


def _kept(connection: Connection, import_id: UUID, condition: str, **values: Any) -> list[KeptLine]:
    found = rows(
        connection,
        "SELECT line, event_id, cells, mended FROM import_line JOIN import_cells USING (import_id, line)"
        f" WHERE import_id = :id AND outcome = 'rejected' AND {condition}",
        id=import_id, **values,
    )  # fmt: skip
    return [KeptLine(**row) for row in found]


def count(connection: Connection, import_id: UUID) -> int:
    """How many rejected lines have their cells."""
    found = rows(
        connection,
        "SELECT count(*) AS lines FROM import_line JOIN import_cells USING (import_id, line)"
        " WHERE import_id = :id AND outcome = 'rejected'",
        id=import_id,
    )
    return int(found[0]["lines"])


def mend(connection: Connection, import_id: UUID, lines: Sequence[KeptLine], who: str) -> None:
    """Keep what the cells of these lines are to be, and what they are known by then."""
    if lines:
        connection.execute(
            text(
                "UPDATE import_cells SET mended = CAST(:mended AS jsonb), mended_by = :who, event_id = :event_id"
                " WHERE import_id = :id AND line = :line"
            ),
            [
                {"id": import_id, "line": one.line, "event_id": one.event_id, "who": who,
                 "mended": orjson.dumps(one.mended or {}).decode()}
                for one in lines
            ],
        )  # fmt: skip


def known_as(connection: Connection, import_id: UUID, event_ids: Sequence[str]) -> set[str]:
    """Those of the ids that a failed line of the import has."""
    sql = "SELECT event_id FROM import_cells WHERE import_id = :id AND event_id = ANY(:ids)"
    return set(connection.execute(text(sql), {"id": import_id, "ids": list(event_ids)}).scalars())


def forget_outcomes(connection: Connection, import_id: UUID, lines: Sequence[int]) -> None:
    """These lines are about to be judged again."""
    connection.execute(
        text("DELETE FROM import_line WHERE import_id = :id AND line = ANY(:lines)"),
        {"id": import_id, "lines": list(lines)},
    )
