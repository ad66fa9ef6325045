"""Which faults of the database may pass, also those of COPY, which goes past SQLAlchemy."""

import pytest
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
