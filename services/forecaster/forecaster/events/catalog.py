"""Projects what catalog tells: products, places, prices, promotions, calendar events, weather, stock."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.events import (
    EventChanged,
    LocationChanged,
    Payload,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
    WeatherIssued,
)
from contracts.topics import Topic

from forecaster.application.catalog import keep_catalog, keep_stock

State = TypeVar("State", bound=Payload)


class CatalogHandler:
    """What is known of products and of the days to come."""

    name = "catalog"
    topics: Sequence[Topic] = (
        topics.PRODUCT_CHANGED, topics.LOCATION_CHANGED, topics.PRICE_CHANGED, topics.PROMOTION_CHANGED,
        topics.EVENT_CHANGED, topics.WEATHER_ISSUED,
    )  # fmt: skip

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Keep the newest state of each."""
        kinds = (ProductChanged, LocationChanged, PriceChanged, PromotionChanged, EventChanged, WeatherIssued)
        keep_catalog(connection, _told(batch, *kinds), self._zone)


class StockHandler:
    """On which days what could be sold."""

    name = "stock"
    topics: Sequence[Topic] = (topics.STOCK_CHANGED,)

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Keep the newest level of each series and day."""
        keep_stock(connection, (level for level, _ in _told(batch, StockChanged)), self._zone)


def _told(batch: Batch, *kinds: type[State]) -> Iterator[tuple[State, datetime]]:
    """The states of the batch and when each was told; what belongs elsewhere becomes a dead letter."""
    for delivery in batch.deliveries:
        payload = delivery.event.payload
        if isinstance(payload, kinds):
            yield payload, delivery.event.time
        else:
            batch.reject(delivery, "unexpected_type", f"{payload.type} does not belong on this topic")
