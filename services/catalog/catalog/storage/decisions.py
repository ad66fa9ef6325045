"""Decisions of every series by run: stored, marked to be made anew, paged, summed.

Decisions are locked in the order of their series, and after every other row a transaction locks: so that two who
decide the same series do it one after the other, the second on what the first has changed, and none waits in a circle.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text

from catalog.domain.decided import RECORD
from catalog.domain.stock import Series

_SERIES = "SELECT * FROM unnest(CAST(:skus AS text[]), CAST(:locations AS text[]))"
MARKS = 5000  # marks that are looked at for the series of one batch
_CONFIRMED = (
    "FROM held r WHERE r.sku = f.sku AND r.location = f.location AND r.needed_on > f.as_of"
    " ORDER BY r.needed_on, r.reference"
)
SITUATIONS = (
    "SELECT f.sku, f.location, f.as_of, f.run_id, f.sums, f.means, l.counted + l.moved AS on_hand, p.name, p.price,"
    " p.category, t.supplier, t.unit_cost, t.moq, t.multiple, t.shelf_life_days, t.holding_rate, t.service_level,"
    " t.stockout_cost, s.lead_days, s.lead_spread_days, s.review_days, c.segment, COALESCE(c.revenue, 0) AS revenue,"
    " COALESCE((SELECT sum(GREATEST(ol.quantity - ol.received, 0)) FROM order_line ol"
    "  JOIN purchase_order o ON o.id = ol.order_id WHERE ol.sku = f.sku"
    "  AND ol.location = f.location AND o.status = 'approved'), 0) AS on_order,"
    # Held now: without a day, or with one before the forecast's first; the others are demand that it consumes.
    " COALESCE((SELECT sum(r.quantity) FROM held r WHERE r.sku = f.sku AND r.location = f.location"
    "  AND COALESCE(r.needed_on <= f.as_of, true)), 0) AS reserved,"
    " COALESCE((SELECT sum(r.quantity) FROM held r WHERE r.sku = f.sku AND r.location = f.location"
    "  AND r.needed_on <= f.as_of), 0) AS overdue,"
    f" ARRAY(SELECT (r.needed_on - f.as_of - 1) / 7 {_CONFIRMED}) AS confirmed_weeks,"
    f" ARRAY(SELECT r.quantity::float8 {_CONFIRMED}) AS confirmed_units,"
    " ARRAY(SELECT days FROM lead_observation o WHERE o.supplier = t.supplier ORDER BY received_at DESC LIMIT 50)"
    " AS observed_days"
    " FROM forecast f JOIN stock_level l ON l.sku = f.sku AND l.location = f.location"
    " JOIN product p ON p.sku = f.sku AND NOT p.archived"
    " JOIN LATERAL (SELECT * FROM supply_term t WHERE t.sku = f.sku AND t.location IN ('', f.location)"
    "  ORDER BY t.location DESC LIMIT 1) t ON true JOIN supplier s ON s.code = t.supplier"
    " LEFT JOIN segment c ON c.sku = f.sku AND c.location = f.location"
    " WHERE f.run_id = ANY(CAST(:runs AS uuid[]))"
    # A kit that is assembled when it is sold is never ordered: its components are.
    " AND NOT EXISTS (SELECT 1 FROM assembled a WHERE a.kit = f.sku AND a.valid_from <= GREATEST(f.as_of + 1,"
    "  current_date) AND (a.until IS NULL OR a.until > GREATEST(f.as_of + 1, current_date)))"
)


def _given(runs: Collection[UUID], series: Collection[Series]) -> dict[str, Any]:
    return {
        "runs": [str(run) for run in runs], "skus": [sku for sku, _ in series],
        "locations": [location for _, location in series],
    }  # fmt: skip


def situations(connection: Connection, runs: Collection[UUID], series: Collection[Series]) -> list[dict[str, Any]]:
    """Of these series, every counted, forecast one that has terms, with all that the policy needs to decide."""
    return rows(
        connection, f"{SITUATIONS} AND (f.sku, f.location) IN ({_SERIES}) ORDER BY f.sku, f.location, f.run_id",
        **_given(runs, series),
    )  # fmt: skip


def live_situations(connection: Connection, run: UUID, supplier: str | None) -> list[dict[str, Any]]:
    """All series of a run (of one supplier), as they are now."""
    return rows(
        connection,
        f"{SITUATIONS} AND (CAST(:supplier AS text) IS NULL OR t.supplier = :supplier) ORDER BY f.sku, f.location",
        runs=[str(run)], supplier=supplier,
    )  # fmt: skip


def lock(connection: Connection, runs: Collection[UUID], series: Collection[Series]) -> set[tuple[UUID, str, str]]:
    """Hold the decisions of these series until the transaction ends; which there are."""
    found = rows(
        connection,
        f"SELECT run_id, sku, location FROM decision WHERE run_id = ANY(CAST(:runs AS uuid[]))"
        f" AND (sku, location) IN ({_SERIES}) ORDER BY run_id, sku, location FOR UPDATE",
        **_given(runs, series),
    )
    return {(row["run_id"], row["sku"], row["location"]) for row in found}


def store(connection: Connection, records: Sequence[Mapping[str, Any]]) -> None:
    """Write decisions in place of those before."""
    names = ", ".join(RECORD)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in RECORD)
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS decision_batch (LIKE decision INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("TRUNCATE decision_batch"))
    copy_rows(connection, "decision_batch", RECORD, ([record[name] for name in RECORD] for record in records))
    connection.execute(
        text(
            f"INSERT INTO decision ({names}) SELECT {names} FROM decision_batch ORDER BY run_id, sku, location"
            f" ON CONFLICT (run_id, sku, location) DO UPDATE SET {changes}, decided_at = now()"
        )
    )


def forget(connection: Connection, gone: Collection[tuple[UUID, str, str]]) -> None:
    """Series of which nothing is decided any more: no terms, no count, or archived."""
    connection.execute(
        text(
            "DELETE FROM decision WHERE (run_id, sku, location) IN (SELECT * FROM unnest(CAST(:runs AS uuid[]),"
            " CAST(:skus AS text[]), CAST(:locations AS text[])))"
        ),
        {"runs": [str(run) for run, _, _ in gone], "skus": [sku for _, sku, _ in gone],
         "locations": [location for _, _, location in gone]},
    )  # fmt: skip


def worth(connection: Connection, run: UUID, money: float) -> list[dict[str, Any]]:
    """Decisions of a run that may run out, or with at least so much money in excess."""
    return rows(
        connection,
        f"SELECT {', '.join(RECORD)} FROM decision WHERE run_id = :run"
        " AND (at_risk OR excess_value >= :money) ORDER BY sku, location",
        run=run, money=money,
    )  # fmt: skip


def mark(connection: Connection, series: Collection[Series]) -> None:
    """These are to be decided anew, soon. Only adds rows, so that nobody who marks waits for anybody."""
    if series:
        copy_rows(connection, "decision_due", ("sku", "location"), series)


def take_marked(connection: Connection, limit: int) -> list[Series]:
    """Some series that are marked, the oldest first, without their marks from now on."""
    found = rows(
        connection,
        "WITH oldest AS (SELECT id, sku, location FROM decision_due ORDER BY id LIMIT :marks),"
        " chosen AS (SELECT sku, location FROM oldest GROUP BY 1, 2 ORDER BY min(id) LIMIT :limit),"
        " taken AS (DELETE FROM decision_due d USING chosen c WHERE d.sku = c.sku AND d.location = c.location"
        "  RETURNING d.sku, d.location)"
        " SELECT DISTINCT sku, location FROM taken ORDER BY 1, 2",
        marks=MARKS, limit=limit,
    )  # fmt: skip
    return [(row["sku"], row["location"]) for row in found]


def marked_since(connection: Connection) -> tuple[int, datetime | None]:
    """How many series are due to be decided anew, and since when the first of them is."""
    found = rows(
        connection, "SELECT count(DISTINCT (sku, location)) AS series, min(marked_at) AS since FROM decision_due"
    )[0]
    return found["series"], found["since"]


def alone(connection: Connection) -> bool:
    """Whether this transaction is the one that decides what is due, until it ends; another worker lets it be."""
    return bool(
        scalar(
            connection,
            "SELECT pg_try_advisory_xact_lock(hashtext('decisions'), current_schema()::regnamespace::oid::int)",
        )
    )
