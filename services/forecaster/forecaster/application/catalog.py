"""Keeping what catalog tells: products, places, prices, promotions, calendar events, weather, stock.

The newest state that was told (by revision or time) is kept, and of the weather all that was said, so a redelivery
changes nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from chassis.database import Connection
from contracts.events import (
    EventChanged,
    LocationChanged,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
    WeatherIssued,
)

from forecaster.domain.kits import parts_of
from forecaster.storage import catalog, weather

Told = ProductChanged | LocationChanged | PriceChanged | PromotionChanged | EventChanged | WeatherIssued


def keep_catalog(connection: Connection, told: Iterable[tuple[Told, datetime]], zone: ZoneInfo) -> None:
    """Keep what was told, and when."""
    prices: dict[tuple[str, str, date], tuple[PriceChanged, datetime]] = {}
    words: list[WeatherIssued] = []
    for state, at in told:
        match state:
            case ProductChanged():
                day = at.astimezone(zone).date()
                catalog.keep_product(connection, state, day, parts_of(state.sku, state.bills))
            case LocationChanged():
                catalog.keep_location(connection, state)
            case PriceChanged():
                prices[state.sku, state.location or "", state.valid_from] = (state, at)
            case PromotionChanged():
                catalog.keep_promotion(connection, state)
            case EventChanged():
                catalog.keep_calendar_event(connection, state)
            case WeatherIssued():
                words.append(state)
    weather.keep(connection, words)
    catalog.keep_prices(connection, [(*key, state.price, at) for key, (state, at) in prices.items()])


def keep_stock(connection: Connection, told: Iterable[StockChanged], zone: ZoneInfo) -> None:
    """Keep the newest level of each series and day: enough to know on which days a product could not be sold."""
    days: dict[tuple[str, str, date], StockChanged] = {}
    for level in told:
        key = (level.sku, level.location, level.at.astimezone(zone).date())
        if key not in days or level.at >= days[key].at:
            days[key] = level
    catalog.keep_stock(connection, [(*key, level.on_hand, level.at) for key, level in days.items()])
