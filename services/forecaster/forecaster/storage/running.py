"""The week that runs: what has sold in it so far beside the live forecast of the whole of it, and at which price."""

from datetime import date
from typing import Any

from chassis.database import Connection, rows
from contracts.quantiles import LEVELS, index

_STEP = "(CAST(:week AS date) - r.first_week) / 7"  # of the week in the live forecast, from 0 on
_SOLD = "(d.units + COALESCE(k.units, 0))"  # itself and through kits


def _quantile(level: float) -> str:
    return f"f.quantiles[{_STEP} * {len(LEVELS)} + {index(level) + 1}]::float8"


def beyond(connection: Connection, week: date, reaches: float) -> list[dict[str, Any]]:
    """The series that have sold more in a week so far than the live forecast's highest quantile of all of it, or so
    many `reaches` of its 80 % band more than is expected of all of it."""
    return rows(
        connection,
        f"SELECT d.sku, d.location, d.week, {_SOLD}::float8 AS actual,"
        f" f.mean[{_STEP} + 1]::float8 AS expected, {_quantile(LEVELS[0])} AS low, {_quantile(0.1)} AS p10,"
        f" {_quantile(0.9)} AS p90, {_quantile(LEVELS[-1])} AS high,"
        " COALESCE(p.price, d.revenue / NULLIF(d.units, 0), 0)::float8 AS worth"
        " FROM demand_week AS d LEFT JOIN kit_week AS k USING (sku, location, week)"
        " JOIN live_forecast AS l ON l.sku = d.sku AND l.location = d.location"
        " JOIN forecast AS f ON f.run_id = l.run_id AND f.sku = l.sku AND f.location = l.location"
        " JOIN run AS r ON r.id = f.run_id LEFT JOIN product AS p ON p.sku = d.sku"
        f" WHERE d.week = :week AND {_STEP} BETWEEN 0 AND r.horizon - 1 AND f.method <> 'discontinued'"
        f" AND ({_SOLD} > {_quantile(LEVELS[-1])} OR {_quantile(0.9)} > f.mean[{_STEP} + 1]"
        f"  AND {_SOLD} > f.mean[{_STEP} + 1] + :reaches * ({_quantile(0.9)} - f.mean[{_STEP} + 1]))"
        " ORDER BY d.sku, d.location",
        week=week,
        reaches=reaches,
    )


def far_off_price(connection: Connection, oldest: date, newest: date) -> list[dict[str, Any]]:
    """The weeks from one to another in which a product sold at five times its list price, a fifth of it, or further."""
    return rows(
        connection,
        "SELECT d.sku, d.location, d.week, d.units::float8 AS units, p.price::float8 AS price,"
        " (d.revenue / d.units)::float8 AS paid FROM demand_week AS d JOIN product AS p ON p.sku = d.sku"
        " WHERE d.week BETWEEN :oldest AND :newest AND d.units > 0 AND d.revenue > 0 AND p.price > 0"
        " AND d.revenue / d.units NOT BETWEEN p.price / 5 AND p.price * 5 ORDER BY d.sku, d.location, d.week",
        oldest=oldest, newest=newest,
    )  # fmt: skip
