"""Promotions."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, LocationFilter, SkuFilter, Viewer
from contracts.types import Code, Name, PlannedQuantity, PromotionKind, Sku
from fastapi import APIRouter, Depends
from pydantic import Field

from catalog.api import dated
from catalog.api.parameters import CatalogWriter, IfMatch, Revision
from catalog.api.spans import Span

router = APIRouter(tags=["catalog"])
Discount = Annotated[Decimal, Field(ge=0, le=1, decimal_places=4, description="Share of the price, 0.2 is 20 %")]


class PromotionIn(Span):
    """A promotion over days, both included; no products or no locations mean all."""

    name: Name
    skus: Annotated[list[Sku], Field(max_length=10_000)] = []
    locations: Annotated[list[Code], Field(max_length=1000)] = []
    starts: Day
    ends: Day
    discount: Discount | None = None
    kind: Annotated[PromotionKind, Field(description="By what it draws; other: something else, or not said")] = "other"
    planned_quantity: Annotated[
        PlannedQuantity | None, Field(description="The units of all of it that somebody plans to sell")
    ] = None


class PromotionUpdate(PromotionIn):
    """The whole new content of a promotion."""

    revision: Revision = None


class PromotionOut(PromotionIn):
    """A promotion."""

    id: UUID
    revision: int


@dataclass(frozen=True)
class PromotionsAsked(dated.DaysAsked):
    """Which promotions; one of all products, or of all locations, is one of each."""

    sku: SkuFilter = None
    location: LocationFilter = None

    def given(self) -> dict[str, Any]:
        """As storage takes them."""
        return super().given() | {"sku": self.sku, "location": self.location}


@router.get("/promotions")
def list_promotions(
    database: Db, _: Viewer, asked: Annotated[PromotionsAsked, Depends()], limit: Limit = 100, cursor: Cursor = None
) -> Page[PromotionOut]:
    """Promotions by their first day."""
    kept, following = dated.listed(database, "promotion", asked, limit, cursor)
    return Page(items=[PromotionOut(**row) for row in kept], next_cursor=following)


@router.post("/promotions", status_code=201)
def create_promotion(database: Db, given: PromotionIn, caller: CatalogWriter) -> PromotionOut:
    """Plan a promotion."""
    return PromotionOut(**dated.created(database, "promotion", given, caller.actor))


@router.put("/promotions/{promotion_id}")
def update_promotion(
    database: Db, promotion_id: UUID, given: PromotionUpdate, caller: CatalogWriter, if_match: IfMatch = None
) -> PromotionOut:
    """Change a promotion."""
    return PromotionOut(**dated.changed(database, "promotion", promotion_id, given, if_match, caller.actor))


@router.delete("/promotions/{promotion_id}", status_code=204)
def remove_promotion(database: Db, promotion_id: UUID, caller: CatalogWriter, if_match: IfMatch = None) -> None:
    """Remove a promotion."""
    dated.removed(database, "promotion", promotion_id, if_match, caller.actor)
