"""What catalog consumes: each handler decodes a batch and calls a use case in the loop's transaction."""

from collections.abc import Sequence
from math import isfinite
from typing import cast
from zoneinfo import ZoneInfo

from chassis import inbox
from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.events import CatalogSubmitted, FindingChanged, ForecastReady, TrainingCompleted
from contracts.lean import LeanSale
from contracts.quantiles import LEVELS
from contracts.topics import Topic

from catalog.application import claims, concerns, holding, runs, stock
from catalog.events.lean import effects, fulfilling


class SubmittedProducts:
    """`catalog-submitted` into products, prices, places and counts."""

    name = claims.CONSUMER
    topics: Sequence[Topic] = (topics.CATALOG_SUBMITTED,)

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Take the claims; what is none becomes a dead letter."""
        found = []
        for delivery in batch.deliveries:
            event = delivery.event
            if isinstance(event.payload, CatalogSubmitted):
                found.append(claims.ClaimedProduct(inbox.identity(event), event.time, event.payload))
            else:
                batch.reject(delivery, "wrong_type", f"{event.type} does not belong into catalog-submitted")
        claims.apply_claims(connection, found, self._zone)


class SoldStock:
    """`sale-recorded` into stock movements; (sale id, part) is the inbox."""

    name = "stock"
    topics: Sequence[Topic] = (topics.SALE_RECORDED,)

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Hand over what was reserved for them, and move stock by each effect once."""
        sales = [cast(LeanSale, delivery.event) for delivery in batch.deliveries]
        holding.fulfil(connection, [one for sale in sales if (one := fulfilling(sale)) is not None])
        stock.apply_sales(connection, (effect for sale in sales for effect in effects(sale)), self._zone)


class ArrivedForecasts:
    """`forecast-ready` by run, and `training-completed`, after which a run counts; in whatever order they arrive."""

    name = "forecasts"
    topics: Sequence[Topic] = (topics.FORECAST_READY, topics.TRAINING_COMPLETED)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Keep the forecasts that can be decided on, then the ends of runs."""
        forecasts = []
        for delivery in batch.deliveries:
            payload = delivery.event.payload
            if isinstance(payload, ForecastReady):
                if _whole(payload):
                    forecasts.append(payload)
                else:
                    batch.reject(
                        delivery,
                        "bad_payload",
                        f"sum_quantiles: not weeks of {len(LEVELS)} finite numbers, each with a mean",
                    )
        runs.take_forecasts(connection, forecasts)
        for delivery in batch.deliveries:
            if isinstance(delivery.event.payload, TrainingCompleted):
                runs.complete_run(connection, delivery.event.payload, delivery.event.time)


def _whole(forecast: ForecastReady) -> bool:
    """Whether its means and quantiles of sums are what the policy reads; one that is not would stop all decisions."""
    weeks = forecast.sum_quantiles
    told = len(forecast.mean) == len(weeks) and all(map(isfinite, forecast.mean))
    return bool(weeks) and told and all(len(week) == len(LEVELS) and all(map(isfinite, week)) for week in weeks)


class Findings:
    """`finding-changed` into the attention list; a finding's last state counts, so that twice is once."""

    name = "findings"
    topics: Sequence[Topic] = (topics.FINDING_CHANGED,)

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Open, renew and end entries."""
        findings = [d.event.payload for d in batch.deliveries if isinstance(d.event.payload, FindingChanged)]
        concerns.apply_findings(connection, findings)
