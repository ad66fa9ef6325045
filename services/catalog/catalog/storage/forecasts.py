"""Forecasts by run: the quantiles of sums and the means that decisions are made from."""

from collections.abc import Sequence
from uuid import UUID

from chassis.database import Connection, copy_rows
from contracts.events import ForecastReady
from sqlalchemy import text

from catalog.domain.stock import Series


def keep(connection: Connection, forecasts: Sequence[ForecastReady]) -> None:
    """Keep forecasts by run: the run that is live decides which of them counts. The last of a series wins."""
    latest = {(f.run_id, f.sku, f.location): f for f in forecasts}
    connection.execute(
        text(
            "CREATE TEMP TABLE IF NOT EXISTS forecast_batch"
            " (run_id uuid, sku text, location text, as_of date, sums text, means text) ON COMMIT DELETE ROWS"
        )
    )
    connection.execute(text("TRUNCATE forecast_batch"))
    columns = ("run_id", "sku", "location", "as_of", "sums", "means")
    values = ((*key, f.as_of, _matrix(f), _vector(f.mean)) for key, f in latest.items())
    copy_rows(connection, "forecast_batch", columns, values)
    connection.execute(
        text(
            "INSERT INTO forecast (run_id, sku, location, as_of, sums, means)"
            " SELECT run_id, sku, location, as_of, CAST(sums AS double precision[]), CAST(means AS double precision[])"
            " FROM forecast_batch"
            " ORDER BY run_id, sku, location ON CONFLICT (run_id, sku, location)"
            " DO UPDATE SET as_of = EXCLUDED.as_of, sums = EXCLUDED.sums, means = EXCLUDED.means,"
            " kept_at = now()"
        )
    )


def _matrix(forecast: ForecastReady) -> str:
    """The quantiles of sums as PostgreSQL writes an array of arrays."""
    return "{" + ",".join(map(_vector, forecast.sum_quantiles)) + "}"


def _vector(values: Sequence[float]) -> str:
    return "{" + ",".join(map(str, values)) + "}"


def of_run(connection: Connection, run_id: UUID, after: Series | None, limit: int) -> list[Series]:
    """The series that a run has forecast, in order."""
    found = connection.execute(
        text(
            "SELECT sku, location FROM forecast WHERE run_id = :run"
            " AND (CAST(:a AS text) IS NULL OR (sku, location) > (:a, :b)) ORDER BY sku, location LIMIT :limit"
        ),
        {"run": run_id, "a": after[0] if after else None, "b": after[1] if after else None, "limit": limit},
    )
    return [(row.sku, row.location) for row in found]


def live_series(connection: Connection, supplier: str | None, segment: str | None) -> list[Series]:
    """The series of the live run, of a supplier (by the terms in force there) and of a class."""
    where = ["f.run_id = (SELECT run_id FROM live_run)"]
    if segment is not None:
        where.append("(f.sku, f.location) IN (SELECT sku, location FROM segment WHERE segment = :segment)")
    if supplier is not None:  # whose terms hold is asked of what the supplier has any terms for
        where.append("f.sku IN (SELECT sku FROM supply_term WHERE supplier = :supplier)")
        where.append(
            ":supplier = (SELECT t.supplier FROM supply_term t WHERE t.sku = f.sku AND t.location IN ('', f.location)"
            " ORDER BY t.location DESC LIMIT 1)"
        )
    found = connection.execute(
        text(f"SELECT f.sku, f.location FROM forecast f WHERE {' AND '.join(where)} ORDER BY f.sku, f.location"),
        {"supplier": supplier, "segment": segment},
    )
    return [(sku, location) for sku, location in found.all()]


def forget(connection: Connection, run_id: UUID) -> None:
    """Drop the forecasts of a run that will not count."""
    connection.execute(text("DELETE FROM forecast WHERE run_id = :run"), {"run": run_id})
