"""What if: a scenario over demand and stock, beside what is expected now."""

from datetime import date
from typing import Annotated
from uuid import UUID

from chassis.parameters import Viewer
from chassis.security import bearer
from contracts.scenario import Scenario, ScenarioScope
from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from gateway.api.callers import too_many
from gateway.api.refusals import passed_on
from gateway.application.narrowing import OwnerRefused
from gateway.application.shares import Full
from gateway.application.what_if import suppose

router = APIRouter(tags=["planning"])


class WhatIfIn(BaseModel):
    """Which products, and what would be otherwise of them."""

    scope: ScenarioScope
    scenario: Scenario


class WhatIfFigures(BaseModel):
    """Of the weeks of the forecast: `units`, `revenue` and `margin` (before what is kept and lost). Of stock: what lies
    there on average while the policy is followed (`stock_value`, at cost), what would be ordered now, the service level
    promised and the risk to run out before an order of now can arrive, both by what sells. Null: of no series is it
    known; `without_price` and `without_cost` say of how many it is not, which are not in the sums."""

    units: float
    revenue: float | None
    margin: float | None
    stock_value: float | None
    order_value: float | None
    service_level: float | None
    stockout_risk: float | None
    revenue_at_risk: float | None
    without_price: int
    without_cost: int


class WhatIfLikely(BaseModel):
    """The 80 % bands of the sum of all products, from joint draws; that of the scenario moves in proportion to the
    mean. Null: not known."""

    base_low: float | None
    base_high: float | None
    then_low: float | None
    then_high: float | None


class WhatIfWeek(WhatIfLikely):
    """Units of all products in a week."""

    week: date
    base: float
    then: float


class WhatIfProduct(BaseModel):
    """A product over its locations. `stays`: why a forecast of it could not be moved; empty where it could."""

    sku: str
    name: str | None
    stays: str
    base: WhatIfFigures
    then: WhatIfFigures


class WhatIfOut(BaseModel):
    """What is expected (`base`) and what would be (`then`). `products`: those that move most first, at most 500."""

    run_id: UUID
    as_of: date
    series: int
    notes: Annotated[list[str], Field(description="What is to be known of all of it")]
    base: WhatIfFigures
    then: WhatIfFigures
    weeks: list[WhatIfWeek]
    likely: Annotated[WhatIfLikely, Field(description="Of the units of all weeks together")]
    products: list[WhatIfProduct]
    more_products: int


@router.post("/api/what-if")
async def ask_what_if(request: Request, caller: Viewer, asked: WhatIfIn) -> WhatIfOut:
    """What another promotion, price, lead time, service level or end of sale would do. Nothing is changed by it; to
    make it the plan, POST the same to /api/scenarios/approve."""
    state = request.app.state
    try:
        async with state.answers.place(caller.id):
            return WhatIfOut(**await suppose(state.upstreams, bearer(request), asked.scope, asked.scenario))
    except Full:
        raise too_many("requests") from None
    except OwnerRefused as refused:
        raise passed_on(refused) from None
