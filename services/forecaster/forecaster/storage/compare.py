"""What was live on a day, and how two runs differ."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from chassis.database import Connection, rows, scalar
from numpy.typing import NDArray
from sqlalchemy import text

from forecaster.domain.overrides import Operations, Series
from forecaster.storage import overrides
from forecaster.storage.forecasts import READ
from forecaster.storage.live import GIVEN

_COLUMNS = f"{READ}, r.first_week, r.as_of, r.version, p.name"


def as_of_page(
    connection: Connection, moment: datetime, *, sku: str | None, location: str | None,
    after: tuple[str, str] | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Each series with the forecast that was live at a moment, by (sku, location), those after `after`."""
    return rows(
        connection,
        f"SELECT {_COLUMNS} FROM (SELECT sku, location FROM live_forecast"
        " WHERE (sku, location) > (:after_sku, :after_location) AND (CAST(:sku AS text) IS NULL OR sku = :sku)"
        " AND (CAST(:location AS text) IS NULL OR location = :location)) AS s"
        " JOIN LATERAL (SELECT f.* FROM publication AS q JOIN forecast AS f ON f.run_id = q.run_id"
        "  WHERE f.sku = s.sku AND f.location = s.location AND q.published_at <= :moment"
        "  ORDER BY q.id DESC LIMIT 1) AS f ON true"
        " JOIN run AS r ON r.id = f.run_id LEFT JOIN product AS p ON p.sku = f.sku"
        " ORDER BY s.sku, s.location LIMIT :limit",
        moment=moment, sku=sku, location=location, limit=limit,
        after_sku=after[0] if after else "", after_location=after[1] if after else "",
    )  # fmt: skip


def live_until(connection: Connection, run_id: UUID) -> datetime | None:
    """When the run that followed a run went live; None while it is live, or was never."""
    found = scalar(
        connection,
        "SELECT published_at FROM publication WHERE run_id <> :id"
        " AND id > (SELECT max(id) FROM publication WHERE run_id = :id) ORDER BY id LIMIT 1",
        id=run_id,
    )
    return None if found is None else found


def plan_of(connection: Connection, run_id: UUID, today: date) -> Operations:
    """The overrides on a run's forecasts as they stood last while it was live."""
    return overrides.operations(connection, today, moment=live_until(connection, run_id), runs=[run_id])


class Both(NamedTuple):
    """The series of two runs, in one order, as columns: of each run the method, None where it lacks the series."""

    skus: list[str]
    locations: list[str]
    methods: tuple[list[str | None], list[str | None]]
    units: tuple[NDArray[np.float64], NDArray[np.float64]]


def _run(number: int, steps: slice) -> str:
    """SQL of a run's series, each with its units over the steps, which are named one by one: unnesting takes longer."""
    units = " + ".join(f"CAST(mean[{step + 1}] AS float8)" for step in range(steps.start, steps.stop)) or "0.0"
    return f"(SELECT sku, location, method, {units} AS units FROM forecast WHERE run_id = :run{number}) AS r{number}"


def units(connection: Connection, run_ids: tuple[UUID, UUID], steps: tuple[slice, slice]) -> Both:
    """The model's units of each series over some steps of each run: one row of arrays, not a row a series."""
    found = connection.execute(
        text(
            "SELECT array_agg(sku), array_agg(location), array_agg(method0), array_agg(method1),"
            " array_agg(COALESCE(units0, 0)), array_agg(COALESCE(units1, 0)) FROM"
            " (SELECT sku, location, r0.method AS method0, r1.method AS method1, r0.units AS units0, r1.units AS units1"
            f" FROM {_run(0, steps[0])} FULL JOIN {_run(1, steps[1])} USING (sku, location)"
            ' ORDER BY sku COLLATE "C", location COLLATE "C") AS s'
        ),
        {"run0": run_ids[0], "run1": run_ids[1]},
    ).one()
    skus, locations, old, new, before, after = (column or [] for column in found)
    return Both(skus, locations, (old, new), (np.array(before, dtype=np.float64), np.array(after, dtype=np.float64)))


def means(connection: Connection, run_id: UUID, series: Sequence[Series]) -> list[tuple[str, str, list[float]]]:
    """Code, location and the mean of every week, of some series of a run: those that it has."""
    found = connection.execute(
        text(
            "SELECT sku, location, CAST(mean AS float8[]) FROM forecast"
            f" JOIN {GIVEN} AS w (sku, location) USING (sku, location)"
            " WHERE run_id = :id"
        ),
        {"id": run_id, "skus": [sku for sku, _ in series], "locations": [location for _, location in series]},
    )
    return [(sku, location, mean) for sku, location, mean in found.all()]
