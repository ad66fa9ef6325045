"""What became of each line of an imported file: noted once, whatever is delivered twice.

Only a line that waits gets another outcome: it is recorded when what it waits for has come, or refused after all.
"""

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


def note(connection: Connection, items: Iterable[FromFile], outcome: str) -> None:
    """Note the outcome of those that came from a file."""
    _write(connection, [
        (i.import_id, i.line, outcome, None, None, None, None) for i in items if i.import_id and i.line is not None
    ])  # fmt: skip


def note_refused(connection: Connection, refusals: Iterable[Refusal]) -> None:
    """Note those refused claims that came from a file."""
    noted = ((r.sale.import_id, r.sale.line, r.code, r.field, r.message, None) for r in refusals if r.sale.import_id)
    note_rejected(connection, noted)


def note_rejected(connection: Connection, lines: Iterable[tuple[Any, ...]]) -> None:
    """Note rejected lines: (import id, line, code, field, message, content)."""
    _write(connection, [(id_, line, "rejected", *rest) for id_, line, *rest in lines if line is not None])


def _write(connection: Connection, noted: list[tuple[Any, ...]]) -> None:
    if not noted:
        return
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS line_batch (LIKE import_line INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    copy_rows(connection, "line_batch", _COLUMNS, noted)
    names = ", ".join(_COLUMNS)
    connection.execute(
        text(
            f"INSERT INTO import_line ({names}) SELECT DISTINCT ON (import_id, line) {names} FROM line_batch"
            " ORDER BY import_id, line ON CONFLICT (import_id, line) DO UPDATE SET outcome = EXCLUDED.outcome,"
            " code = EXCLUDED.code, field = EXCLUDED.field, message = EXCLUDED.message"
            " WHERE import_line.outcome = 'quarantined' AND EXCLUDED.outcome IN ('recorded', 'rejected')"
        )
    )
    connection.execute(text("TRUNCATE line_batch"))
