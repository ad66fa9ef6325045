"""The events that the forecaster publishes; a use case hands them to the outbox."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from contracts.envelope import Event, new_event, value_bytes
from contracts.events import (
    AnomalyDetected,
    FindingChanged,
    ForecastReady,
    TrainingCompleted,
    TrainingProgressed,
    TrainingRequested,
)

from forecaster.domain.findings import Finding
from forecaster.domain.forecasts import Forecast
from forecaster.domain.rounding import published, published_rows
from forecaster.settings import SERVICE

MAX_FORECAST_BYTES = 8192
Cause = Literal["manual", "schedule", "replay", "demo"]
RunOutcome = Literal["succeeded", "failed", "cancelled", "not-promoted"]


def training_requested(run_id: UUID, as_of: date, cause: Cause, requested_by: str) -> Event:
    """Somebody asked for a run."""
    return new_event(TrainingRequested(run_id=run_id, as_of=as_of, cause=cause, requested_by=requested_by), SERVICE)


def training_progressed(run_id: UUID, stage: str, done: int, total: int, seconds_left: float | None) -> Event:
    """How far a run is."""
    left = None if seconds_left is None else round(seconds_left, 1)
    return new_event(TrainingProgressed(run_id=run_id, stage=stage, done=done, total=total, seconds_left=left), SERVICE)


def training_completed(
    run_id: UUID, outcome: RunOutcome, as_of: date, *, series: int = 0, seconds: float = 0.0, message: str | None = None
) -> Event:
    """The end of a run."""
    clean = None if message is None else " ".join(message.split())[:500]
    return new_event(
        TrainingCompleted(
            run_id=run_id, outcome=outcome, as_of=as_of, series=series, seconds=round(seconds, 3), message=clean
        ),
        SERVICE,
    )


def forecast_ready(
    run_id: UUID, as_of: date, weeks: Sequence[date], forecast: Forecast, overridden: bool = False
) -> Event:
    """A series' forecast, in at most 8 KB."""
    rows, sums = published_rows(forecast.quantiles), published_rows(forecast.sum_quantiles)
    payload = ForecastReady(
        run_id=run_id, sku=forecast.sku, location=forecast.location, as_of=as_of, weeks=list(weeks),
        mean=published(forecast.mean), quantiles=rows, sum_quantiles=sums, method=forecast.method[:500],
        reason=forecast.reason[:500], overridden=overridden,
    )  # fmt: skip
    if len(value_bytes(payload)) > MAX_FORECAST_BYTES:
        raise ValueError(f"the forecast of {forecast.sku} does not fit in {MAX_FORECAST_BYTES} bytes")
    return new_event(payload, SERVICE)


def anomaly_detected(row: Mapping[str, Any], now: datetime) -> Event:
    """A week outside what was believed possible; told once."""
    fields = ("sku", "location", "week", "actual", "expected", "low", "high", "kind")
    money = round(abs(row["actual"] - row["expected"]) * float(row["worth"]), 2)
    return new_event(AnomalyDetected(**{name: row[name] for name in fields}, money=money, detected_at=now), SERVICE)


def silence_detected(finding: Finding, now: datetime) -> Event:
    """A source or location of which nothing comes; told once, when it begins to be one. In ledger entries."""
    told = {name: finding.detail[name] for name in ("source", "since", "expected", "low", "high")}
    return new_event(
        AnomalyDetected(
            location=finding.location, week=finding.week, actual=0.0, kind="silence", detected_at=now,
            money=finding.money, **told,
        ),
        SERVICE,
    )  # fmt: skip


def finding_changed(finding: Finding, now: datetime, *, still_so: bool) -> Event:
    """A finding's whole state, as it is found now."""
    return new_event(FindingChanged(**vars(finding), open=still_so, found_at=now), SERVICE)
