"""Accuracy summed by week, once: what the accuracy screen reads, and by what it is known to be out of date.

A week's sums are fresh as long as the same forecasts count for it with the same overrides (`forecasts`), and no
transaction that its sums did not see (`seen`) has changed what was sold in it or in the weeks that its naive forecasts
repeat, or a category. The typical change from week to week, which MASE divides by, is that of the two years up to the
week as it was when the week was summed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from chassis.database import Connection, rows
from sqlalchemy import text

from forecaster.storage import accuracy

_PRESENT = f"""{accuracy.CHOSEN}, present AS (
    SELECT week, concat_ws(' ', string_agg(concat_ws(' ', lag, run_id, until), ',' ORDER BY lag),
        (SELECT concat(count(*), '-', count(undone_at)) FROM override_set AS s
            WHERE s.first_week <= w.week AND s.last_week >= w.week)) AS forecasts
    FROM wanted AS w GROUP BY week
)"""
_AS_ROWS = "jsonb_populate_recordset(NULL::accuracy_total, {})"


def outdated(connection: Connection, oldest: date, newest: date) -> list[date]:
    """Weeks with forecasts whose sums are not kept, or not as they would be now: those never kept,
    newest first, then what was kept longest ago."""
    found = rows(
        connection,
        f"{_PRESENT} SELECT p.week FROM present AS p LEFT JOIN accuracy_week AS a ON a.week = p.week"
        " WHERE a.forecasts IS DISTINCT FROM p.forecasts OR EXISTS (SELECT FROM history_change AS h"
        " WHERE NOT pg_visible_in_snapshot(h.changed_by, a.seen) AND (h.week IN (p.week, '-infinity')"
        " OR h.week = ANY(ARRAY(SELECT p.week - 7 * lag FROM unnest(CAST(:lags AS integer[])) AS lag))))"
        " ORDER BY a.seen IS NOT NULL, pg_snapshot_xmin(a.seen), p.week DESC",
        oldest=oldest, newest=newest, lags=list(accuracy.LAGS), rehearsals=True,
    )  # fmt: skip
    return [row["week"] for row in found]


def keep(connection: Connection, week: date) -> None:
    """Sum a week and keep it. What is seen is noted before anything is summed: what changes meanwhile makes the sums
    out of date, whether they hold it or not."""
    connection.execute(text("DELETE FROM accuracy_week WHERE week = :week"), {"week": week})
    connection.execute(
        text(
            f"INSERT INTO accuracy_week (week, forecasts, seen) {_PRESENT}"
            " SELECT week, forecasts, pg_current_snapshot() FROM present"
        ),
        {"oldest": week, "newest": week, "lags": list(accuracy.LAGS), "rehearsals": True},
    )
    connection.execute(
        text(
            f"INSERT INTO accuracy_total SELECT * FROM {_AS_ROWS.format('CAST(:sums AS jsonb)')}"
        ),
        {"sums": _as_json(week, accuracy.of_week(connection, week))},
    )


def forget(connection: Connection, before: date) -> None:
    """Drop the sums of weeks that nobody asks for any more."""
    connection.execute(text("DELETE FROM accuracy_week WHERE week < :before"), {"before": before})


def by_segment(
    connection: Connection, segment: str, oldest: date, newest: date, *, sku: str | None = None,
    location: str | None = None, category: str | None = None, limit: int = 500,
) -> list[dict[str, Any]]:  # fmt: skip
    """Sums by lag and segment, over the weeks from `oldest` to `newest`, as they are now: weeks whose kept sums are out
    of date are summed on the spot, products from their cells. `rehearsed` cells are of a rehearsal."""
    if segment == "sku" or sku is not None:
        return accuracy.by_segment(
            connection, segment, oldest, newest, sku=sku, location=location, category=category, limit=limit
        )
    anew = outdated(connection, oldest, newest)
    sums = [_as_json(week, accuracy.of_week(connection, week)) for week in anew]
    return rows(
        connection,
        "WITH everything AS (SELECT * FROM accuracy_total"
        " WHERE week BETWEEN :oldest AND :newest AND week <> ALL(CAST(:anew AS date[]))"
        " UNION ALL SELECT s.* FROM unnest(CAST(:sums AS jsonb[])) AS one (sums),"
        f" {_AS_ROWS.format('one.sums')} AS s),"
        f" weekly AS (SELECT lag, {accuracy.SEGMENTS[segment]} AS segment, week, {accuracy.ADDED} FROM everything"
        " WHERE (CAST(:location AS text) IS NULL OR location = :location)"
        " AND (CAST(:category AS text) IS NULL OR category = :category) GROUP BY 1, 2, 3)"
        f" SELECT lag, segment, {accuracy.SUMMED} FROM weekly GROUP BY 1, 2"
        " ORDER BY lag, actual DESC, segment LIMIT :limit",
        oldest=oldest, newest=newest, anew=anew, sums=sums, location=location, category=category, limit=limit,
    )  # fmt: skip


def _as_json(week: date, sums: Sequence[dict[str, Any]]) -> str:
    return orjson.dumps([{**row, "week": week} for row in sums]).decode()
