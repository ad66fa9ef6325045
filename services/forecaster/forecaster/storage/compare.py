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
from forecaster.storage import numbers, overrides

_COLUMNS = (
    "f.run_id, f.sku, f.location, f.mean, f.quantiles, f.sum_quantiles, f.method, f.reason, f.active, f.wape,"
    " f.coverage80, r.first_week, r.as_of, r.version, p.name"
)


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
    return overrides.operations(connection, today, moment=live_until(connection, run_id))


class Both(NamedTuple):
    """The series of two runs, in one order, as columns: of each run the method, None where it lacks the series."""

    skus: list[str]
    locations: list[str]
    methods: tuple[list[str | None], list[str | None]]
    units: tuple[NDArray[np.float64], NDArray[np.float64]]


_RUN = "(SELECT sku, location, method, mean FROM forecast WHERE run_id = :run{0}) AS r{0}"
_MEANS = "mean[CAST(:start{0} AS integer) \\: CAST(:stop{0} AS integer)]"


def units(connection: Connection, run_ids: tuple[UUID, UUID], steps: tuple[slice, slice]) -> Both:
    """The model's units of each series over some steps of each run: one row of columns, not a row a series."""
    weeks = steps[0].stop - steps[0].start
    found = connection.execute(
        text(
            "SELECT array_agg(sku), array_agg(location), array_agg(method0), array_agg(method1),"
            f" string_agg({numbers.written('COALESCE(mean0, CAST(:zeros AS real[]))')}, ','),"
            f" string_agg({numbers.written('COALESCE(mean1, CAST(:zeros AS real[]))')}, ',')"
            f" FROM (SELECT sku, location, r0.method AS method0, r1.method AS method1, r0.{_MEANS.format(0)} AS mean0,"
            f" r1.{_MEANS.format(1)} AS mean1 FROM {_RUN.format(0)} FULL JOIN {_RUN.format(1)} USING (sku, location)"
            ' ORDER BY sku COLLATE "C", location COLLATE "C") AS s'
        ),
        {"run0": run_ids[0], "start0": steps[0].start + 1, "stop0": steps[0].stop,
         "run1": run_ids[1], "start1": steps[1].start + 1, "stop1": steps[1].stop,
         "zeros": [0.0] * weeks},
    ).one()  # fmt: skip
    skus, locations, old, new = (column or [] for column in found[:4])
    before, after = (_sums(means, len(skus), weeks) for means in found[4:])
    return Both(skus, locations, (old, new), (before, after))


def _sums(means: str | None, series: int, weeks: int) -> NDArray[np.float64]:
    found = numbers.read(means if weeks else None)  # of no weeks there are only the commas
    sums: NDArray[np.float64] = found.reshape(series, weeks).sum(axis=1, dtype=np.float64)
    return sums


def means(connection: Connection, run_id: UUID, series: Sequence[Series]) -> list[tuple[str, str, list[float]]]:
    """Code, location and the mean of every week, of some series of a run: those that it has."""
    found = connection.execute(
        text(
            "SELECT sku, location, CAST(mean AS float8[]) FROM forecast"
            " JOIN unnest(CAST(:skus AS text[]), CAST(:locations AS text[])) AS w (sku, location) USING (sku, location)"
            " WHERE run_id = :id"
        ),
        {"id": run_id, "skus": [sku for sku, _ in series], "locations": [location for _, location in series]},
    )
    return [(sku, location, mean) for sku, location, mean in found.all()]
