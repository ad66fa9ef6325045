"""From stored rows to the API's shapes."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import orjson
from contracts.quantiles import BELOW, LEVELS, SHARE, TOLD, at
from numpy.typing import NDArray

from forecaster.api.models import (
    BacktestOut,
    ForecastOut,
    ForecastWeek,
    HistoryWeek,
    NextWeeks,
    PastForecast,
    Quantiles,
    SummaryOut,
    SumWeeks,
    WeeklyForecastOut,
)
from forecaster.domain import drivers
from forecaster.domain.forecasts import Forecast, horizon_weeks

_NAMES = tuple(f"{level:g}" for level in TOLD)
_BELOW, _SHARE = np.array(BELOW), np.array(SHARE, dtype=np.float32)
HISTORY_WEEKS = 156


def number(value: Any) -> float:
    """A stored number as JSON shows it: single precision has seven digits, and no more are pretended."""
    return float(str(np.float32(value)))


def numbers(values: NDArray[np.float32]) -> Any:
    """The same of a whole array, as nested lists: their shortest texts, read again."""
    return orjson.loads(orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY))


def told(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Quantiles (weeks, 11) at all levels that are told: the deciles as well, as `contracts.quantiles.told` says."""
    low, high = values[:, _BELOW], values[:, np.minimum(_BELOW + 1, len(LEVELS) - 1)]
    found = low + _SHARE * (high - low)
    whole = (values == np.floor(values)).all(axis=1)[:, None]
    return np.where(whole, np.floor(found + np.float32(0.5)), found).astype(np.float32)


def quantiles(values: NDArray[np.float32]) -> list[Quantiles]:
    """Level to value, week by week."""
    return [dict(zip(_NAMES, week, strict=True)) for week in numbers(told(values))]


def weekly(row: dict[str, Any], forecast: Forecast, after: date | None) -> Iterable[WeeklyForecastOut]:
    """A series' weeks, those after `after`."""
    weeks = horizon_weeks(row["first_week"], len(forecast.mean))
    for week, mean, levels in zip(weeks, numbers(forecast.mean), quantiles(forecast.quantiles), strict=True):
        if after is None or week > after:
            yield WeeklyForecastOut(
                sku=forecast.sku, location=forecast.location, week=week, mean=mean, quantiles=levels,
                method=forecast.method, run_id=row["run_id"],
            )  # fmt: skip


def summary(row: dict[str, Any], forecast: Forecast, last: list[float]) -> SummaryOut:
    """A line of the product list."""
    four = min(4, len(forecast.mean)) - 1
    sums = forecast.sum_quantiles[four]
    next4 = NextWeeks(
        p10=number(at(sums, 0.1)),
        p50=number(at(sums, 0.5)),
        p90=number(at(sums, 0.9)),
        mean=number(forecast.mean[: four + 1].sum()),
    )
    return SummaryOut(
        product_id=row["product_id"], sku=forecast.sku, name=row["name"], category=row["category"],
        location=forecast.location, last_weeks=last, next4=next4, method=forecast.method, wape=forecast.wape,
        active=forecast.active, stale=row["stale"], run_id=row["run_id"],
    )  # fmt: skip


def product_forecast(
    row: dict[str, Any], model: Forecast, forecast: Forecast, horizon: int, *, places: list[str],
    weeks: list[HistoryWeek], past: list[PastForecast],
) -> ForecastOut:  # fmt: skip
    """All that a product's page needs."""
    labels = horizon_weeks(row["first_week"], horizon)
    running = np.cumsum(forecast.mean, dtype=np.float64).astype(np.float32)
    return ForecastOut(
        product_id=row["product_id"], sku=forecast.sku, name=row["name"], location=forecast.location, locations=places,
        run_id=row["run_id"], as_of=row["as_of"], method=forecast.method, reason=forecast.reason, stale=row["stale"],
        active=forecast.active, history=weeks, past=past, revision=row["revision"], overridden=forecast is not model,
        forecast=[
            ForecastWeek(week=week, mean=mean, quantiles=levels, model=own)
            for week, mean, levels, own in zip(
                labels, numbers(forecast.mean[:horizon]), quantiles(forecast.quantiles[:horizon]),
                numbers(model.mean[:horizon]), strict=True,
            )
        ],
        sums=[
            SumWeeks(weeks=weeks_, mean=mean, quantiles=levels)
            for weeks_, (mean, levels) in enumerate(
                zip(numbers(running[:horizon]), quantiles(forecast.sum_quantiles[:horizon]), strict=True), start=1
            )
        ],
        backtest=BacktestOut(wape=forecast.wape, coverage80=forecast.coverage80),
    )  # fmt: skip


def history(
    found: Sequence[dict[str, Any]],
    stock: Sequence[dict[str, Any]],
    forecast: Forecast,
    first_week: date,
    first_weekday: int,
) -> list[HistoryWeek]:
    """Weeks without gaps, from the first sale to the last week that ended before the forecast, or has sales."""
    if not found:
        return []
    start = found[0]["week"]
    last = max(found[-1]["week"], first_week - timedelta(days=7))
    count = (last - start).days // 7 + 1
    key = (stock[0]["sku"], stock[0]["location"]) if stock else ("", "")
    table = drivers.WeekTable([key], start, count, first_weekday)
    shares = drivers.availability(table, stock, count, last + timedelta(days=6))[0]
    by_week = {row["week"]: row for row in found}
    wanted = dict(zip(forecast.censored_weeks, forecast.censored_demand, strict=True))
    weeks = []
    for step in range(count):
        week = start + timedelta(days=7 * step)
        row = by_week.get(week, {"units": 0, "revenue": 0, "in_kits": 0})
        share = 1.0 if row["units"] > 0 and shares[step] == 0 else float(shares[step])
        units = float(row["units"])
        in_kits = round(float(row["in_kits"]), 3)
        demand = max(units, round(wanted.get(week, units), 3)) + in_kits
        weeks.append(HistoryWeek(
            week=week, units=units, demand=demand, revenue=float(row["revenue"]), in_stock=round(share, 3),
            in_kits=in_kits,
        ))  # fmt: skip
    return weeks


def past(found: Sequence[dict[str, Any]], known: set[date]) -> list[PastForecast]:
    """For each known week, what the newest run before it had said."""
    best: dict[date, PastForecast] = {}
    for row in found:
        values = np.array(row["quantiles"], dtype=np.float32).reshape(-1, len(LEVELS))
        for step, week in enumerate(horizon_weeks(row["first_week"], len(values))):
            if week in known and (week not in best or step + 1 < best[week].lag):
                best[week] = PastForecast(
                    week=week, p50=number(at(values[step], 0.5)), p10=number(at(values[step], 0.1)),
                    p90=number(at(values[step], 0.9)), lag=step + 1,
                )  # fmt: skip
    return [best[week] for week in sorted(best)]
