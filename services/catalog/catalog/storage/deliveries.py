"""Open lines of approved orders, with the advice on each: chosen, ranked and cut into pages where they stand, because
thousands of lines are on order and a page shows a hundred. The rule is `catalog.domain.deliveries`'s.
"""

from datetime import date
from typing import Any
from uuid import UUID

from chassis.database import Connection, rows
from sqlalchemy import text

from catalog.domain.deliveries import FAR_DAYS, DeliveryPlace, PromisedDelivery


def _day_of(units: str) -> str:
    """The day on which so many units are sold; null when they last for ever."""
    lasts = f"GREATEST(0, {units}) / daily"
    return f"CASE WHEN daily > 0 AND {lasts} <= {FAR_DAYS} THEN CAST(:today AS date) + floor({lasts})::int END"


# When an open line of an approved order `o` is expected: on its confirmed day, else after the lead time that its
# decision `d` has.
EXPECTED_ON = "COALESCE(o.confirmed_on, (o.approved_at AT TIME ZONE :zone)::date + ceil(d.lead_days)::int)"

# Of several deliveries of a series the earlier count for the later ones. A line of which nothing is decided in the live
# run is left out: nothing is known that advice could be made from.
_ADVISED = (
    "WITH line AS (SELECT o.id AS order_id, o.number, o.supplier, o.confirmed_on IS NOT NULL AS confirmed, l.sku,"
    "  l.location, l.quantity - l.received AS open, l.unit_cost::float8 AS cost, d.safety_stock, d.daily,"
    "  ceil(d.review_days)::int AS review_days, (d.on_hand - d.reserved)::float8 AS free,"
    f"  {EXPECTED_ON} AS expected_on"
    "  FROM purchase_order o JOIN order_line l ON l.order_id = o.id"
    "  JOIN decision d ON d.run_id = (SELECT run_id FROM live_run) AND d.sku = l.sku AND d.location = l.location"
    "  WHERE o.status = 'approved' AND NOT o.generated AND l.received < l.quantity"
    "  AND (CAST(:id AS uuid) IS NULL OR (l.sku, l.location) IN"
    "   (SELECT i.sku, i.location FROM order_line i WHERE i.order_id = CAST(:id AS uuid)))),"
    " reached AS (SELECT *, free + COALESCE(sum(open::float8) OVER (PARTITION BY sku, location"
    "  ORDER BY expected_on, number ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS there,"
    "  GREATEST(expected_on, CAST(:today AS date)) AS arrives FROM line),"
    f" dated AS (SELECT *, {_day_of('there')} AS runs_out_on, {_day_of('(there - safety_stock)')} AS needed_on"
    "  FROM reached),"
    " advised AS (SELECT *, CASE WHEN runs_out_on < arrives THEN 'expedite'"
    "  WHEN needed_on IS NULL OR needed_on > arrives + review_days THEN 'postpone' ELSE 'keep' END AS advice,"
    "  CASE WHEN runs_out_on < arrives THEN LEAST(open::float8, daily * (arrives - runs_out_on)) ELSE 0 END"
    "  AS short_units FROM dated),"
    " valued AS (SELECT a.*, p.name, CASE WHEN advice = 'expedite'"
    "  THEN short_units * COALESCE(NULLIF(p.price, 0)::float8, a.cost) ELSE open::float8 * a.cost END AS value"
    "  FROM advised a LEFT JOIN product p USING (sku)),"
    " ranked AS (SELECT *, CASE advice WHEN 'expedite' THEN 0 WHEN 'postpone' THEN 1 ELSE 2 END AS rank, -value AS less"
    "  FROM valued)"
)
_ORDER = "rank, less, number, sku, location"


def advised_page(
    connection: Connection, *, order_id: UUID | None, advice: str | None, today: date, zone: str,
    after: DeliveryPlace | None, limit: int,
) -> list[tuple[DeliveryPlace, PromisedDelivery]]:  # fmt: skip
    """Open lines of one order or of all, what saves most first, those after `after`; each with where it stands."""
    following = f" AND ({_ORDER}) > (:rank, :less, :number, :sku, :location)" if after else ""
    found = rows(
        connection,
        f"{_ADVISED} SELECT order_id, number, supplier, sku, location, name, open, expected_on, confirmed, needed_on,"
        " runs_out_on, advice, short_units, value, rank, less FROM ranked"
        " WHERE (CAST(:id AS uuid) IS NULL OR order_id = CAST(:id AS uuid))"
        f" AND (CAST(:advice AS text) IS NULL OR advice = :advice){following} ORDER BY {_ORDER} LIMIT :limit",
        id=str(order_id) if order_id else None, advice=advice, today=today, zone=zone, limit=limit,
        **(after._asdict() if after else {}),
    )  # fmt: skip
    return [_read(row) for row in found]


def _read(row: dict[str, Any]) -> tuple[DeliveryPlace, PromisedDelivery]:
    place = DeliveryPlace(row.pop("rank"), row.pop("less"), row["number"], row["sku"], row["location"])
    return place, PromisedDelivery(**row)


def confirm(connection: Connection, order_id: UUID, day: date | None) -> None:
    """The day that the supplier says its goods come on."""
    connection.execute(
        text("UPDATE purchase_order SET confirmed_on = :day WHERE id = :id"), {"day": day, "id": order_id}
    )
