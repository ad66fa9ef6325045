"""A run's forecasts as arrays, and the rules every forecast obeys: no negatives, no crossing, no unlabelled zero."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from contracts.quantiles import LEVELS
from numpy.typing import NDArray

from forecaster.domain.quality import Quality, WeeklyBacktest, measure
from forecaster.domain.rounding import stored

if TYPE_CHECKING:  # it brings data frames, which a worker that only asks for runs does without
    from forecaster.domain.dataset import Dataset

Array = NDArray[np.float32]


@dataclass
class Forecast:
    """One series' forecast: mean (H), quantiles and quantiles of running sums (H x 11)."""

    sku: str
    location: str
    mean: Array
    quantiles: Array
    sum_quantiles: Array
    method: str
    reason: str
    active: bool = True
    wape: float | None = None
    coverage80: float | None = None
    censored_weeks: Sequence[date] = ()  # past weeks in stock for a part,
    censored_demand: Sequence[float] = ()  # and the demand of each
    in_kits: Mapping[str, Array] = field(default_factory=dict)  # by kit what of the mean (H) comes through it


@dataclass
class RunResult:
    """All forecasts of a run and what is known of their quality."""

    forecasts: list[Forecast]
    metrics: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, tuple[float, float]] = field(default_factory=dict)

    @property
    def methods(self) -> dict[str, int]:
        """How many series each method serves."""
        counted: dict[str, int] = {}
        for forecast in self.forecasts:
            counted[forecast.method] = counted.get(forecast.method, 0) + 1
        return dict(sorted(counted.items(), key=lambda item: -item[1]))


@dataclass
class EngineAnswer:
    """What the engine answered, by the order of `ids`."""

    ids: Sequence[str]
    mean: NDArray[np.floating]
    quantiles: NDArray[np.floating]
    sum_quantiles: NDArray[np.floating]
    method: Sequence[str]
    reason: Sequence[str]
    report: Mapping[str, Any] = field(default_factory=dict)
    backtest: WeeklyBacktest | None = None
    demand: Mapping[str, Mapping[date, float]] = field(default_factory=dict)  # of weeks in stock for a part, by id
    fitted: Any = None  # the engine's own: what an update goes on from
    working: Any = None  # and what its forecasts are explained from


def assemble(dataset: "Dataset", answer: EngineAnswer | None) -> RunResult:
    """Every series of the dataset with its forecast. Raises when the engine left a series out or gave no number."""
    found = [_ended(dataset, ended) for ended in dataset.ended]
    if answer is None:
        return RunResult(found)
    quality = measure(answer.backtest) if answer.backtest is not None else Quality()
    place = {str(name): number for number, name in enumerate(answer.ids)}
    for row in dataset.series:
        number = place.get(row.unique_id)
        if number is None:
            raise ValueError(f"the engine gave no forecast for {row.unique_id}")
        kept = weeks_on_sale(dataset.weeks, row.until)
        found.append(
            Forecast(
                row.sku,
                row.location,
                *_clean(answer, number, kept),
                method=str(answer.method[number]),
                reason="; ".join(filter(None, (str(answer.reason[number]), row.note))),
                active=row.active,
                wape=quality.wape.get(row.unique_id),
                coverage80=quality.coverage80.get(row.unique_id),
                censored_weeks=[*answer.demand.get(row.unique_id, {})],
                censored_demand=[*answer.demand.get(row.unique_id, {}).values()],
            )
        )
    told = [*dataset.told, *answer.report.get("told", ())]
    metrics = {**quality.metrics, "engine": {**answer.report, "told": told}}
    return RunResult(found, metrics, quality.errors)


def _clean(answer: EngineAnswer, number: int, kept: int) -> tuple[Array, Array, Array]:
    mean = np.array(answer.mean[number], dtype=np.float64)
    quantiles = np.sort(np.array(answer.quantiles[number], dtype=np.float64), axis=-1)
    sums = np.sort(np.array(answer.sum_quantiles[number], dtype=np.float64), axis=-1)
    if not (np.isfinite(mean).all() and np.isfinite(quantiles).all() and np.isfinite(sums).all()):
        raise ValueError(f"the engine's forecast for {answer.ids[number]} holds a value that is no number")
    mean[kept:], quantiles[kept:] = 0.0, 0.0  # off sale: sums stand still
    sums[kept:] = sums[kept - 1] if kept else 0.0
    return stored(np.maximum(mean, 0)), stored(np.maximum(quantiles, 0)), stored(np.maximum(sums, 0))


def _ended(dataset: "Dataset", ended: Any) -> Forecast:
    horizon = len(dataset.weeks)
    zeros = np.zeros((horizon, len(LEVELS)), dtype=np.float32)
    return Forecast(
        ended.sku, ended.location, zeros[:, 0].copy(), zeros, zeros.copy(), "discontinued",
        ended.why, active=False,
    )  # fmt: skip


def weeks_on_sale(weeks: list[date], until: date | None) -> int:
    """How many of the weeks begin on or before the last day on sale."""
    return len(weeks) if until is None else sum(week <= until for week in weeks)


def horizon_weeks(first_week: date, horizon: int) -> list[date]:
    """The first days of the weeks of a forecast."""
    return [date.fromordinal(first_week.toordinal() + 7 * step) for step in range(horizon)]
