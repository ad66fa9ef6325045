"""Weeks of several series together: what they sold, what each is expected to, and how past forecasts of them erred."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from chassis.database import Connection, rows
from contracts.quantiles import LEVELS

from forecaster.domain.forecasts import Forecast
from forecaster.storage import numbers
from forecaster.storage.accuracy import CHOSEN
from forecaster.storage.live import SeriesMeans, through

MOST_LAG = 13


@dataclass(frozen=True)
class Together:
    """Which series; what is None does not narrow."""

    skus: Sequence[str] | None = None
    locations: Sequence[str] | None = None
    category: str | None = None
    series: Sequence[tuple[str, str]] | None = None


def _where(table: str) -> str:
    return (
        f" WHERE (CAST(:skus AS text[]) IS NULL OR {table}.sku = ANY(:skus))"
        f" AND (CAST(:locations AS text[]) IS NULL OR {table}.location = ANY(:locations))"
        f" AND (CAST(:category AS text) IS NULL OR {table}.sku IN (SELECT sku FROM product WHERE category = :category))"
        f" AND (CAST(:pair_skus AS text[]) IS NULL OR ({table}.sku, {table}.location) IN"
        " (SELECT * FROM unnest(CAST(:pair_skus AS text[]), CAST(:pair_locations AS text[]))))"
    )


def _values(chosen: Together) -> dict[str, Any]:
    return {
        "skus": None if chosen.skus is None else list(chosen.skus),
        "locations": None if chosen.locations is None else list(chosen.locations),
        "category": chosen.category,
        "pair_skus": None if chosen.series is None else [sku for sku, _ in chosen.series],
        "pair_locations": None if chosen.series is None else [location for _, location in chosen.series],
    }


def sold(connection: Connection, chosen: Together, oldest: date, newest: date) -> dict[date, tuple[float, float]]:
    """Units and revenue by week, from `oldest` or the first sale of any of them to `newest`; without a sale zero."""
    found = rows(
        connection,
        "SELECT w.week::date AS week, COALESCE(d.units, 0)::float8 AS units, COALESCE(d.revenue, 0)::float8 AS revenue"
        f" FROM (SELECT min(week) AS first FROM demand_week AS d{_where('d')}) AS f"
        " CROSS JOIN LATERAL generate_series(f.first + 7 * GREATEST(0,"
        " ceil((CAST(:oldest AS date) - f.first) / 7.0)::int), CAST(:newest AS date), '7 days') AS w (week)"
        f" LEFT JOIN (SELECT week, sum(units) AS units, sum(revenue) AS revenue FROM demand_week AS d{_where('d')}"
        " AND d.week >= :oldest GROUP BY week) AS d ON d.week = w.week ORDER BY 1",
        oldest=oldest, newest=newest, **_values(chosen),
    )  # fmt: skip
    return {row["week"]: (row["units"], row["revenue"]) for row in found}


def expected_before(
    connection: Connection, chosen: Together, oldest: date, newest: date
) -> dict[date, tuple[float, bool]]:  # fmt: skip
    """What the models last expected to be sold as itself of each week before it began, and whether that is a rehearsal;
    weeks of which nothing was forecast are not there."""
    found = rows(
        connection,
        f"{CHOSEN}, last AS (SELECT DISTINCT ON (week) * FROM wanted ORDER BY week, lag)"
        " SELECT w.week, w.rehearsal, sum(f.mean[w.lag] - COALESCE((SELECT sum((k.of->>(w.lag - 1))::float8)"
        " FROM jsonb_each(f.in_kits) AS k (kit, of)), 0))::float8 AS units"
        f" FROM last AS w JOIN forecast AS f ON f.run_id = w.run_id{_where('f')} GROUP BY w.week, w.rehearsal",
        oldest=oldest, newest=newest, rehearsals=True, lags=list(range(1, MOST_LAG + 1)), **_values(chosen),
    )  # fmt: skip
    return {row["week"]: (row["units"], row["rehearsal"]) for row in found}


def sold_by_series(
    connection: Connection, chosen: Together, oldest: date, newest: date
) -> dict[tuple[str, str], float]:  # fmt: skip
    """Units of each within some weeks."""
    found = rows(
        connection,
        f"SELECT sku, location, sum(units)::float8 AS units FROM demand_week AS d{_where('d')}"
        " AND d.week BETWEEN :oldest AND :newest GROUP BY 1, 2",
        oldest=oldest, newest=newest, **_values(chosen),
    )  # fmt: skip
    return {(row["sku"], row["location"]): row["units"] for row in found}


_LIVE = (
    " FROM live_forecast AS l JOIN forecast AS f ON f.run_id = l.run_id AND f.sku = l.sku AND f.location = l.location"
    " JOIN run AS r ON r.id = f.run_id"
)


def means(connection: Connection, chosen: Together) -> list[SeriesMeans]:
    """The live forecast of each, without its band."""
    found = rows(
        connection,
        f"SELECT l.sku, l.location, r.first_week, f.in_kits, {numbers.written('f.mean')} AS mean"
        f"{_LIVE}{_where('l')}"
        " ORDER BY l.sku, l.location",
        **_values(chosen),
    )
    own = numbers.read([row["mean"] for row in found])
    return [
        SeriesMeans(row["sku"], row["location"], row["first_week"], values, through(row["in_kits"], len(values)))
        for row, values in zip(found, own, strict=True)
    ]


@dataclass(frozen=True)
class Placed:
    """A live forecast, when it begins, and what its product belongs to."""

    forecast: Forecast
    first_week: date
    name: str | None
    category: str | None


def placed(connection: Connection, chosen: Together) -> list[Placed]:
    """The live forecast of each, with its band."""
    names = ("mean", "quantiles", "sum_quantiles")
    arrays_read = ", ".join(f"{numbers.written(f'f.{name}')} AS {name}" for name in names)
    found = rows(
        connection,
        "SELECT l.sku, l.location, r.first_week, f.method, f.reason, f.active, f.in_kits, p.name,"
        " p.category,"
        f" {arrays_read}{_LIVE}"
        f" LEFT JOIN product AS p ON p.sku = f.sku{_where('l')} ORDER BY l.sku, l.location",
        **_values(chosen),
    )
    arrays = zip(*(numbers.read([row[name] for row in found]) for name in names), strict=True)
    return [
        Placed(
            Forecast(row["sku"], row["location"], mean, _by_level(quantiles), _by_level(sums), row["method"],
                     row["reason"], row["active"], in_kits=_by_kit(row["in_kits"])),
            row["first_week"], row["name"], row["category"],
        )
        for row, (mean, quantiles, sums) in zip(found, arrays, strict=True)
    ]  # fmt: skip


def _by_kit(stored: dict[str, list[float]] | None) -> dict[str, np.ndarray[Any, np.dtype[np.float32]]]:
    return {kit: np.array(units, dtype=np.float32) for kit, units in (stored or {}).items()}


def _by_level(values: np.ndarray[Any, np.dtype[np.float32]]) -> np.ndarray[Any, np.dtype[np.float32]]:
    return values.reshape(-1, len(LEVELS))
