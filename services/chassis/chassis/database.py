"""PostgreSQL: one engine a process, explicit transactions, COPY for bulk.

Nothing commits but `Database.transaction`, so a unit of work is whole or absent.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from itertools import islice
from typing import Any
from uuid import UUID

import orjson
import psycopg2
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

__all__ = [
    "NULL", "Connection", "Database", "copy_cells", "copy_lines", "copy_rows", "escape", "is_transient", "rows",
    "scalar",
]  # fmt: skip

NULL = "\\N"  # as COPY reads it
_COPY_BYTES = 256 * 1024
_BINARY_SIGNATURE, _BINARY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"


class Database:
    """The service's own schema, reached with its own role (whose search_path is that schema)."""

    def __init__(self, url: str, *, pool: int = 10, application: str = "almanac") -> None:
        self.engine: Engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg2://", 1),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=10,
            pool_pre_ping=True,
            connect_args={"application_name": application, "connect_timeout": 5, "options": "-c timezone=UTC"},
        )

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A unit of work: commits at the end of the block, rolls back when it raises."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A read-only, repeatable view of one moment."""
        with self.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(text("SET TRANSACTION READ ONLY"))
            yield connection
            connection.rollback()

    def ping(self) -> None:
        """Raise when the database does not answer."""
        with self.engine.connect() as connection:
            connection.execute(text("SELECT 1"))

    def close(self) -> None:
        """Drop all connections."""
        self.engine.dispose()


def rows(connection: Connection, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """All rows of a query as dictionaries."""
    return [dict(row) for row in connection.execute(text(sql), parameters).mappings()]


def scalar(connection: Connection, sql: str, **parameters: Any) -> Any:
    """The first column of the first row, or None."""
    return connection.execute(text(sql), parameters).scalar()


def is_transient(error: BaseException) -> bool:
    """Whether the same statement may succeed later: lost connections, deadlocks, a full or restarting server."""
    # COPY goes past SQLAlchemy, so that psycopg2's own errors come through as they are.
    if isinstance(error, (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)):
        return True
    if isinstance(error, DBAPIError):
        code = getattr(error.orig, "pgcode", None) or ""
        return error.connection_invalidated or code[:2] in ("08", "40", "53", "57") or code == "55P03"
    return False


def escape(value: str) -> str:
    """A text as COPY reads it."""
    if value.isprintable() and "\\" not in value:  # the usual case, told apart in C
        return value
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value


def _array_item(item: Any) -> str:
    if item is None:
        return "NULL"
    if isinstance(item, str):
        return '"' + item.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return str(item)


class _Cells(dict[type, Callable[[Any], str]]):
    """How a value of each type is written; a subclass as its base, anything else as an array."""

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        known = next((base for base in kind.__mro__ if base in self), None)
        self[kind] = _array if known is None else self[known]
        return self[kind]


def _array(value: Any) -> str:
    return escape("{" + ",".join([_array_item(item) for item in value]) + "}")


_CELLS = _Cells(
    {
        type(None): lambda value: NULL,
        str: escape,
        bool: lambda value: "t" if value else "f",
        bytes: lambda value: "\\\\x" + value.hex(),
        memoryview: lambda value: "\\\\x" + value.hex(),
        dict: lambda value: escape(orjson.dumps(value, default=str).decode()),
        UUID: lambda value: f"{value.int:032x}",
        datetime: datetime.isoformat,
    }
    | dict.fromkeys((int, float, Decimal, date), str)
)


ROWS_HELD = 5000  # of a COPY: a run's 200,000 forecasts and their events are gigabytes of text


def copy_rows(connection: Connection, table: str, columns: Sequence[str], values: Iterable[Sequence[Any]]) -> None:
    """COPY rows into a table inside the caller's transaction. `table` and `columns` are ours, never user input.

    Lists become PostgreSQL arrays, dictionaries JSON. However many rows there are, only `ROWS_HELD` of them are held.
    """
    lines = ("\t".join([_CELLS[value.__class__](value) for value in row]) for row in values)
    while some := list(islice(lines, ROWS_HELD)):
        copy_lines(connection, table, columns, some)


def copy_lines(connection: Connection, table: str, columns: Sequence[str], lines: Sequence[str]) -> None:
    """`copy_rows` for a hot path that writes its own lines: cells that went through `escape`, between tabs."""
    buffer = BytesIO("\n".join([*lines, ""]).encode())
    raw = connection.connection.driver_connection
    with raw.cursor() as cursor:  # type: ignore[union-attr]
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN", buffer, _COPY_BYTES)


def copy_cells(connection: Connection, table: str, columns: Sequence[str], rows: Sequence[bytes]) -> None:
    """`copy_rows` for a hot path that writes its own rows in COPY's binary form, with `chassis.binary`."""
    count = len(columns).to_bytes(2, "big")
    buffer = BytesIO(b"".join([_BINARY_SIGNATURE, *[count + row for row in rows], _BINARY_END]))
    raw = connection.connection.driver_connection
    with raw.cursor() as cursor:  # type: ignore[union-attr]
        cursor.copy_expert(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT binary)", buffer, _COPY_BYTES)
