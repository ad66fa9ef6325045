"""One moment of everything a training reads: sales by week, what catalog told, and exactly which offsets that was."""

from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pandas as pd
import pyarrow as pa
from chassis.database import Connection, Database, scalar
from pyarrow import csv

from forecaster.storage import catalog, demand, runs, weather

_SCHEMA = {"sku": pa.string(), "location": pa.string(), "week": pa.date32(), "units": pa.float64()}


@dataclass
class Snapshot:
    """`visible` is the database's own name for the moment: later changes can be told from it."""

    sales: pd.DataFrame
    inputs: dict[str, Any]
    offsets: dict[str, dict[str, int]]
    visible: str
    newest: datetime | None = None


def take(database: Database, as_of: date, first_weekday: int = 0) -> Snapshot:
    """Read all of it in one repeatable transaction; `first_weekday` of the business's weeks, 0 for Monday."""
    with database.snapshot() as connection:
        visible = str(scalar(connection, "SELECT pg_current_snapshot()::text"))
        told = catalog.training_inputs(connection, as_of)
        told["weather"] = weather.by_week(connection, as_of, first_weekday)
        inputs = runs.unpack(runs.pack(told))
        newest = scalar(connection, "SELECT max(changed_at) FROM demand_week")
        return Snapshot(sales(connection), inputs, demand.offsets(connection), visible, newest)


def sales(connection: Connection, table: str = "demand_week") -> pd.DataFrame:
    """The weekly history, by series and week, as the engine's frames are built from it."""
    raw = connection.connection.driver_connection
    buffer = BytesIO()
    with raw.cursor() as cursor:  # type: ignore[union-attr]
        cursor.copy_expert(
            f"COPY (SELECT sku, location, week, units FROM {table} WHERE entries <> 0 OR units <> 0"
            " ORDER BY sku, location, week) TO STDOUT (FORMAT csv)",
            buffer,
        )
    return frame(buffer.getvalue())


def frame(content: bytes) -> pd.DataFrame:
    """A frame of CSV lines of sku, location, week, units."""
    if not content:
        return pd.DataFrame({"sku": [], "location": [], "week": pd.to_datetime([]), "units": []})
    table = csv.read_csv(
        BytesIO(content),
        read_options=csv.ReadOptions(column_names=list(_SCHEMA)),
        convert_options=csv.ConvertOptions(column_types=_SCHEMA, strings_can_be_null=False),
    )
    found: pd.DataFrame = table.to_pandas(date_as_object=True)
    found["week"] = pd.to_datetime(found["week"])
    return found
