"""The decisions of the live run as lists and sums: sorted, filtered and searched by the database."""

from collections.abc import Collection, Mapping
from typing import Any

from chassis.database import Connection, rows

_LIVE = "FROM decision d JOIN live_run USING (run_id) JOIN product p ON p.sku = d.sku"
_NUMBERS = (
    "d.sku, d.location, p.name, p.category, d.supplier, d.segment, d.as_of, d.run_id, d.on_hand, d.on_order,"
    " d.reserved, d.unit_cost, d.quantity, d.reorder_point, d.order_up_to, d.safety_stock, d.expected_demand,"
    " d.days_of_cover, d.order_by, d.short_units, d.stockout_risk, d.at_risk, d.out_of_stock,"
    " d.reason, d.order_value, d.revenue_at_risk, d.excess,"
    " d.excess_value, d.stock_value, d.due, d.decided_at, (d.inputs ->> 'protected_days')::float AS protected_days,"
    " d.lead_days, (d.inputs -> 'terms' ->> 'moq')::float AS moq,"
    " (d.inputs -> 'terms' ->> 'multiple')::float AS multiple,"
    " (d.inputs -> 'terms' ->> 'service_level')::float AS service_level,"
    " EXISTS (SELECT FROM decision_due u WHERE u.sku = d.sku AND u.location = d.location) AS stale"
)
_INPUTS = (
    ", d.inputs, (SELECT f.sums FROM forecast f WHERE f.run_id = d.run_id AND f.sku = d.sku"
    " AND f.location = d.location) AS sums"
)
# sort name -> (SQL of the key, its type). What has no number comes after what has.
SORTS = {
    "sku": ("d.sku", "text"), "name": ("lower(p.name)", "text"), "supplier": ("d.supplier", "text"),
    "quantity": ("d.quantity", "double precision"), "value": ("d.order_value", "double precision"),
    "order_by": ("COALESCE(d.order_by, DATE '9999-12-31')", "date"),
    "risk": ("d.revenue_at_risk", "double precision"), "chance": ("d.stockout_risk", "double precision"),
    "cover": ("COALESCE(d.days_of_cover, 1e300)", "double precision"),
    "on_hand": ("d.on_hand", "numeric"), "excess": ("d.excess_value", "double precision"),
}  # fmt: skip
# filter -> its condition; a filter that is None asks nothing
FILTERS = {
    "sku": "d.sku = :sku", "location": "d.location = :location", "supplier": "d.supplier = :supplier",
    "category": "p.category = :category", "segment": "d.segment = :segment", "due": "d.due = :due",
    "at_risk": "d.at_risk = :at_risk",
    "out_of_stock": "d.out_of_stock = :out_of_stock", "pattern": "(d.sku ILIKE :pattern OR p.name ILIKE :pattern)",
    "excess": "(d.excess > 0) = :excess",
}  # fmt: skip


def page(
    connection: Connection, filters: Mapping[str, Any], sort: str, after: Collection[Any] | None, limit: int, *,
    inputs: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """Decisions in the order of `sort` (a `-` in front: descending) after a key; each row with its `sort_key`."""
    key, kind = SORTS[sort.lstrip("-")]
    way, beyond = (" DESC", "<") if sort.startswith("-") else ("", ">")
    given = {name: value for name, value in filters.items() if value is not None}
    where = [FILTERS[name] for name in given]
    if after is not None:
        where.append(f"({key}, d.sku, d.location) {beyond} (CAST(:key AS {kind}), :a, :b)")
        given |= dict(zip(("key", "a", "b"), after, strict=True))
    clause = f" WHERE {' AND '.join(where)}" if where else ""
    return rows(
        connection,
        f"SELECT {_NUMBERS}{_INPUTS if inputs else ''}, {key} AS sort_key {_LIVE}{clause}"
        f" ORDER BY sort_key{way}, d.sku{way}, d.location{way} LIMIT :limit",
        limit=limit, **given,
    )  # fmt: skip


def spare_and_wanted(connection: Connection) -> list[dict[str, Any]]:
    """Decisions of products that are wanted at one location and lie too much at another."""
    return rows(
        connection,
        "SELECT d.sku, d.location, p.name, d.quantity, d.excess, d.unit_cost, d.revenue_at_risk"
        f" {_LIVE} WHERE (d.quantity > 0 OR d.excess >= 1) AND d.sku IN (SELECT sku FROM decision"
        " JOIN live_run USING (run_id) GROUP BY sku"
        " HAVING bool_or(quantity > 0) AND bool_or(quantity <= 0 AND excess >= 1)) ORDER BY d.sku, d.location",
    )


def totals(connection: Connection) -> dict[str, Any]:
    """All of them as a whole."""
    return rows(
        connection,
        "SELECT max(d.as_of) AS as_of, count(*) AS series, COALESCE(sum(stock_value), 0) AS inventory_value,"
        " COALESCE(sum(excess_value), 0) AS excess_value, count(*) FILTER (WHERE excess > 0) AS excess_series,"
        " COALESCE(sum(revenue_at_risk), 0) AS revenue_at_risk,"
        " COALESCE(sum(revenue_at_risk) FILTER (WHERE at_risk), 0) AS at_risk_value,"
        " count(*) FILTER (WHERE at_risk) AS at_risk_series,"
        " count(*) FILTER (WHERE out_of_stock) AS out_of_stock_series, COALESCE(sum(order_value), 0) AS wanted_value,"
        " count(*) FILTER (WHERE quantity > 0) AS wanted, count(*) FILTER (WHERE due) AS due,"
        " COALESCE(sum(order_value) FILTER (WHERE due), 0) AS due_value, min(decided_at) AS decided_at"
        " FROM decision d JOIN live_run USING (run_id)",
    )[0]


def by_supplier(connection: Connection) -> dict[str, dict[str, Any]]:
    """What each supplier's series need."""
    found = rows(
        connection,
        "SELECT d.supplier, count(*) AS series, count(*) FILTER (WHERE quantity > 0) AS lines,"
        " COALESCE(sum(order_value), 0) AS value, count(*) FILTER (WHERE due) AS due,"
        " min(order_by) FILTER (WHERE quantity > 0) AS order_by"
        " FROM decision d JOIN live_run USING (run_id) GROUP BY 1 ORDER BY 1",
    )
    return {row.pop("supplier"): row for row in found}


def by_class(connection: Connection, otherwise: str) -> dict[str, dict[str, Any]]:
    """What each class's series sell, hold and need; a series without a class is one of `otherwise`."""
    found = rows(
        connection,
        "SELECT COALESCE(d.segment, :otherwise) AS segment, count(*) AS series, COALESCE(sum(c.revenue), 0) AS revenue,"
        " sum(d.stock_value) AS stock_value, sum(d.order_value) AS order_value"
        " FROM decision d JOIN live_run USING (run_id) LEFT JOIN segment c ON c.sku = d.sku AND c.location = d.location"
        " GROUP BY 1",
        otherwise=otherwise,
    )
    return {row.pop("segment"): row for row in found}
