"""What if: plans that are not made yet, as a person asks what they would do and as they become the plan.

One wording for those who each answer their part: the forecaster for demand, catalog for stock and for entering it.
"""

from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ModelWrapValidatorHandler, model_validator

from contracts.types import Code, Day, Name, Price, PromotionKind, Segment, Sku, at_most

MOST_PRODUCTS = 2000
MOST_FIELDS = 50  # beyond what any part has: each one that is unknown is told


class _ScenarioPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="wrap")
    @classmethod
    def _of_few_fields(cls, given: Any, judge: ModelWrapValidatorHandler[Self]) -> Self:
        if isinstance(given, dict) and len(given) > MOST_FIELDS:
            raise ValueError(f"has {len(given)} fields, of which most are unknown")
        return judge(given)


class _ScenarioSpan(_ScenarioPart):
    starts: Day
    ends: Day

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("ends before it starts")
        return self


class PromotionPlan(_ScenarioSpan):
    """A promotion from one day to another, both included."""

    name: Name = "What if"
    kind: PromotionKind = "other"
    discount: Annotated[
        Decimal | None, Field(ge=0, le=1, decimal_places=4, description="Share of the price, 0.2 is 20 %")
    ] = None


class WeatherPlan(_ScenarioSpan):
    """Weather that is otherwise than it is expected, from one day to another, both included. Nobody plans it: it can be
    supposed, and not be approved."""

    warmer: Annotated[
        Decimal | None, Field(ge=-15, le=15, decimal_places=1, description="Degrees Celsius; below zero: colder")
    ] = None
    wetter: Annotated[
        Decimal | None,
        Field(ge=-50, le=50, decimal_places=1, description="Millimetres a day; below zero: drier"),
    ] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.warmer is None and self.wetter is None:
            raise ValueError("takes warmer, wetter or both")
        return self


class PricePlan(_ScenarioPart):
    """A new price from a day on: as given, or the price of each product times a factor."""

    valid_from: Day
    price: Price | None = None
    factor: Annotated[Decimal | None, Field(gt=0, le=10, decimal_places=4)] = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.price is None) == (self.factor is None):
            raise ValueError("takes either a price or a factor")
        return self


class Scenario(_ScenarioPart):
    """What would be otherwise; what is left out stays as it is planned."""

    promotion: PromotionPlan | None = None
    price: PricePlan | None = None
    weather: WeatherPlan | None = None
    lead_days: Annotated[
        Decimal | None, Field(ge=0, le=730, decimal_places=2, description="Of the suppliers of these products")
    ] = None
    service_level: Annotated[Decimal | None, Field(gt=0, lt=1, decimal_places=4)] = None
    on_sale_until: Annotated[Day | None, Field(description="The last day on sale")] = None


class ScenarioScope(_ScenarioPart):
    """Which products at which locations: exactly one of `skus`, `category`, `supplier` and `segment` (a class such as
    AX); no locations: all of them."""

    skus: Annotated[tuple[Sku, ...], Field(max_length=MOST_PRODUCTS), at_most(MOST_PRODUCTS)] = ()
    category: Name | None = None
    supplier: Code | None = None
    segment: Segment | None = None
    locations: Annotated[tuple[Code, ...], Field(max_length=1000), at_most(1000)] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        named = (bool(self.skus), self.category is not None, self.supplier is not None, self.segment is not None)
        if sum(named) != 1:
            raise ValueError("names products by exactly one of skus, category, supplier and segment")
        return self
