"""What sales forgets after a year, and what never."""

import threading
import time
from collections.abc import Iterator
from io import BytesIO
from uuid import UUID, uuid4

import pytest
from chassis import jobs, stored_files
from chassis.database import Connection, Database, scalar
from chassis.ports import SystemClock
from chassis.retention import Retention
from sales.storage import import_lines, imports
from sales.storage.retention import SWEEPS

DAY = 86_400


class Later(SystemClock):
    """A clock that is some days ahead."""

    def __init__(self, days: int) -> None:
        self._days = days

    def time(self) -> float:
        """Unix time, then."""
        return time.time() + self._days * DAY


@pytest.fixture
def import_id(database: Database) -> Iterator[UUID]:
    id_ = uuid4()
    with database.transaction() as connection:
        imports.create(connection, id_, "file.csv", "file:import", {}, 1, "petra")
        stored_files.keep(connection, id_, BytesIO(b"x"))
        jobs.submit(connection, "import", {"import_id": str(id_)}, "petra", id=id_)
        import_lines.note_rejected(connection, [(id_, 1, "bad_date", "date", "no date", "x")])
        connection.exec_driver_sql(
            "INSERT INTO rejected_sale (sale_id, content_hash, source, event_id, code, message, submitted)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 'till', '1', 'bad', 'bad', '{}');"
            "INSERT INTO quarantined_sale (sale_id, waiting_for, content_hash, source, event_id, claim)"
            " VALUES (gen_random_uuid(), 'product:LATE', gen_random_uuid(), 'till', '2', '{}')"
        )
    yield id_
    with database.transaction() as connection:
        for table in ("import", "import_line", "rejected_sale", "quarantined_sale", "job"):
            connection.exec_driver_sql(f"TRUNCATE {table} CASCADE")


def left(connection: Connection) -> dict[str, int]:
    tables = ("import", "import_chunk", "import_line", "rejected_sale", "quarantined_sale", "job")
    return {table: scalar(connection, f"SELECT count(*) FROM {table}") for table in tables}


def after(database: Database, days: int) -> dict[str, int]:
    Retention(database, SWEEPS, Later(days)).sweep(threading.Event())
    with database.transaction() as connection:
        return left(connection)


def test_imports_and_refusals_go_after_a_year_and_what_waits_stays(database: Database, import_id: UUID) -> None:
    everything = after(database, 399)
    assert everything == dict.fromkeys(everything, 1), "an import that has not ended keeps its file"
    with database.transaction() as connection:
        jobs.cancel(connection, import_id)
    assert after(database, 31) == everything | {"import_chunk": 0}
    gone = after(database, 401)
    assert gone == dict.fromkeys(everything, 0) | {"quarantined_sale": 1}


def test_an_ended_import_counts_what_is_released_later(database: Database, import_id: UUID) -> None:
    class Line:
        def __init__(self, line: int) -> None:
            self.import_id, self.line = import_id, line

    with database.transaction() as connection:
        import_lines.note(connection, [Line(2), Line(3)], "recorded")
        import_lines.note(connection, [Line(4), Line(5)], "quarantined")
        counted = {"recorded": 2, "quarantined": 2, "rejected": 1}
        assert imports.outcomes(connection, import_id) == counted
        imports.settle(connection, import_id)
        assert imports.outcomes(connection, import_id) == counted
        import_lines.note(connection, [Line(4)], "recorded")
        assert imports.outcomes(connection, import_id) == {"recorded": 3, "quarantined": 1, "rejected": 1}
