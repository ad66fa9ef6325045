"""The weekly demand history and the inbox that keeps it exact.

`sale_seen` and `demand_week` change in one transaction, under a shared advisory lock that a swap of the history
(a replay) takes exclusively. `changed_by` is the transaction that changed a week last: a training run that
keeps its snapshot can tell which weeks have changed since, without clocks.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from forecaster.domain.history import Cell, Total

HISTORY = "history"


def remember(connection: Connection, sale_ids: Sequence[str]) -> set[int]:
    """Store the ids; the positions of those that were there before."""
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS sale_batch (place integer, sale_id uuid) ON COMMIT DELETE ROWS")
    )
    copy_rows(connection, "sale_batch", ("place", "sale_id"), enumerate(sale_ids))
    found = connection.execute(
        text(
            "WITH fresh AS (INSERT INTO sale_seen (sale_id) SELECT sale_id FROM sale_batch ORDER BY sale_id"
            "  ON CONFLICT DO NOTHING RETURNING sale_id)"
            " SELECT place FROM sale_batch LEFT JOIN fresh USING (sale_id) WHERE fresh.sale_id IS NULL"
        )
    )
    return {row.place for row in found}


def add(connection: Connection, changes: Iterable[tuple[Cell, Total]]) -> None:
    """Add the changes to the history. Rows are locked in one order, so that two workers cannot deadlock."""
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS week_batch (sku text, location text, week date, units numeric,"
            " revenue numeric, entries bigint) ON COMMIT DELETE ROWS"
        )
    )
    copy_rows(
        connection, "week_batch", ("sku", "location", "week", "units", "revenue", "entries"),
        ((*cell, *total) for cell, total in changes),
    )  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            " SELECT sku, location, week, units, revenue, entries FROM week_batch ORDER BY sku, location, week"
            " ON CONFLICT (sku, location, week) DO UPDATE SET units = demand_week.units + EXCLUDED.units,"
            " revenue = demand_week.revenue + EXCLUDED.revenue, entries = demand_week.entries + EXCLUDED.entries,"
            " changed_by = pg_current_xact_id(), changed_at = now()"
        )
    )


def offsets(connection: Connection) -> dict[str, dict[str, int]]:
    """The next offset of every partition each projection has applied, by topic."""
    found: dict[str, dict[str, int]] = {}
    for row in rows(connection, "SELECT topic, partition, next_offset FROM projection_offset ORDER BY 1, 2"):
        found.setdefault(row["topic"], {})[str(row["partition"])] = row["next_offset"]
    return found


def totals(connection: Connection) -> dict[str, Any]:
    """What the history holds, for `almanac verify`."""
    summed = rows(
        connection,
        "SELECT COALESCE(sum(units), 0) AS units, COALESCE(sum(revenue), 0) AS revenue,"
        " COALESCE(sum(entries), 0)::bigint AS entries, count(*) AS weeks,"
        " count(DISTINCT (sku, location)) AS series, min(week) AS first_week, max(week) AS last_week FROM demand_week",
    )[0]
    events = rows(connection, "SELECT count(*) AS events FROM sale_seen")[0]
    return {**summed, **events}
