"""Sums over the decisions of the live run, as a whole, by supplier and by class: kept, not added up when they are read.

A trigger adds a row of differences to `decision_sum` for each supplier and class that a statement changes decisions of,
in the transaction that changes them: so whoever changes a decision reads its sums, and nobody waits for anybody. The
worker puts rows together (`fold`). Money is added as exact decimals: what was added and taken away leaves nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.database import Connection, rows, scalar
from sqlalchemy import text

# column -> what a decision adds to it
_COUNTS = (
    "series", "excess_series", "at_risk_series", "out_of_stock_series", "wanted", "due",
)  # fmt: skip
_MONEY = (
    "inventory_value", "excess_value", "revenue_at_risk", "at_risk_value", "wanted_value", "due_value", "revenue",
)  # fmt: skip
_ADDED = ", ".join(
    [f"sum({name})::bigint AS {name}" for name in _COUNTS] + [f"sum({name}) AS {name}" for name in _MONEY]
)
_SUMS = ", ".join(
    [f"COALESCE(sum({name}), 0)::bigint AS {name}" for name in _COUNTS]
    + [f"COALESCE(sum({name}), 0)::float8 AS {name}" for name in _MONEY]
)
_OF_SUPPLIER = {"series": "series", "lines": "wanted", "value": "wanted_value", "due": "due"}
_OF_CLASS = {
    "series": "series", "revenue": "revenue", "stock_value": "inventory_value", "order_value": "wanted_value",
}  # fmt: skip
MOST_ROWS = 2000  # that a reader adds up; a few for each supplier and class


@dataclass(frozen=True)
class Needs:
    """All decisions as a whole, each supplier's and each class's; all of one reading."""

    whole: dict[str, Any]
    suppliers: dict[str, dict[str, Any]]
    classes: dict[str, dict[str, Any]]


def totals(connection: Connection) -> dict[str, Any]:
    """All decisions as a whole."""
    return needs(connection, "").whole


def needs(connection: Connection, otherwise: str) -> Needs:
    """What is to be ordered, at risk and too much; a series without a class is one of `otherwise`."""
    found = rows(
        connection,
        f"SELECT {_SUMS}, s.supplier, k.segment, GROUPING(s.supplier) AS all_suppliers,"
        " GROUPING(k.segment) AS all_classes FROM decision_sum s"
        " CROSS JOIN LATERAL (SELECT COALESCE(s.segment, :otherwise) AS segment) k"
        " WHERE s.run_id = (SELECT run_id FROM live_run)"
        " GROUP BY GROUPING SETS ((), (s.supplier), (k.segment)) ORDER BY s.supplier, k.segment",
        otherwise=otherwise,
    )
    told = [row for row in found if row["series"]]
    suppliers = [row for row in told if not row["all_suppliers"]]
    first = _order_by(connection, [row["supplier"] for row in suppliers])
    whole = next(row for row in found if row["all_suppliers"] and row["all_classes"])
    return Needs(
        {name: value for name, value in whole.items() if name in (*_COUNTS, *_MONEY) and name != "revenue"}
        | _days(connection),
        {row["supplier"]: _named(row, _OF_SUPPLIER) | {"order_by": first.get(row["supplier"])} for row in suppliers},
        {row["segment"]: _named(row, _OF_CLASS) for row in told if not row["all_classes"]},
    )


def _days(connection: Connection) -> dict[str, Any]:
    """The day that the decisions are of, and when the oldest of them was made; nothing of none."""
    decided_at = scalar(
        connection, "SELECT min(decided_at) FROM decision WHERE run_id = (SELECT run_id FROM live_run)"
    )  # fmt: skip
    as_of = scalar(connection, "SELECT as_of FROM live_run") if decided_at else None
    return {"as_of": as_of, "decided_at": decided_at}


def _order_by(connection: Connection, suppliers: list[str]) -> dict[str, Any]:
    """The day by which each of these has to be sent an order; one look into an index for each."""
    found = rows(
        connection,
        "SELECT s.supplier, (SELECT d.order_by FROM decision d WHERE d.run_id = (SELECT run_id FROM live_run)"
        " AND d.supplier = s.supplier AND d.quantity > 0 AND d.order_by IS NOT NULL ORDER BY d.order_by LIMIT 1)"
        " AS order_by FROM unnest(CAST(:suppliers AS text[])) AS s (supplier)",
        suppliers=suppliers,
    )
    return {row["supplier"]: row["order_by"] for row in found}


def _named(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {name: row[of] for name, of in names.items()}


def fold(connection: Connection) -> None:
    """Put the rows of each run, supplier and class together, once there are many; what has become nothing goes."""
    if scalar(connection, "SELECT count(*) FROM decision_sum") <= MOST_ROWS:
        return
    names = ", ".join(("run_id", "supplier", "segment", *_COUNTS, *_MONEY))
    connection.execute(
        text(
            "WITH gone AS (DELETE FROM decision_sum RETURNING *)"
            f" INSERT INTO decision_sum ({names})"
            f" SELECT run_id, supplier, segment, {_ADDED} FROM gone GROUP BY run_id, supplier, segment"
            f" HAVING {' OR '.join(f'sum({name}) <> 0' for name in (*_COUNTS, *_MONEY))}"
        )
    )
