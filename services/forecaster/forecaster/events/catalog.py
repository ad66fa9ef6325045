"""Projects what catalog tells: products, places, prices, promotions, calendar events, stock.

Each statement keeps the newest state it was told (by revision or time), so a redelivery changes nothing.
"""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from chassis.consumer import Batch
from chassis.database import Connection
from contracts import topics
from contracts.events import (
    EventChanged,
    LocationChanged,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
)
from contracts.topics import Topic

from forecaster.storage import catalog


class CatalogHandler:
    """What is known of products and of the days to come."""

    name = "catalog"
    topics: Sequence[Topic] = (
        topics.PRODUCT_CHANGED, topics.LOCATION_CHANGED, topics.PRICE_CHANGED, topics.PROMOTION_CHANGED,
        topics.EVENT_CHANGED,
    )  # fmt: skip

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Store the newest state of each."""
        prices: dict[tuple[str, str, date], tuple[PriceChanged, object]] = {}
        for delivery in batch.deliveries:
            event, told = delivery.event.payload, delivery.event.time
            match event:
                case ProductChanged():
                    catalog.keep_product(connection, event, told.astimezone(self._zone).date())
                case LocationChanged():
                    catalog.keep_location(connection, event)
                case PriceChanged():
                    prices[event.sku, event.location or "", event.valid_from] = (event, told)
                case PromotionChanged():
                    catalog.keep_promotion(connection, event)
                case EventChanged():
                    catalog.keep_calendar_event(connection, event)
                case _:
                    batch.reject(delivery, "unexpected_type", f"{event.type} does not belong on this topic")
        catalog.keep_prices(connection, [(*key, event.price, told) for key, (event, told) in prices.items()])


class StockHandler:
    """The last stock of each day: enough to know on which days a product could not be sold."""

    name = "stock"
    topics: Sequence[Topic] = (topics.STOCK_CHANGED,)

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone

    def apply(self, connection: Connection, batch: Batch) -> None:
        """Keep the newest level of each series and day."""
        days: dict[tuple[str, str, date], StockChanged] = {}
        for delivery in batch.deliveries:
            event = delivery.event.payload
            if not isinstance(event, StockChanged):
                batch.reject(delivery, "unexpected_type", f"{event.type} does not belong on this topic")
                continue
            key = (event.sku, event.location, event.at.astimezone(self._zone).date())
            if key not in days or event.at >= days[key].at:
                days[key] = event
        catalog.keep_stock(connection, [(*key, event.on_hand, event.at) for key, event in days.items()])
