"""When sales of which source and location came: entries and their money by the hour in which the ledger took them.

Kept in the transaction of the effects, each entry once; a replay of history leaves it as it is.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from forecaster.domain.silences import Heard


def add(connection: Connection, heard: Iterable[Heard]) -> None:
    """Add what came. Rows are locked in one order, so that two workers cannot deadlock."""
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS heard_batch (LIKE source_hour) ON COMMIT DELETE ROWS"))
    copy_rows(connection, "heard_batch", Heard._fields, heard)
    connection.execute(
        text(
            "INSERT INTO source_hour (source, location, hour, entries, amount)"
            " SELECT source, location, hour, entries, amount FROM heard_batch ORDER BY source, location, hour"
            " ON CONFLICT (source, location, hour) DO UPDATE SET entries = source_hour.entries + EXCLUDED.entries,"
            " amount = source_hour.amount + EXCLUDED.amount"
        )
    )


def recent(connection: Connection, now: datetime, keep: timedelta, zone: ZoneInfo) -> list[Heard]:
    """What came lately, by the business's clock."""
    found = rows(
        connection,
        "SELECT source, location, hour, entries, amount FROM source_hour WHERE hour BETWEEN :since AND :now",
        since=now - keep, now=now,
    )  # fmt: skip
    return [Heard(**row | {"hour": row["hour"].astimezone(zone).replace(tzinfo=None)}) for row in found]
