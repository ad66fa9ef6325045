"""Ledger entries, records and a small engine for the forecaster's tests."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import numpy as np
from chassis import jobs
from chassis.event_log import Record
from contracts.envelope import encode, new_event
from contracts.events import Payload, Replaced, SaleRecorded
from contracts.quantiles import LEVELS
from forecaster.domain.dataset import Dataset
from forecaster.domain.forecasts import EngineAnswer
from forecaster.domain.history import WeekClock

CLOCK = WeekClock(ZoneInfo("UTC"), 0)


def sale(
    sku: str = "A1", day: str | datetime = "2026-01-05", quantity: str = "1", price: str = "2.50", *,
    location: str = "main", kind: str = "sale", replaces: SaleRecorded | None = None, id: UUID | None = None,
) -> SaleRecorded:  # fmt: skip
    """A ledger entry."""
    moment = day if isinstance(day, datetime) else datetime.fromisoformat(f"{day}T12:00:00+00:00")
    old = None
    if replaces is not None:
        old = Replaced(
            sku=replaces.sku, location=replaces.location, quantity=replaces.quantity, amount=replaces.amount,
            sold_at=replaces.sold_at,
        )  # fmt: skip
    units = Decimal(0) if kind == "void" else Decimal(quantity)
    return SaleRecorded(
        sale_id=id or uuid4(), source="till", event_id=str(uuid4()), kind=kind, sku=sku, location=location,  # type: ignore[arg-type]
        quantity=units, unit_price=Decimal(price), amount=round(units * Decimal(price), 4), sold_at=moment,
        recorded_at=datetime.now(UTC), replaces=old, original_id=replaces.sale_id if replaces else None,
    )  # fmt: skip


def record(payload: Payload, offset: int, *, partition: int = 0, time: datetime | None = None) -> Record:
    """The payload as it lies in the log."""
    identity = str(payload.sale_id) if isinstance(payload, SaleRecorded) else None
    key, headers, value = encode(new_event(payload, "sales", id=identity, time=time))
    return Record(payload.TOPIC.name, partition, offset, key, headers, value, 1_700_000_000_000 + offset)


def flat_engine(dataset: Dataset, **_: Any) -> EngineAnswer | None:
    """Stands where the engine stands, where a test is about what happens around it: the mean of the last four weeks."""
    if dataset.history.empty:
        return None
    level = dataset.history.groupby("unique_id", sort=False)["y"].apply(lambda y: y.tail(4).mean())
    ids, horizon = list(level.index), len(dataset.weeks)
    mean = np.repeat(level.to_numpy()[:, None], horizon, axis=1)
    spread = np.linspace(0.5, 1.5, len(LEVELS))
    quantiles = mean[:, :, None] * spread
    sums = np.cumsum(mean, axis=1)[:, :, None] * spread
    return EngineAnswer(ids, mean, quantiles, sums, ["flat"] * len(ids), ["for a test"] * len(ids), {"wape": 0.5})


def weekly_sales(sku: str, first_day: str, quantities: list[int], location: str = "main") -> list[SaleRecorded]:
    """One sale a week from a day on."""
    day = datetime.fromisoformat(f"{first_day}T12:00:00+00:00")
    return [
        sale(sku, day + timedelta(days=7 * number), str(quantity), location=location)
        for number, quantity in enumerate(quantities)
    ]


def do(job: jobs.Claim, function: Callable[[jobs.Claim], None]) -> None:
    """Do a claimed job as a trainer does."""
    jobs._run(job, function, threading.Event(), 5)
