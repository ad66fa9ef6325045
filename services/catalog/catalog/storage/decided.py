"""The decisions of the live run as lists: sorted, filtered and searched by the database (sums: `storage.needs`)."""

from collections.abc import Collection, Mapping
from typing import Any

from chassis.database import Connection, rows

from catalog.storage.products import FOUND

# The run as a value, not as a join: so every index that begins with the run serves.
_IS_LIVE = "d.run_id = (SELECT run_id FROM live_run)"
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
# filter -> its condition; a filter that is None asks nothing, `excess` only for what is too much. What is said of
# products is asked of each product once, not with each of its locations.
_OF_PRODUCTS = "d.sku IN (SELECT sku FROM product WHERE {})"
FILTERS = {
    "sku": "d.sku = :sku", "location": "d.location = :location", "supplier": "d.supplier = :supplier",
    "category": _OF_PRODUCTS.format("category = :category"), "segment": "d.segment = :segment", "due": "d.due = :due",
    "at_risk": "d.at_risk = :at_risk", "out_of_stock": "d.out_of_stock = :out_of_stock",
    "pattern": f"d.sku IN ({FOUND})", "excess": "d.excess > 0",
}  # fmt: skip


def page(
    connection: Connection, filters: Mapping[str, Any], sort: str, after: Collection[Any] | None, limit: int, *,
    inputs: bool = False,
) -> list[dict[str, Any]]:  # fmt: skip
    """Decisions in the order of `sort` (a `-` in front: descending) after a key; each row with its `sort_key`.

    The page is chosen by what an index holds of all decisions; only its own are read whole.
    """
    key, kind = SORTS[sort.lstrip("-")]
    way, beyond = (" DESC", "<") if sort.startswith("-") else ("", ">")
    given = {name: value for name, value in filters.items() if value is not None}
    where = [_IS_LIVE, *(FILTERS[name] for name in given)]
    if after is not None:
        where.append(f"({key}, d.sku, d.location) {beyond} (CAST(:key AS {kind}), :a, :b)")
        given |= dict(zip(("key", "a", "b"), after, strict=True))
    named = " JOIN product p ON p.sku = d.sku" if key.startswith("lower(p.") else ""
    return rows(
        connection,
        f"WITH k AS (SELECT d.run_id, d.sku, d.location, {key} AS sort_key FROM decision d{named}"
        f" WHERE {' AND '.join(where)} ORDER BY {key}{way}, d.sku{way}, d.location{way} LIMIT :limit)"
        f" SELECT {_NUMBERS}{_INPUTS if inputs else ''}, k.sort_key FROM k"
        " JOIN decision d ON d.run_id = k.run_id AND d.sku = k.sku AND d.location = k.location"
        f" JOIN product p ON p.sku = d.sku ORDER BY k.sort_key{way}, d.sku{way}, d.location{way}",
        limit=limit, **given,
    )  # fmt: skip
