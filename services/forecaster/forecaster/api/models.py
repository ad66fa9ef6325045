"""The shapes of requests and answers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis.parameters import Day
from contracts.types import Code, Sku
from pydantic import BaseModel, Field, StringConstraints

Quantiles = dict[str, float]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=200, pattern=r"^[^\x00]*$")]


class SeriesKey(BaseModel):
    """A product at a location."""

    sku: Sku
    location: Code


class TrainIn(BaseModel):
    """What to train: as if the day `as_of` had just ended (default: yesterday), `horizon` weeks ahead."""

    as_of: Day | None = None
    horizon: int | None = Field(default=None, ge=1, le=26)
    cause: Literal["manual", "demo", "replay"] = "manual"


class TrainOut(BaseModel):
    """The run that was asked for."""

    run_id: UUID
    status: str


class RunOut(BaseModel):
    """A training run. `live`: it is the one published last. `models_of`: the training whose models an update used.

    `published_for`: the reason that was given for making it live, if one was. `pruned_at`: since when its forecasts are
    no longer kept. `before`: in a list of runs, the one that a rollback makes live.
    """

    id: UUID
    version: int
    kind: str
    cause: str
    requested_by: str
    requested_at: datetime
    as_of: date
    horizon: int
    first_week: date
    status: str
    stage: str | None
    done: int
    total: int
    seconds_left: float | None
    started_at: datetime | None
    finished_at: datetime | None
    seconds: float | None
    series: int
    active_series: int
    history_weeks: int
    metrics: dict[str, Any]
    methods: dict[str, int]
    versions: dict[str, str]
    offsets: dict[str, dict[str, int]] | None
    seed: int
    published_at: datetime | None
    published_by: str | None
    published_for: str | None
    live: bool
    before: bool = False
    models_of: UUID | None
    pruned_at: datetime | None
    error: str | None


class ReleaseIn(BaseModel):
    """Why a run is made live by hand; the trail and the run's page say it."""

    reason: Why | None = None


class RollBackIn(ReleaseIn):
    """`to`: the run that is expected to be live then; refused where it would be another."""

    to: UUID | None = None


class ScheduleOut(BaseModel):
    """The weekly training. `next_at`: when one falls due, or a failed one is tried again; null when switched off."""

    enabled: bool
    next_at: datetime | None
    last: RunOut | None


class WeeklyForecastOut(BaseModel):
    """A series' week of a forecast."""

    sku: str
    location: str
    week: date
    mean: float
    quantiles: Quantiles
    method: str
    run_id: UUID


class HistoryWeek(BaseModel):
    """A week that has ended. `in_stock` is the share of its days on which the series could be sold; `demand` what would
    have sold in all of it, as the live forecast's run estimated it: what was sold, where it was in stock; null of
    totals. `in_kits` were sold beside `units` in kits that the product is in, and are in `demand`; null of totals."""

    week: date
    units: float
    demand: float | None = None
    revenue: float
    in_stock: float = 1.0
    in_kits: float | None = None


class ForecastWeek(BaseModel):
    """A week to come. `model` is the mean before overrides."""

    week: date
    mean: float
    quantiles: Quantiles
    model: float


class SumWeeks(BaseModel):
    """The total over the first `weeks` weeks. Its quantiles are not sums of quantiles."""

    weeks: int
    mean: float
    quantiles: Quantiles


class PastForecast(BaseModel):
    """What an earlier run had said of a week that has ended since, `lag` weeks ahead."""

    week: date
    p50: float
    p10: float
    p90: float
    lag: int


class BacktestOut(BaseModel):
    """How the method did on weeks it had not seen."""

    wape: float | None
    coverage80: float | None


class ForecastOut(BaseModel):
    """A product's forecast at a location, with the history it was made from."""

    product_id: UUID | None
    sku: str
    name: str | None
    location: str
    locations: list[str]
    run_id: UUID
    as_of: date
    method: str
    reason: str
    stale: bool
    active: bool
    overridden: bool
    revision: int
    history: list[HistoryWeek]
    forecast: list[ForecastWeek]
    sums: list[SumWeeks]
    past: list[PastForecast]
    backtest: BacktestOut


class NextWeeks(BaseModel):
    """The total of the next four weeks."""

    p10: float
    p50: float
    p90: float
    mean: float


class SummaryOut(BaseModel):
    """A series in the product list. `last_weeks` are the units of the last 16 weeks, oldest first."""

    product_id: UUID | None
    sku: str
    name: str | None
    category: str | None
    location: str
    last_weeks: list[float]
    next4: NextWeeks
    method: str
    wape: float | None
    active: bool
    stale: bool
    run_id: UUID


class HistoryTotals(BaseModel):
    """What the weekly history holds; decimals as exact text."""

    events: int
    entries: int
    units: str
    revenue: str
    weeks: int
    series: int
    first_week: date | None
    last_week: date | None
    offsets: dict[str, dict[str, int]]
