"""The weekly demand history, kept exact by the inbox beside it (storage.inbox).

`sale_seen` and `demand_week` change in one transaction, under a shared advisory lock that a swap of the history
(a replay) takes exclusively. `history_total` has the sums over all weeks: a trigger keeps them with every change.
`changed_by` is the transaction that changed a week last: a training run that keeps its snapshot can tell which weeks
have changed since, without clocks.
"""

from typing import Any

from chassis.database import Connection, copy_lines, escape, rows
from sqlalchemy import text

from forecaster.domain.history import MONEY_SCALE, UNIT_SCALE, WeeklySum

HISTORY = "history"


def add(connection: Connection, changes: WeeklySum) -> None:
    """Add the changes to the history. Rows are locked in one order, so that two workers cannot deadlock."""
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS week_batch (sku text, location text, week date, units numeric,"
            " revenue numeric, entries bigint) ON COMMIT DELETE ROWS"
        )
    )
    copy_lines(
        connection, "week_batch", ("sku", "location", "week", "units", "revenue", "entries"),
        [
            f"{escape(sku)}\t{escape(location)}\t{week}\t{units}\t{money}\t{entries}"
            for sku, location, week, units, money, entries in changes.scaled_cells()
        ],
    )  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            f" SELECT sku, location, week, units * 1e-{UNIT_SCALE}, revenue * 1e-{MONEY_SCALE}, entries FROM week_batch"
            " ORDER BY sku, location, week"
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
    return rows(
        connection,
        "SELECT units, revenue, entries, weeks, series, events, (SELECT min(week) FROM demand_week) AS first_week,"
        " (SELECT max(week) FROM demand_week) AS last_week FROM history_total",
    )[0]
