"""Training runs and what they produce."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts import topics
from contracts.events.base import Payload
from contracts.keys import series_key
from contracts.quantiles import LEVELS
from contracts.types import MAIN_LOCATION, Code, Instant, Sku, Text


class TrainingRequested(Payload):
    """Somebody, or the weekly schedule, asked for a run."""

    TYPE: ClassVar[str] = "training-requested"
    TOPIC: ClassVar[topics.Topic] = topics.TRAINING_REQUESTED

    run_id: UUID
    as_of: date
    cause: Literal["manual", "schedule", "replay", "demo"]
    requested_by: Text

    @property
    def key(self) -> str:
        return str(self.run_id)


class TrainingProgressed(Payload):
    """How far a run is. `seconds_left` is an estimate, null while there is none."""

    TYPE: ClassVar[str] = "training-progressed"
    TOPIC: ClassVar[topics.Topic] = topics.TRAINING_PROGRESSED

    run_id: UUID
    stage: Text
    done: int
    total: int
    rate: float | None = None
    seconds_left: float | None = None

    @property
    def key(self) -> str:
        return str(self.run_id)


class TrainingCompleted(Payload):
    """The end of a run. With `succeeded` its forecasts are live for everybody."""

    TYPE: ClassVar[str] = "training-completed"
    TOPIC: ClassVar[topics.Topic] = topics.TRAINING_COMPLETED

    run_id: UUID
    outcome: Literal["succeeded", "failed", "cancelled", "not-promoted"]
    as_of: date
    series: int = 0
    seconds: float = 0.0
    message: Text | None = None

    @property
    def key(self) -> str:
        return str(self.run_id)


class ForecastReady(Payload):
    """A series' forecast: per week the mean and its quantiles, and the quantiles of running sums.

    A row of quantiles is ordered by `contracts.quantiles.LEVELS`; `contracts.quantiles.told` gives the deciles as well.
    `sum_quantiles[i]` are the quantiles of the sum over weeks 0..i: weekly quantiles are never added.
    At most 8 KB.
    """

    TYPE: ClassVar[str] = "forecast-ready"
    TOPIC: ClassVar[topics.Topic] = topics.FORECAST_READY

    run_id: UUID
    sku: Sku
    location: Code
    as_of: date
    weeks: list[date]
    mean: list[float]
    quantiles: list[list[float]] = Field(description=f"weeks x {len(LEVELS)}")
    sum_quantiles: list[list[float]] = Field(description=f"weeks x {len(LEVELS)}")
    method: Text
    reason: Text
    overridden: bool = False

    @property
    def key(self) -> str:
        return series_key(self.sku, self.location)


class AnomalyDetected(Payload):
    """A series' week outside what was believed possible, or a silence: nothing comes of a source or a location.

    Of a silence `sku` is left out, and `source` or `location` says of whom nothing comes (neither: of nobody) since the
    business's clock said `since`; its numbers are ledger entries: what came in the same hours of earlier weeks.
    `money` is what it is about.
    """

    TYPE: ClassVar[str] = "anomaly-detected"
    TOPIC: ClassVar[topics.Topic] = topics.ANOMALY_DETECTED

    sku: Sku | None = None
    location: Code | None = None
    source: Text | None = None
    week: date
    since: datetime | None = None
    actual: float
    expected: float
    low: float
    high: float
    money: float | None = None
    kind: Literal["spike", "drop", "level-shift", "silence"]
    detected_at: Instant

    @property
    def key(self) -> str:
        return series_key(self.sku or self.source or "", self.location or MAIN_LOCATION)
