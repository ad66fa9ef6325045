"""How many rows of a table a connection has read or written: what a test of a quick read counts, instead of time.

Only differences tell, within one transaction: what an earlier one did is counted until it is handed on, at most once a
second.
"""

from chassis.database import Connection, scalar


def rows_read(connection: Connection, table: str) -> int:
    """Rows of a table itself that this connection has read so far; what an index alone answered is none."""
    return _counted(connection, "seq_tup_read + COALESCE(idx_tup_fetch, 0)", table)


def rows_written(connection: Connection, table: str) -> int:
    """Rows of a table that this connection has added, changed and taken away so far."""
    return _counted(connection, "n_tup_ins + n_tup_upd + n_tup_del", table)


def _counted(connection: Connection, what: str, table: str) -> int:
    return int(
        scalar(connection, f"SELECT {what} FROM pg_stat_xact_user_tables WHERE relname = :table", table=table)
    )
