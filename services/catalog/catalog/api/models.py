"""Request and response models of products, places, prices, promotions, calendar and stock."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from contracts.types import MAIN_LOCATION, Code, Name, Price, Quantity, Sku, Text
from pydantic import BaseModel, Field, model_validator

from catalog.api.parameters import Day, PastInstant

Attributes = Annotated[dict[Name, Text], Field(max_length=50)]
Multiplier = Annotated[Decimal, Field(gt=0, le=1000, decimal_places=4)]
Discount = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4, description="Share of the price, 0.2 is 20 %")]
Revision = Annotated[int | None, Field(ge=0, le=2**31 - 1, description="The revision that was read")]


class _Span(BaseModel):
    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts, ends = (getattr(self, name, None) for name in self._bounds())
        if starts is not None and ends is not None and ends < starts:
            raise ValueError(f"{self._bounds()[1]} lies before {self._bounds()[0]}")
        return self

    @staticmethod
    def _bounds() -> tuple[str, str]:
        return "starts", "ends"


class ProductContent(_Span):
    """What may be said of a product."""

    name: Name
    category: Name | None = None
    price: Price | None = None
    cost: Price | None = None
    archived: bool = False
    on_sale_from: Day | None = None
    on_sale_until: Day | None = None
    like_sku: Sku | None = None
    like_multiplier: Multiplier | None = None
    attributes: Attributes = {}

    @staticmethod
    def _bounds() -> tuple[str, str]:
        return "on_sale_from", "on_sale_until"


class ProductIn(ProductContent):
    """A new product; `stock` is what is on its shelves at `location` now."""

    sku: Sku
    location: Code = MAIN_LOCATION
    stock: Quantity | None = None


class ProductUpdate(ProductContent):
    """The whole new content of a product."""

    revision: Revision = None


class ProductPut(ProductUpdate):
    """The whole new content of the product with this code."""

    sku: Sku


class ProductOut(BaseModel):
    """A product."""

    id: UUID
    sku: str
    name: str
    category: str | None
    price: Decimal | None
    cost: Decimal | None
    archived: bool
    on_sale_from: date | None
    on_sale_until: date | None
    like_sku: str | None
    like_multiplier: Decimal | None
    attributes: dict[str, str]
    revision: int
    updated_at: datetime | None


class BulkProducts(BaseModel):
    """Up to 10,000 products to create or change; each is judged by itself."""

    items: Annotated[list[dict[str, Any]], Field(max_length=10_000)]


class RowError(BaseModel):
    """Why a row was not taken."""

    index: int
    field: str
    code: str
    message: str


class BulkProductsOut(BaseModel):
    """What became of the rows."""

    created: int
    updated: int
    unchanged: int
    rejected: int
    errors: list[RowError]


class LocationContent(BaseModel):
    """What may be said of a location."""

    name: Name
    archived: bool = False
    attributes: Attributes = {}


class LocationIn(LocationContent):
    """A new location."""

    code: Code


class LocationUpdate(LocationContent):
    """The whole new content of a location."""

    revision: Revision = None


class LocationPut(LocationUpdate):
    """The whole new content of the location with this code."""

    code: Code


class LocationOut(LocationIn):
    """A location."""

    revision: int


class PriceIn(BaseModel):
    """A price from a day on, at one location or everywhere."""

    sku: Sku
    location: Code | None = None
    price: Price
    valid_from: Day


class PriceOut(PriceIn):
    """A price of the history, and who set it."""

    set_by: str


class PromotionIn(_Span):
    """A promotion over days, both included; no products or no locations mean all."""

    name: Name
    skus: Annotated[list[Sku], Field(max_length=10_000)] = []
    locations: Annotated[list[Code], Field(max_length=1000)] = []
    starts: Day
    ends: Day
    discount: Discount | None = None


class PromotionUpdate(PromotionIn):
    """The whole new content of a promotion."""

    revision: Revision = None


class PromotionOut(PromotionIn):
    """A promotion."""

    id: UUID
    revision: int


class EventIn(_Span):
    """A calendar event over days, both included; no locations mean all."""

    name: Name
    kind: Code = "event"
    starts: Day
    ends: Day
    locations: Annotated[list[Code], Field(max_length=1000)] = []


class EventUpdate(EventIn):
    """The whole new content of a calendar event."""

    revision: Revision = None


class EventOut(EventIn):
    """A calendar event."""

    id: UUID
    revision: int


class StockOut(BaseModel):
    """What is on hand of a counted series: the count plus what moved since."""

    sku: str
    location: str
    on_hand: Decimal
    counted: Decimal
    counted_at: datetime
    moved: Decimal
    updated_at: datetime


class CountIn(BaseModel):
    """What somebody counted. Without a time: now."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Quantity
    counted_at: PastInstant | None = None


class CountsIn(BaseModel):
    """Up to 10,000 counts; all or none are stored."""

    items: Annotated[list[CountIn], Field(min_length=1, max_length=10_000)]


class AdjustmentIn(BaseModel):
    """A change of stock that is no sale: shrinkage (negative), a find (positive)."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Quantity
    at: PastInstant | None = None
    reason: Text


class Stored(BaseModel):
    """How many were stored."""

    stored: int


class MovementOut(BaseModel):
    """Something that moved stock, or a count."""

    id: str
    kind: str
    sku: str
    location: str
    at: datetime
    quantity: Decimal
    reason: str | None
    actor: str


class StockTotals(BaseModel):
    """The sums of sales' effects on stock, to compare with the ledger's."""

    entries: int
    movements: int
    units: Decimal
    amount: Decimal
