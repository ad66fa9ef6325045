"""What became of each line of an imported file: noted once, whatever is delivered twice."""

from collections.abc import Iterable
from typing import Any, Protocol
from uuid import UUID

from chassis.database import Connection, copy_rows
from sqlalchemy import text

from sales.domain.sale import Refusal

_COLUMNS = ("import_id", "line", "outcome", "code", "field", "message", "content")


class FromFile(Protocol):
    """Whatever knows the line it came from."""

    @property
    def import_id(self) -> UUID | None:
        """The import."""

    @property
    def line(self) -> int | None:
        """Its line."""


def note(connection: Connection, items: Iterable[FromFile], outcome: str, *, overwrite: bool = False) -> None:
    """Note the outcome of those that came from a file; the first outcome stays unless `overwrite`."""
    noted = [
        (i.import_id, i.line, outcome, None, None, None, None) for i in items if i.import_id and i.line is not None
    ]
    _write(connection, noted, overwrite)


def note_refused(connection: Connection, refusals: Iterable[Refusal]) -> None:
    """Note those refused claims that came from a file."""
    noted = ((r.sale.import_id, r.sale.line, r.code, r.field, r.message, None) for r in refusals if r.sale.import_id)
    note_rejected(connection, noted)


def note_rejected(connection: Connection, lines: Iterable[tuple[Any, ...]]) -> None:
    """Note rejected lines: (import id, line, code, field, message, content)."""
    noted = [(id_, line, "rejected", *rest) for id_, line, *rest in lines if line is not None]
    _write(connection, noted, overwrite=False)


def _write(connection: Connection, noted: list[tuple[Any, ...]], overwrite: bool) -> None:
    if not noted:
        return
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS line_batch (LIKE import_line INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    copy_rows(connection, "line_batch", _COLUMNS, noted)
    action = "UPDATE SET outcome = EXCLUDED.outcome" if overwrite else "NOTHING"
    names = ", ".join(_COLUMNS)
    connection.execute(
        text(
            f"INSERT INTO import_line ({names}) SELECT DISTINCT ON (import_id, line) {names} FROM line_batch"
            f" ORDER BY import_id, line ON CONFLICT (import_id, line) DO {action}"
        )
    )
    connection.execute(text("TRUNCATE line_batch"))
