"""The sum of many series: history, forecast, and the band of the sum from joint draws; and the parts that it has."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal

import numpy as np
from chassis.database import Connection
from chassis.parameters import Db, Viewer
from chassis.weeks import last_ended_week, yesterday
from contracts.quantiles import TOLD, told
from contracts.types import Code, Name, Sku
from fastapi import APIRouter
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from forecaster.api.models import ForecastWeek, HistoryWeek, SeriesKey, SumWeeks
from forecaster.api.parameters import Config, today
from forecaster.domain.common_part import Common, Reached, common
from forecaster.domain.forecasts import Forecast, horizon_weeks
from forecaster.domain.overrides import adjusted
from forecaster.domain.through_kits import as_itself
from forecaster.domain.totals import total
from forecaster.storage import accuracy, overrides, totals
from forecaster.storage.totals import Placed, Together

router = APIRouter(prefix="/forecast/totals", tags=["planning"])
HISTORY_WEEKS, MEASURED_WEEKS, PART_WEEKS, PARTS = 156, 26, 4, 500


class TotalIn(BaseModel):
    """Which series: what is left out does not narrow. `series` names them one by one, as of a supplier or a class.
    `by`: which parts of it to tell."""

    sku: Sku | None = None
    category: Name | None = None
    location: Code | None = None
    series: Annotated[list[SeriesKey], Field(max_length=250_000, fail_fast=True)] | None = None
    by: Literal["category", "location", "sku"] | None = None


class PartOut(BaseModel):
    """A part of the total: what it sold in the last four weeks, and is expected to in the next (sums of means)."""

    key: str | None
    name: str | None
    series: int
    last4: float
    next4: float


class TotalOut(BaseModel):
    """A sum of series. Its quantiles are of the sum, from joint draws; they are not sums of quantiles.

    `common`: the part of what is uncertain about the next week that all series share, as is likely after
    `measured_weeks` weeks of past forecasts; how unsure it is is in the bands.
    What kits take of their components is not in it: it counts what is sold as itself.
    `older`: series that are not in it, since their forecast begins in an earlier week than the others'.
    """

    series: int
    older: int
    common: float
    measured_weeks: int
    history: list[HistoryWeek]
    forecast: list[ForecastWeek]
    sums: list[SumWeeks]
    parts: list[PartOut]
    more_parts: int


@router.post("")
def get_total(db: Db, config: Config, _: Viewer, asked: TotalIn) -> TotalOut:
    """The history, the forecast and the band of a sum of series. A question, of more series than a URL holds."""
    newest = last_ended_week(yesterday(config.zone), config.first_weekday)
    series = None if asked.series is None else [(item.sku, item.location) for item in asked.series]
    chosen = Together(
        skus=None if asked.sku is None else [asked.sku], category=asked.category, series=series,
        locations=None if asked.location is None else [asked.location],
    )  # fmt: skip
    with db.snapshot() as connection:
        found = _of(totals.placed(connection, chosen))
        final = _final(connection, found.placed, today(config))
        sold = totals.sold(connection, chosen, newest - timedelta(days=7 * (HISTORY_WEEKS - 1)), newest)
        together = (
            _common(connection, asked, series, newest, found.horizon) if len(final) > 1
            else Common(np.zeros((max(found.horizon, 1), 1)), 0)
        )  # fmt: skip
        recent = (
            totals.sold_by_series(connection, chosen, newest - timedelta(days=7 * (PART_WEEKS - 1)), newest)
            if asked.by else {}
        )  # fmt: skip
    parts = sorted(_parts(asked.by, found.placed, final, recent), key=lambda part: -part.next4)
    return TotalOut(
        series=len(final), older=found.older, common=round(together.part, 4), measured_weeks=together.weeks,
        history=[
            HistoryWeek(week=week, units=units, revenue=revenue) for week, (units, revenue) in sorted(sold.items())
        ],
        **_ahead(found, final, together.likely), parts=parts[:PARTS], more_parts=max(0, len(parts) - PARTS),
    )  # fmt: skip


@dataclass(frozen=True)
class _Aligned:
    placed: list[Placed]
    first_week: date
    horizon: int
    older: int


def _of(placed: list[Placed]) -> _Aligned:
    """Those that begin in the newest week, as far ahead as all of them reach."""
    if not placed:
        return _Aligned([], date.min, 0, 0)
    first = max(item.first_week for item in placed)
    kept = [item for item in placed if item.first_week == first]
    return _Aligned(kept, first, min(len(item.forecast.mean) for item in kept), len(placed) - len(kept))


def _final(connection: Connection, placed: list[Placed], day: date) -> list[Forecast]:
    in_force = overrides.operations(connection, day, [(item.forecast.sku, item.forecast.location) for item in placed])
    return [as_itself(adjusted(item.forecast, item.first_week, in_force), item.forecast) for item in placed]


def _common(
    connection: Connection, asked: TotalIn, series: list[tuple[str, str]] | None, newest: date, horizon: int
) -> Common:  # fmt: skip
    found = accuracy.levels_reached(
        connection, newest - timedelta(days=7 * (MEASURED_WEEKS - 1)), newest, sku=asked.sku, location=asked.location,
        category=asked.category, series=series,
    )  # fmt: skip
    return common((Reached(**row) for row in found), horizon)


def _ahead(
    found: _Aligned, final: list[Forecast], parts: NDArray[np.float64]
) -> dict[str, list[ForecastWeek] | list[SumWeeks]]:
    if not final:
        return {"forecast": [], "sums": []}
    steps = found.horizon
    means = np.stack([item.mean[:steps] for item in final])
    model = [as_itself(item.forecast, item.forecast) for item in found.placed]
    own = np.stack([item.mean[:steps] for item in model]).sum(axis=0, dtype=np.float64)
    bands = total(np.stack([item.quantiles[:steps] for item in final]), means, parts)
    running = np.cumsum(means, axis=1, dtype=np.float64)
    sums = total(np.stack([item.sum_quantiles[:steps] for item in final]), running.astype(np.float32), parts)
    weeks = horizon_weeks(found.first_week, steps)
    mean = means.sum(axis=0, dtype=np.float64)
    return {
        "forecast": [
            ForecastWeek(week=week, mean=round(mean[step], 4), model=round(own[step], 4), quantiles=_named(bands[step]))
            for step, week in enumerate(weeks)
        ],
        "sums": [
            SumWeeks(weeks=step + 1, mean=round(mean[: step + 1].sum(), 4), quantiles=_named(sums[step]))
            for step in range(steps)
        ],
    }


def _named(values: NDArray[np.float64]) -> dict[str, float]:
    return {f"{level:g}": round(value, 3) for level, value in zip(TOLD, told(values.tolist()), strict=True)}


def _parts(
    by: Literal["category", "location", "sku"] | None, placed: list[Placed], final: list[Forecast],
    recent: dict[tuple[str, str], float],
) -> list[PartOut]:  # fmt: skip
    if by is None:
        return []
    found: dict[str | None, PartOut] = {}
    sums: dict[str | None, list[float]] = defaultdict(lambda: [0, 0.0, 0.0])
    for item, forecast in zip(placed, final, strict=True):
        key = item.category if by == "category" else forecast.location if by == "location" else forecast.sku
        mine = sums[key]
        mine[0] += 1
        mine[1] += recent.get((forecast.sku, forecast.location), 0.0)
        mine[2] += float(forecast.mean[:PART_WEEKS].sum())
        name = item.name if by == "sku" else key
        found[key] = PartOut(key=key, name=name, series=int(mine[0]), last4=round(mine[1], 3), next4=round(mine[2], 3))
    return list(found.values())
