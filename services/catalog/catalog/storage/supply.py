"""Suppliers, terms, live forecasts and what the policy needs of each series."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, copy_rows, rows, scalar
from contracts.events import ForecastReady, TrainingCompleted
from sqlalchemy import text

_SUPPLIER = ("code", "name", "lead_days", "lead_spread_days", "review_days", "generated")
_TERM = (
    "sku", "location", "supplier", "unit_cost", "moq", "multiple", "shelf_life_days", "holding_rate",
    "service_level", "stockout_cost", "generated",
)  # fmt: skip


_SUPPLIER_SELECT = (
    f"SELECT {', '.join(_SUPPLIER)}, revision, ARRAY(SELECT days FROM lead_observation o WHERE o.supplier = s.code"
    " ORDER BY received_at DESC LIMIT 50) AS observed_days FROM supplier s"
)
_TERM_SELECT = f"SELECT {', '.join('t.' + name for name in _TERM)}, t.revision, p.name"


def alone(connection: Connection, table: str, *key: str) -> None:
    """Whoever changes the same supplier or terms waits until this transaction ends, also before the row is there."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 8))"), {"what": "\n".join((table, *key))}
    )


def _put(
    connection: Connection, table: str, key: Sequence[str], columns: Sequence[str], content: dict[str, Any]
) -> None:
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns if name not in key)
    connection.execute(
        text(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}, revision = {table}.revision + 1"
        ),
        {name: content[name] for name in columns},
    )


def put_supplier(connection: Connection, content: dict[str, Any]) -> None:
    """Create or change a supplier."""
    _put(connection, "supplier", ("code",), _SUPPLIER, content)


def put_term(connection: Connection, content: dict[str, Any]) -> None:
    """Create or change how a product is bought; the location '' means everywhere."""
    _put(connection, "supply_term", ("sku", "location"), _TERM, content)


def suppliers(connection: Connection, after: str | None, limit: int) -> list[dict[str, Any]]:
    """Suppliers by code, with the lead times that their receipts showed."""
    return rows(
        connection,
        f"{_SUPPLIER_SELECT} WHERE CAST(:after AS text) IS NULL OR code > :after ORDER BY code LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip


def supplier(connection: Connection, code: str) -> dict[str, Any] | None:
    """One supplier."""
    found = rows(connection, f"{_SUPPLIER_SELECT} WHERE code = :code", code=code)
    return found[0] if found else None


def terms(
    connection: Connection, filters: dict[str, str | None], after: tuple[str, str] | None, limit: int
) -> list[dict[str, Any]]:
    """Terms by code and location; `filters` are sku, supplier, and pattern (of the product's name or code)."""
    return rows(
        connection,
        f"{_TERM_SELECT} FROM supply_term t LEFT JOIN product p USING (sku)"
        " WHERE (CAST(:sku AS text) IS NULL OR t.sku = :sku)"
        " AND (CAST(:supplier AS text) IS NULL OR t.supplier = :supplier)"
        " AND (CAST(:pattern AS text) IS NULL OR t.sku ILIKE :pattern OR p.name ILIKE :pattern)"
        " AND (CAST(:a AS text) IS NULL OR (t.sku, t.location) > (:a, :b)) ORDER BY t.sku, t.location LIMIT :limit",
        a=after[0] if after else None, b=after[1] if after else None, limit=limit, **filters,
    )  # fmt: skip


def term(connection: Connection, sku: str, location: str) -> dict[str, Any] | None:
    """The terms of a product for exactly this location; '' is everywhere."""
    found = rows(
        connection,
        f"{_TERM_SELECT} FROM supply_term t LEFT JOIN product p USING (sku)"
        " WHERE t.sku = :sku AND t.location = :location",
        sku=sku, location=location,
    )  # fmt: skip
    return found[0] if found else None


def term_of(connection: Connection, sku: str, location: str) -> dict[str, Any] | None:
    """How a product is bought for a location: its own terms, else those for everywhere."""
    found = rows(
        connection,
        "SELECT supplier, unit_cost, moq, multiple FROM supply_term WHERE sku = :sku AND location IN ('', :location)"
        " ORDER BY location DESC LIMIT 1",
        sku=sku, location=location,
    )  # fmt: skip
    return found[0] if found else None


def keep_forecasts(connection: Connection, forecasts: Sequence[ForecastReady]) -> None:
    """Keep forecasts by run: the run that is live decides which of them counts. The last of a series wins."""
    latest = {(str(f.run_id), f.sku, f.location): f for f in forecasts}
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS forecast_batch (LIKE forecast, sums_json text) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("ALTER TABLE forecast_batch ALTER COLUMN sums DROP NOT NULL"))
    connection.execute(text("TRUNCATE forecast_batch"))
    copy_rows(
        connection, "forecast_batch", ("run_id", "sku", "location", "as_of", "sums_json", "mean"),
        (
            (*key, f.as_of, "{" + ",".join("{" + ",".join(map(str, week)) + "}" for week in f.sum_quantiles) + "}",
             f.mean)
            for key, f in latest.items()
        ),
    )  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO forecast SELECT run_id, sku, location, as_of, CAST(sums_json AS double precision[]), mean"
            " FROM forecast_batch ORDER BY run_id, sku, location ON CONFLICT (run_id, sku, location)"
            " DO UPDATE SET as_of = EXCLUDED.as_of, sums = EXCLUDED.sums, mean = EXCLUDED.mean"
        )
    )


def complete_run(connection: Connection, run: TrainingCompleted, at: datetime) -> None:
    """The run that succeeded last is live; the forecasts of the one before, and of one that failed, are forgotten."""
    over: UUID | None = run.run_id
    if run.outcome == "succeeded":
        over = scalar(connection, "SELECT run_id FROM live_run FOR UPDATE")
        replaced = rows(
            connection,
            "INSERT INTO live_run (run_id, as_of, completed_at) VALUES (:run, :as_of, :at) ON CONFLICT (one) DO UPDATE"
            " SET run_id = EXCLUDED.run_id, as_of = EXCLUDED.as_of, completed_at = EXCLUDED.completed_at"
            " WHERE live_run.completed_at < EXCLUDED.completed_at RETURNING run_id",
            run=run.run_id, as_of=run.as_of, at=at,
        )  # fmt: skip
        if not replaced:
            return
    connection.execute(text("DELETE FROM forecast WHERE run_id = :over"), {"over": over})


def live_run(connection: Connection) -> UUID | None:
    """The run whose forecasts count."""
    found: UUID | None = scalar(connection, "SELECT run_id FROM live_run")
    return found


def situations(
    connection: Connection, *, sku: str | None = None, location: str | None = None, supplier: str | None = None,
    after: tuple[str, str] | None = None, limit: int | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Every counted, forecast series that has terms, with all that the policy needs to decide."""
    return rows(
        connection,
        "SELECT f.sku, f.location, f.as_of, f.run_id, f.sums, l.counted + l.moved AS on_hand, p.name, p.price,"
        " p.category, t.supplier, t.unit_cost, t.moq, t.multiple, t.shelf_life_days, t.holding_rate, t.service_level,"
        " t.stockout_cost,"
        " s.lead_days, s.lead_spread_days, s.review_days,"
        " COALESCE((SELECT sum(GREATEST(ol.quantity - ol.received, 0)) FROM order_line ol"
        "  JOIN purchase_order o ON o.id = ol.order_id WHERE ol.sku = f.sku"
        "  AND ol.location = f.location AND o.status = 'approved'), 0) AS on_order,"
        " COALESCE((SELECT sum(r.quantity) FROM reservation r WHERE r.sku = f.sku AND r.location = f.location), 0)"
        " AS reserved,"
        " ARRAY(SELECT days FROM lead_observation o WHERE o.supplier = t.supplier ORDER BY received_at DESC LIMIT 50)"
        " AS observed_days"
        " FROM forecast f JOIN live_run USING (run_id) JOIN stock_level l ON l.sku = f.sku AND l.location = f.location"
        " JOIN product p ON p.sku = f.sku AND NOT p.archived"
        " JOIN LATERAL (SELECT * FROM supply_term t WHERE t.sku = f.sku AND t.location IN ('', f.location)"
        "  ORDER BY t.location DESC LIMIT 1) t ON true JOIN supplier s ON s.code = t.supplier"
        " WHERE (CAST(:sku AS text) IS NULL OR f.sku = :sku)"
        " AND (CAST(:location AS text) IS NULL OR f.location = :location)"
        " AND (CAST(:supplier AS text) IS NULL OR t.supplier = :supplier)"
        " AND (CAST(:a AS text) IS NULL OR (f.sku, f.location) > (:a, :b))"
        " ORDER BY f.sku, f.location LIMIT :limit",
        sku=sku, location=location, supplier=supplier, a=after[0] if after else None, b=after[1] if after else None,
        limit=limit,
    )  # fmt: skip


def sales_by_week(connection: Connection, weeks: int) -> list[dict[str, Any]]:
    """Of every series: revenue and units of each of the last weeks that have sales, counted back from the newest."""
    return rows(
        connection,
        "WITH newest AS (SELECT max(at) AS at FROM stock_movement), weekly AS (SELECT sku, location,"
        " floor(extract(epoch FROM newest.at - m.at) / 604800)::int AS ago, sum(units) AS units, sum(amount) AS amount"
        " FROM stock_movement m, newest WHERE m.at > newest.at - make_interval(weeks => :weeks) GROUP BY 1, 2, 3)"
        " SELECT sku, location, sum(amount) AS revenue, array_agg(ago) AS ago, array_agg(units) AS units FROM weekly"
        " GROUP BY 1, 2 ORDER BY 1, 2",
        weeks=weeks,
    )
