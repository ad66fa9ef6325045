"""What catalog publishes, made from its rows."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from contracts.envelope import Event, new_event
from contracts.events import (
    EventChanged,
    LocationChanged,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
)

from catalog.domain.products import Product

SOURCE = "catalog"


def product_changed(product: Product) -> Event:
    """A product's whole state."""
    return new_event(
        ProductChanged(
            product_id=product.id, sku=product.sku, name=product.name, category=product.category, price=product.price,
            cost=product.cost, archived=product.archived, on_sale_from=product.on_sale_from,
            on_sale_until=product.on_sale_until, like_sku=product.like_sku, like_multiplier=product.like_multiplier,
            attributes=product.attributes, revision=product.revision,
        ),
        SOURCE,
    )  # fmt: skip


def location_changed(row: Mapping[str, Any]) -> Event:
    """A location's whole state."""
    return new_event(LocationChanged(**row), SOURCE)


def price_changed(sku: str, location: str | None, price: Decimal, valid_from: date) -> Event:
    """A price from a day on."""
    return new_event(PriceChanged(sku=sku, location=location or None, price=price, valid_from=valid_from), SOURCE)


def promotion_changed(row: Mapping[str, Any]) -> Event:
    """A promotion's whole state."""
    return new_event(PromotionChanged(promotion_id=row["id"], **row), SOURCE)


def event_changed(row: Mapping[str, Any]) -> Event:
    """A calendar event's whole state."""
    return new_event(EventChanged(event_id=row["id"], **row), SOURCE)


def stock_changed(sku: str, location: str, on_hand: Decimal, at: datetime, cause: str) -> Event:
    """What is on hand from a moment on."""
    return new_event(StockChanged(sku=sku, location=location, on_hand=on_hand, at=at, cause=cause), SOURCE)
