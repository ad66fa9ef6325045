"""Which faults of the database may pass, also those of COPY, which goes past SQLAlchemy; how much of a COPY is held."""

from collections.abc import Iterator

import pytest
from chassis import database as module
from chassis.database import Database, copy_rows, is_transient, scalar
from sqlalchemy import text


def test_a_copy_on_a_lost_connection_may_succeed_later(database_url: str) -> None:
    database = Database(database_url)
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE copied (value text)"))
    with pytest.raises(Exception) as lost, database.transaction() as connection:
        backend = scalar(connection, "SELECT pg_backend_pid()")
        with database.transaction() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": backend})
        copy_rows(connection, "copied", ["value"], [["a"]])
    assert is_transient(lost.value), repr(lost.value)
    with database.transaction() as connection:
        copy_rows(
            connection,
            "copied",
            ["value"],
            [
                [
                    "tab\there",
                ],
                ["back\\slash"],
            ],
        )
        assert scalar(connection, "SELECT count(*) FROM copied") == 2
    database.close()


def test_a_copy_that_the_table_refuses_is_no_passing_fault(database_url: str) -> None:
    database = Database(database_url)
    with pytest.raises(Exception) as refused, database.transaction() as connection:
        connection.execute(text("CREATE TEMP TABLE numbers (value integer)"))
        copy_rows(connection, "numbers", ["value"], [["no number"]])
    assert not is_transient(refused.value)
    database.close()


def test_however_many_rows_are_copied_few_of_them_are_held(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database, made = Database(database_url), 0

    def some() -> Iterator[list[int]]:
        nonlocal made
        for number in range(10):
            made += 1
            yield [number]

    with database.transaction() as connection:
        connection.execute(text("CREATE TEMP TABLE many (value integer)"))
        monkeypatch.setattr(module, "ROWS_HELD", 3)
        there: list[int] = []
        write = module.copy_lines

        def noted(*arguments: object) -> None:
            write(*arguments)  # type: ignore[arg-type]
            there.append(made - int(scalar(connection, "SELECT count(*) FROM many")))

        monkeypatch.setattr(module, "copy_lines", noted)
        copy_rows(connection, "many", ["value"], some())
        assert there == [0, 0, 0, 0], "made, and not yet in the table"
        assert scalar(connection, "SELECT sum(value) FROM many") == 45
    database.close()
