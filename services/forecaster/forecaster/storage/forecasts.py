"""Forecasts of runs, and which of them are live.

`forecast` rows are immutable. `live_forecast` points each series to the run whose forecast counts now, and has of it
what lists are put in order by (`shown4`: what is expected of four weeks, after overrides);
`publication` keeps when each run became live, so that what was live on any day can be read.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from chassis.database import Connection, copy_rows, rows
from contracts.quantiles import LEVELS
from sqlalchemy import text

from forecaster.domain.forecasts import Forecast

_COLUMNS = (
    "run_id", "sku", "location", "mean", "quantiles", "sum_quantiles", "method", "reason", "active", "next4", "wape",
    "coverage80", "censored_weeks", "censored_demand", "in_kits",
)  # fmt: skip

READ = ", ".join(f"f.{name}" for name in _COLUMNS if name != "next4")  # of `forecast AS f`: what `from_row` reads


def store(connection: Connection, run_id: UUID, forecasts: Sequence[Forecast]) -> None:
    """Keep a run's forecasts."""
    copy_rows(
        connection, "forecast", _COLUMNS,
        (
            (
                run_id, item.sku, item.location, _array(item.mean), _array(item.quantiles), _array(item.sum_quantiles),
                item.method, item.reason, item.active, _next4(item), item.wape, item.coverage80,
                list(item.censored_weeks) or None, [f"{value:.6g}" for value in item.censored_demand] or None,
                orjson.dumps(item.in_kits, option=orjson.OPT_SERIALIZE_NUMPY).decode() if item.in_kits else None,
            )
            for item in forecasts
        ),
    )  # fmt: skip


def _next4(item: Forecast) -> float:
    return float(item.mean[:4].sum())


def _array(values: np.ndarray[Any, np.dtype[np.float32]]) -> str:
    """As PostgreSQL writes an array. Written together: a run of 200,000 series has 60 million numbers."""
    return f"{{{orjson.dumps(values.reshape(-1), option=orjson.OPT_SERIALIZE_NUMPY)[1:-1].decode()}}}"


def publish(connection: Connection, run_id: UUID, kind: str, published_by: str, reason: str | None) -> None:
    """Make a run's forecasts the live ones, of every series it has."""
    connection.execute(
        text(
            "INSERT INTO live_forecast (sku, location, run_id, shown4, wape, active, named)"
            " SELECT sku, location, run_id, next4, wape, active, EXISTS (SELECT FROM product WHERE sku = f.sku)"
            " FROM forecast AS f WHERE run_id = :id ORDER BY sku, location"
            " ON CONFLICT (sku, location) DO UPDATE SET run_id = EXCLUDED.run_id, shown4 = EXCLUDED.shown4,"
            " wape = EXCLUDED.wape, active = EXCLUDED.active, named = EXCLUDED.named"
        ),
        {"id": run_id},
    )
    connection.execute(
        text("INSERT INTO publication (run_id, kind, published_by, reason) VALUES (:id, :kind, :who, :reason)"),
        {"id": run_id, "kind": kind, "who": published_by, "reason": reason},
    )


def plan(connection: Connection, told: Iterable[Forecast]) -> None:
    """Keep what series are expected to sell in four weeks as they were told: after overrides, or as the model says."""
    given = [{"sku": item.sku, "location": item.location, "units": _next4(item)} for item in told]
    if given:
        connection.execute(
            text("UPDATE live_forecast SET shown4 = :units WHERE sku = :sku AND location = :location"), given
        )


def of_run(connection: Connection, run_id: UUID) -> Iterator[Forecast]:
    """A run's forecasts, by series."""
    for row in rows(connection, "SELECT * FROM forecast WHERE run_id = :id ORDER BY sku, location", id=run_id):
        yield from_row(row)


def quality(connection: Connection, run_id: UUID) -> dict[tuple[str, str], tuple[float | None, float | None]]:
    """WAPE and coverage of each series of a run, as its backtest measured them."""
    found = rows(connection, "SELECT sku, location, wape, coverage80 FROM forecast WHERE run_id = :id", id=run_id)
    return {(row["sku"], row["location"]): (row["wape"], row["coverage80"]) for row in found}


def from_row(row: dict[str, Any]) -> Forecast:
    """A stored forecast as arrays."""
    shape = (-1, len(LEVELS))
    return Forecast(
        row["sku"], row["location"], np.array(row["mean"], dtype=np.float32),
        np.array(row["quantiles"], dtype=np.float32).reshape(shape),
        np.array(row["sum_quantiles"], dtype=np.float32).reshape(shape),
        row["method"], row["reason"], row["active"], row["wape"], row["coverage80"],
        row["censored_weeks"] or (), row["censored_demand"] or (),
        {kit: np.array(of, dtype=np.float32) for kit, of in (row["in_kits"] or {}).items()},
    )  # fmt: skip
