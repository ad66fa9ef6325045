"""The decisions of the live run as lists and sums: sorted, filtered and searched by the database."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
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


# What is summed of decisions; those that a whole, a supplier or a class is told by.
_SUMS = {
    "as_of": "max(d.as_of)", "series": "count(*)", "inventory_value": "COALESCE(sum(d.stock_value), 0)",
    "excess_value": "COALESCE(sum(d.excess_value), 0)", "excess_series": "count(*) FILTER (WHERE d.excess > 0)",
    "revenue_at_risk": "COALESCE(sum(d.revenue_at_risk), 0)",
    "at_risk_value": "COALESCE(sum(d.revenue_at_risk) FILTER (WHERE d.at_risk), 0)",
    "at_risk_series": "count(*) FILTER (WHERE d.at_risk)",
    "out_of_stock_series": "count(*) FILTER (WHERE d.out_of_stock)",
    "wanted_value": "COALESCE(sum(d.order_value), 0)", "wanted": "count(*) FILTER (WHERE d.quantity > 0)",
    "due": "count(*) FILTER (WHERE d.due)", "due_value": "COALESCE(sum(d.order_value) FILTER (WHERE d.due), 0)",
    "decided_at": "min(d.decided_at)",
}  # fmt: skip
_OF_SUPPLIER = {
    "series": "series", "lines": "wanted", "value": "wanted_value", "due": "due", "order_by": "order_by",
}  # fmt: skip
_OF_CLASS = {
    "series": "series", "revenue": "revenue", "stock_value": "inventory_value", "order_value": "wanted_value",
}  # fmt: skip


def totals(connection: Connection) -> dict[str, Any]:
    """All of them as a whole."""
    sums = ", ".join(f"{sql} AS {name}" for name, sql in _SUMS.items())
    return rows(connection, f"SELECT {sums} FROM decision d JOIN live_run USING (run_id)")[0]


@dataclass(frozen=True)
class Needs:
    """All decisions as a whole, each supplier's and each class's; all of one reading."""

    whole: dict[str, Any]
    suppliers: dict[str, dict[str, Any]]
    classes: dict[str, dict[str, Any]]


def needs(connection: Connection, otherwise: str) -> Needs:
    """What is to be ordered, at risk and too much; a series without a class is one of `otherwise`."""
    sums = _SUMS | {
        "order_by": "min(d.order_by) FILTER (WHERE d.quantity > 0)", "revenue": "COALESCE(sum(c.revenue), 0)",
    }  # fmt: skip
    found = rows(
        connection,
        f"SELECT {', '.join(f'{sql} AS {name}' for name, sql in sums.items())}, d.supplier, k.segment,"
        " GROUPING(d.supplier) AS all_suppliers, GROUPING(k.segment) AS all_classes"
        " FROM decision d LEFT JOIN segment c ON c.sku = d.sku AND c.location = d.location"
        " CROSS JOIN LATERAL (SELECT COALESCE(d.segment, :otherwise) AS segment) k"
        " WHERE d.run_id = (SELECT run_id FROM live_run)"
        " GROUP BY GROUPING SETS ((), (d.supplier), (k.segment)) ORDER BY d.supplier, k.segment",
        otherwise=otherwise,
    )
    return Needs(
        next({name: row[name] for name in _SUMS} for row in found if row["all_suppliers"] and row["all_classes"]),
        {row["supplier"]: _named(row, _OF_SUPPLIER) for row in found if not row["all_suppliers"]},
        {row["segment"]: _named(row, _OF_CLASS) for row in found if not row["all_classes"]},
    )


def _named(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: row[of] for name, of in names.items()}
