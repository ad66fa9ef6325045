"""Locks of a transaction's length that the service's processes share.

`HISTORY`: whatever adds to the weekly history shares it, a replay's swap takes it alone. `LIVE`: whatever changes
a single series' live forecast (an override) shares it, a publication of a run takes it alone, so that no event of
an older run can follow one of a newer. `WATCH`: one process looks for findings at a time. `SCORING`: one sums accuracy.
"""

from chassis.database import Connection, scalar
from sqlalchemy import text

HISTORY, LIVE, WATCH, SCORING = 0x0F0C, 0x0F0D, 0x0F0E, 0x0F0F
_SQL = "SELECT pg_advisory_xact_lock{}(:lock, current_schema()::regnamespace::oid::int)"


def share(connection: Connection, lock: int) -> None:
    """Hold the lock together with others."""
    connection.execute(text(_SQL.format("_shared")), {"lock": lock})


def alone(connection: Connection, lock: int) -> None:
    """Hold the lock alone."""
    connection.execute(text(_SQL.format("")), {"lock": lock})


def try_alone(connection: Connection, lock: int) -> bool:
    """Hold the lock alone, unless somebody has it."""
    sql = "SELECT pg_try_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"
    return bool(scalar(connection, sql, lock=lock))
