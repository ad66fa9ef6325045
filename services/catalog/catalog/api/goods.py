"""Goods as requests name them: so many units of products at locations."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from contracts.types import MAIN_LOCATION, Code, Quantity, Sku
from pydantic import BaseModel, Field, model_validator

from catalog.domain.orders import UNREAD, Read
from catalog.domain.stock import Goods

Status = Literal["proposed", "approved", "received", "cancelled"]


class ReadOrder(BaseModel):
    """What was read of an order before it is acted on: 409 where something of it is another now."""

    status: Status | None = None
    total: Annotated[Decimal | None, Field(ge=0, lt=Decimal("1e16"))] = None
    open: Annotated[
        Decimal | None,
        Field(ge=0, lt=Decimal("1e13"), decimal_places=3, description="Units that were open, of all lines together"),
    ] = None


def read_of(was: ReadOrder | None) -> Read:
    """As the use cases take it."""
    return UNREAD if was is None else Read(was.status, was.total, was.open)


class Stored(BaseModel):
    """How many were stored."""

    stored: int


class Item(BaseModel):
    """Some units of a product at a location."""

    sku: Sku
    location: Code = MAIN_LOCATION
    quantity: Annotated[Quantity, Field(gt=0)]

    def goods(self) -> Goods:
        """As the use cases take it."""
        return Goods(self.sku, self.location, self.quantity)


def once(items: Sequence[Item]) -> None:
    """A ValueError when a product is named twice at one location."""
    if len({(item.sku, item.location) for item in items}) < len(items):
        raise ValueError("items name a product twice at one location")


class Items(BaseModel):
    """Up to 10,000 products, each once a location; all or none are stored."""

    items: Annotated[list[Item], Field(min_length=1, max_length=10_000)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        once(self.items)
        return self

    def goods(self) -> list[Goods]:
        """As the use cases take them."""
        return [item.goods() for item in self.items]
