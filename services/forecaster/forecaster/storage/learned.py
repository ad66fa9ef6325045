"""What is looked at for findings: series whose learned weeks have changed since, and what a run did not take as it
was."""

from typing import Any

from chassis.database import Connection, rows
from contracts.keys import split_series_key

from forecaster.storage.live import CHANGED


def changed_since_training(connection: Connection) -> list[dict[str, Any]]:
    """Series whose live forecast's learned history has changed, with what those weeks sold for, dearest first."""
    return rows(
        connection,
        f"WITH {CHANGED.format('live_forecast')}"
        " SELECT d.sku, d.location, count(*) AS weeks, sum(abs(d.revenue))::float8 AS money FROM changed AS c"
        " JOIN demand_week AS d ON d.week = c.week AND NOT pg_visible_in_snapshot(d.changed_by, c.snapshot)"
        " JOIN live_forecast AS l ON l.sku = d.sku AND l.location = d.location AND l.run_id = c.run_id"
        " GROUP BY 1, 2 ORDER BY money DESC, 1, 2",
    )


def told_in_training(connection: Connection) -> list[dict[str, Any]]:
    """What the live run did not take as it stands, with the worth of a unit of its product."""
    found = rows(
        connection,
        "SELECT e.entry FROM run AS r CROSS JOIN LATERAL jsonb_array_elements(CASE"
        " WHEN jsonb_typeof(r.metrics->'engine'->'told') = 'array' THEN r.metrics->'engine'->'told' END) AS e (entry)"
        " WHERE r.id = (SELECT run_id FROM publication ORDER BY id DESC LIMIT 1)",
    )
    entries = [row["entry"] for row in found]
    skus = sorted({split_series_key(entry["series"])[0] for entry in entries})
    priced = rows(connection, "SELECT sku, price FROM product WHERE sku = ANY(:skus)", skus=skus) if skus else []
    worth = {row["sku"]: float(row["price"] or 0) for row in priced}
    return [{**entry, "worth": worth.get(split_series_key(entry["series"])[0], 0.0)} for entry in entries]
