"""Scenarios: what they would do to stock and orders, and making one the plan."""

from typing import Annotated
from uuid import UUID

from chassis.parameters import Db, Viewer
from contracts.scenario import Scenario, ScenarioScope
from contracts.types import Code, Name, Sku
from fastapi import APIRouter, Header
from pydantic import BaseModel, Field

from catalog.api.parameters import Config, Person, asked
from catalog.application import scenarios as use
from catalog.domain.decided import Decided
from catalog.domain.scenarios import kept_units

router = APIRouter(prefix="/scenarios", tags=["planning"])
MOST_SERIES, MOST_WEEKS = 50_000, 60


class ScenarioIn(BaseModel):
    """Which products, and what would be otherwise of them."""

    scope: ScenarioScope
    scenario: Scenario


class MovedDemand(BaseModel):
    """What a series' demand would be multiplied by, week by week of the live forecast."""

    sku: Sku
    location: Code
    factors: Annotated[
        list[Annotated[float, Field(ge=0, le=1e6, allow_inf_nan=False)]], Field(min_length=1, max_length=MOST_WEEKS)
    ]


class StockScenarioIn(ScenarioIn):
    """With what the scenario makes of demand; a series that is not named keeps its own."""

    demand: Annotated[list[MovedDemand], Field(max_length=MOST_SERIES)] = []


class ScopeOut(BaseModel):
    """The products of a scope, by code; `names` of them."""

    skus: list[str]
    names: dict[str, str]


class StockFigures(BaseModel):
    """What the policy says of a series. `kept_value`: what lies there on average while it is followed, at cost;
    `stockout_risk` and `revenue_at_risk` are those until something ordered now can arrive."""

    quantity: float
    order_value: float
    order_up_to: float
    safety_stock: float
    kept_value: float
    service_level: float
    stockout_risk: float
    revenue_at_risk: float


class StockScenarioSeries(BaseModel):
    """A series as it is and as it would be."""

    sku: str
    location: str
    unit_cost: float
    base: StockFigures
    then: StockFigures


class StockScenarioOut(BaseModel):
    """The counted series that have terms. `told_by_receipts`: suppliers whose receipts tell their lead times, so that
    another one is supposed here but would not count if it were stated."""

    series: list[StockScenarioSeries]
    told_by_receipts: list[str]


class Approved(BaseModel):
    """What was entered: the promotion, and how many prices, ends of sale, terms and suppliers' lead times."""

    promotion_id: UUID | None
    prices: int
    products: int
    terms: int
    suppliers: int


@router.post("/scope")
def get_scenario_products(database: Db, _: Viewer, scope: ScenarioScope) -> ScopeOut:
    """The products that a scenario would be of: at most 2,000. A question."""
    with database.snapshot() as connection:
        found = use.resolve(connection, scope)
        return ScopeOut(skus=list(found), names=found)


@router.post("/stock")
def suppose_stock(database: Db, _: Viewer, given: StockScenarioIn) -> StockScenarioOut:
    """Orders, stock and risk under other demand and terms. A question: nothing is changed."""
    factors = {(one.sku, one.location): one.factors for one in given.demand}
    found = use.suppose_stock(database, given.scope, given.scenario, factors)
    return StockScenarioOut(
        series=[
            StockScenarioSeries(
                sku=before.series[0], location=before.series[1], unit_cost=before.unit_cost, base=_figures(before),
                then=_figures(then),
            )
            for before, then in zip(found.before, found.then, strict=True)
        ],
        told_by_receipts=found.told,
    )  # fmt: skip


@router.post("/approve")
def approve_scenario(
    database: Db, config: Config, given: ScenarioIn, caller: Person,
    idempotency_key: Annotated[Name, Header(description="Repeat a request safely: the first answer is given again")],
) -> Approved:  # fmt: skip
    """Make a scenario the plan: its promotion, prices, terms and end of sale are entered, all or none. The next
    forecast knows them."""
    request = asked(caller, idempotency_key, 200, "approve-scenario", given.model_dump(mode="json"))
    return Approved(**use.approve_scenario(
        database, config.zone, request, given.scope, given.scenario, caller.actor
    ))  # fmt: skip


def _figures(decided: Decided) -> StockFigures:
    decision = decided.decision
    return StockFigures(
        quantity=decision.quantity, order_value=decided.order_value, order_up_to=decision.order_up_to,
        safety_stock=decision.safety_stock, kept_value=kept_units(decided) * decided.unit_cost,
        service_level=decision.inputs["terms"]["service_level"], stockout_risk=decision.stockout_risk,
        revenue_at_risk=decided.revenue_at_risk,
    )  # fmt: skip
