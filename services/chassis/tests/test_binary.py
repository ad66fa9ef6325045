"""What the binary cells mean to PostgreSQL: just what their texts mean."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from chassis import binary
from chassis.database import Connection, Database, copy_cells, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**16), max_value=10**16) | st.sampled_from(
    [Decimal(number) for number in ("0", "-0.00", "1E+2", "0.0001", "10000", "9999.9999", "-12345678.9", "1E-7")]
)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def connection(database_url: str) -> Iterator[Connection]:
    database = Database(database_url)
    with database.engine.connect() as opened:
        opened.execute(
            text("CREATE TEMP TABLE cells (n numeric, r numeric(22, 4), t text, u uuid, i integer, at timestamptz)")
        )
        yield opened
        opened.rollback()
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(numbers, texts | st.none(), st.uuids(), st.integers(-(2**31), 2**31 - 1), st.datetimes(timezones=st.just(UTC)))
def test_cells_are_read_as_they_were_meant(
    connection: Connection, number: Decimal, words: str | None, id_: UUID, whole: int, at: datetime
) -> None:
    given_text = binary.NULL if words is None else binary.cell(words.encode())
    cells = [
        binary.numeric(str(number)), binary.numeric(str(number)), given_text, binary.cell(id_.bytes),
        binary.integer(whole), binary.instant(binary.micros(at)),
    ]  # fmt: skip
    connection.execute(text("TRUNCATE cells"))
    copy_cells(connection, "cells", ("n", "r", "t", "u", "i", "at"), [b"".join(cells)] * 2)
    read = rows(
        connection,
        "SELECT n, r = CAST(:n AS numeric(22, 4)) AS rounded, n::text = CAST(:n AS numeric)::text AS written, t, u, i,"
        " at = CAST(:at AS timestamptz) AS same_time FROM cells",
        n=str(number), at=at.isoformat(),
    )  # fmt: skip
    assert read == [
        {"n": number, "rounded": True, "written": True, "t": words, "u": id_, "i": whole, "same_time": True}
    ] * 2  # fmt: skip


def test_no_rows_are_no_rows(connection: Connection) -> None:
    connection.execute(text("TRUNCATE cells"))
    copy_cells(connection, "cells", ("n",), [])
    assert rows(connection, "SELECT * FROM cells") == []
