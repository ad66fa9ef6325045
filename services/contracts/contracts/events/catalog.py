"""What catalog tells of products, places, prices, promotions and stock. `*-changed` carry the whole state."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from contracts import topics
from contracts.events.base import Payload
from contracts.keys import series_key
from contracts.types import (
    MAIN_LOCATION,
    Celsius,
    Code,
    Instant,
    KitUnits,
    Latitude,
    Level,
    Longitude,
    Millimetres,
    Name,
    PlannedQuantity,
    Price,
    PromotionKind,
    Quantity,
    Sku,
    Text,
)


class CatalogSubmitted(Payload):
    """What a file or a shop system claims of a product. Fields left out are not claimed."""

    TYPE: ClassVar[str] = "catalog-submitted"
    TOPIC: ClassVar[topics.Topic] = topics.CATALOG_SUBMITTED

    sku: Sku
    name: Name | None = None
    category: Name | None = None
    price: Price | None = None
    location: Code = MAIN_LOCATION
    stock: Quantity | None = None
    counted_at: Instant | None = None
    first_sold: date | None = None

    @property
    def key(self) -> str:
        return self.sku


class KitComponent(BaseModel):
    """A product that a kit consists of, and how many units of it one kit has."""

    model_config = ConfigDict(frozen=True)

    sku: Sku
    quantity: KitUnits


class Bill(BaseModel):
    """What a kit consists of from a day on; without components it is none from then on. A pre-packed kit has stock of
    its own, and its sales are nobody else's; any other is assembled when it is sold, of its components' stock."""

    model_config = ConfigDict(frozen=True)

    valid_from: date
    pre_packed: bool = False
    components: list[KitComponent] = []


class ProductChanged(Payload):
    """The whole state of a product."""

    TYPE: ClassVar[str] = "product-changed"
    TOPIC: ClassVar[topics.Topic] = topics.PRODUCT_CHANGED

    product_id: UUID
    sku: Sku
    name: Name
    category: Name | None = None
    price: Price | None = None
    cost: Price | None = None
    archived: bool = False
    on_sale_from: date | None = None
    on_sale_until: date | None = None
    like_sku: Sku | None = None
    like_multiplier: Decimal | None = None
    replaces_sku: Sku | None = None
    barcode: Code | None = None
    may_oversell: bool = False
    bills: list[Bill] = []
    attributes: dict[str, str] = {}
    revision: int

    @property
    def key(self) -> str:
        return str(self.product_id)


class LocationChanged(Payload):
    """The whole state of a location."""

    TYPE: ClassVar[str] = "location-changed"
    TOPIC: ClassVar[topics.Topic] = topics.LOCATION_CHANGED

    code: Code
    name: Name
    archived: bool = False
    attributes: dict[str, str] = {}
    country: Code | None = None
    region: Code | None = None
    holidays: list[Code] = ["public"]
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    revision: int

    @property
    def key(self) -> str:
        return self.code


class PriceChanged(Payload):
    """A product's price from a day on; at one location, or everywhere when `location` is null."""

    TYPE: ClassVar[str] = "price-changed"
    TOPIC: ClassVar[topics.Topic] = topics.PRICE_CHANGED

    sku: Sku
    location: Code | None = None
    price: Price
    valid_from: date

    @property
    def key(self) -> str:
        return self.sku


class PromotionChanged(Payload):
    """A promotion of some products (`skus` empty: all) at some locations (empty: all) over days, both included.
    `planned_quantity`: the units of all of it that somebody plans to sell."""

    TYPE: ClassVar[str] = "promotion-changed"
    TOPIC: ClassVar[topics.Topic] = topics.PROMOTION_CHANGED

    promotion_id: UUID
    name: Name
    skus: list[Sku] = []
    locations: list[Code] = []
    starts: date
    ends: date
    discount: Decimal | None = None
    kind: PromotionKind = "other"
    planned_quantity: PlannedQuantity | None = None
    removed: bool = False
    revision: int

    @property
    def key(self) -> str:
        return str(self.promotion_id)


class EventChanged(Payload):
    """A calendar event that moves demand: a holiday, a fair, a closure. Locations empty: all."""

    TYPE: ClassVar[str] = "event-changed"
    TOPIC: ClassVar[topics.Topic] = topics.EVENT_CHANGED

    event_id: UUID
    name: Name
    kind: Code
    starts: date
    ends: date
    locations: list[Code] = []
    removed: bool = False
    revision: int

    @property
    def key(self) -> str:
        return str(self.event_id)


class WeatherIssued(Payload):
    """What was said on a day of a location's weather on a day: a forecast, or, on the day itself or later, what was
    observed. Said once: what is said later is another event, and takes nothing back."""

    TYPE: ClassVar[str] = "weather-issued"
    TOPIC: ClassVar[topics.Topic] = topics.WEATHER_ISSUED

    location: Code
    day: date
    issued_on: date
    temperature: Celsius | None = None
    temperature_max: Celsius | None = None
    precipitation: Millimetres | None = None

    @property
    def key(self) -> str:
        return self.location


class StockChanged(Payload):
    """What is on hand of a series from a moment on; zero or less means that it could not be sold."""

    TYPE: ClassVar[str] = "stock-changed"
    TOPIC: ClassVar[topics.Topic] = topics.STOCK_CHANGED

    sku: Sku
    location: Code
    on_hand: Level
    at: Instant
    cause: Text | None = None
    detail: dict[str, Any] = {}

    @property
    def key(self) -> str:
        return series_key(self.sku, self.location)
