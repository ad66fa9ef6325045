"""Request and response models of products. The fields of a product are listed in `ProductContent`, here alone."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from chassis.parameters import Day
from contracts.types import MAIN_LOCATION, Code, Name, Price, Quantity, Sku
from pydantic import BaseModel, ConfigDict, Field

from catalog.api.parameters import Attributes, Revision
from catalog.api.spans import Span
from catalog.domain.products import Multiplier


class ProductContent(Span):
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
    replaces_sku: Annotated[
        Sku | None, Field(description="the product that this one replaces: its history is that one's, too")
    ] = None
    barcode: Annotated[Code | None, Field(description="EAN, UPC or whatever tills scan")] = None
    may_oversell: Annotated[
        bool, Field(description="sold while it is out of stock, so that its sales are its demand then too")
    ] = False
    attributes: Attributes = {}

    @staticmethod
    def _bounds() -> tuple[str, str]:
        return "on_sale_from", "on_sale_until"


CONTENT = frozenset(ProductContent.model_fields)


class ProductIn(ProductContent):
    """A new product; `stock` is what is on its shelves at `location` now."""

    sku: Sku
    location: Code = MAIN_LOCATION
    stock: Quantity | None = None


class ProductUpdate(ProductContent):
    """The whole new content of a product: what is left out is emptied."""

    revision: Revision = None


class ProductPut(ProductUpdate):
    """The whole new content of the product with this code."""

    sku: Sku


def _without_defaults(schema: dict[str, Any]) -> None:
    """A field of a patch that is left out stays as it is: the reference names no default for it."""
    for field in schema["properties"].values():
        field.pop("default", None)


class ProductPatch(ProductContent):
    """What changes of a product: only the fields that are sent; null clears one."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    name: Name = ""
    revision: Revision = None

    def changes(self) -> dict[str, Any]:
        """What was sent."""
        return self.model_dump(include=self.model_fields_set & CONTENT)


class ProductOut(ProductContent):
    """A product."""

    id: UUID
    sku: str
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
