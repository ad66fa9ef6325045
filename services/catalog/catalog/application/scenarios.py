"""Scenarios: which products they are of, what they would do to stock and orders, and how they become the plan.

Guarantee: to suppose changes nothing. To approve enters all of it or nothing, once for an Idempotency-Key, as a person
who entered each part would have: prices and promotions with their events, terms and ends with their decisions, each
audited.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, TooLarge, invalid
from contracts.bounds import MOST_PRICE
from contracts.scenario import MOST_PRODUCTS, PricePlan, Scenario, ScenarioScope

from catalog.application import decisions, places, pricing, products, supply
from catalog.application.once import Request, once
from catalog.domain.decided import Decided, decide_situations
from catalog.domain.demand import ENOUGH_RECEIPTS
from catalog.domain.scenarios import by_receipts, price_on, under
from catalog.domain.stock import Series
from catalog.storage import decisions as rows
from catalog.storage import prices, runs, scenarios
from catalog.storage import products as product_rows
from catalog.storage import supply as supply_rows

_FINE = Decimal("0.0001")


@dataclass(frozen=True)
class SupposedStock:
    """Decisions as they are and as they would be, series by series; `told` are suppliers whose lead times their
    receipts tell, so that one that is merely stated would not count."""

    before: list[Decided]
    then: list[Decided]
    told: list[str]


def resolve(connection: Connection, scope: ScenarioScope) -> dict[str, str]:
    """The products of a scope with their names, by code. Raises Invalid for one that is not known or none at all,
    TooLarge beyond the limit."""
    found = scenarios.products(connection, scope)
    if missing := sorted(set(scope.skus) - set(found)):
        raise invalid("skus", f"{missing[0]} is no product that is sold", "unknown_product")
    if not found:
        raise invalid("scope", "has no products", "no_products")
    if len(found) > MOST_PRODUCTS:
        raise TooLarge(f"More than {MOST_PRODUCTS:,} products; narrow it down.", code="too_many_products")
    return found


def suppose_stock(
    database: Database, scope: ScenarioScope, scenario: Scenario, factors: Mapping[Series, Sequence[float]]
) -> SupposedStock:
    """What would be ordered, kept and risked of the counted series that have terms; `factors`: what their demand would
    be multiplied by, week by week."""
    with database.snapshot() as connection:
        live = runs.live(connection)
        series = scenarios.live_series(connection, [*resolve(connection, scope)], scope.locations)
        found = rows.situations(connection, [live], series) if live else []
    supposed = [under(row, scenario, factors.get((row["sku"], row["location"]))) for row in found]
    told = by_receipts(found) if scenario.lead_days is not None else []
    return SupposedStock(decide_situations(found), decide_situations(supposed), told)


def approve_scenario(
    database: Database, zone: ZoneInfo, request: Request, scope: ScenarioScope, scenario: Scenario, actor: str
) -> dict[str, Any]:
    """Make it the plan: what was entered, by kind. Raises Invalid for weather, which nobody plans."""
    if scenario.weather is not None:
        raise invalid("scenario.weather", "can be supposed, and not be planned: leave it out", "not_ours")

    def deed(connection: Connection) -> dict[str, Any]:
        skus = list(resolve(connection, scope))
        entered: dict[str, Any] = {"promotion_id": None, "prices": 0, "products": 0, "terms": 0, "suppliers": 0}
        if scenario.on_sale_until is not None:
            entered["products"] = products.end_sale(connection, zone, skus, scenario.on_sale_until, actor)
        if scenario.promotion is not None:
            content = scenario.promotion.model_dump() | {
                "id": uuid4(), "skus": skus, "locations": list(scope.locations)
            }  # fmt: skip
            entered["promotion_id"] = str(places.enter(connection, "promotion", content, actor)["id"])
        if scenario.price is not None:
            entered["prices"] = pricing.enter(connection, _prices(connection, skus, scope, scenario.price), actor)
        series = scenarios.live_series(connection, skus, scope.locations)
        if scenario.service_level is not None:
            level = {"service_level": scenario.service_level}
            entered["terms"] = len(supply.enter_changes(connection, _with_terms(connection, series), level, actor))
        if scenario.lead_days is not None:
            entered["suppliers"] = _lead(connection, scope, scenario.lead_days, actor)
        audit.record(
            connection, "catalog", actor, "scenario-approved", f"{len(skus)} products",
            scope=scope.model_dump(mode="json", exclude_defaults=True),
            scenario=scenario.model_dump(mode="json", exclude_defaults=True),
        )  # fmt: skip
        decisions.refresh_products(connection, skus)
        return entered

    return dict(once(database, request, deed))


def _prices(connection: Connection, skus: Sequence[str], scope: ScenarioScope, plan: PricePlan) -> list[prices.Price]:
    """The new price of each product, everywhere and where it has one of its own, or at the scope's locations."""
    history, known = prices.history_of(connection, skus), product_rows.by_skus(connection, skus)
    found: list[prices.Price] = []
    for sku in skus:
        own = sorted(place for of, place in history if of == sku and place is not None)
        places: list[str | None] = [*scope.locations] or [None, *own]
        for place in places:
            listed = history.get((sku, place), []) if place else [], history.get((sku, None), [])
            old = price_on(*listed, plan.valid_from, known[sku].price)
            new = plan.price if old is None or plan.factor is None else (old * plan.factor).quantize(_FINE)
            if new is not None and new >= MOST_PRICE:
                raise invalid("scenario.price.factor", f"makes the price of {sku} {new}", "too_large")
            if new is not None:
                found.append((sku, place, new, plan.valid_from))
    return found


def _with_terms(connection: Connection, series: Sequence[Series]) -> list[Series]:
    return [one for one in series if supply_rows.term_of(connection, *one) is not None]


def _lead(connection: Connection, scope: ScenarioScope, days: Decimal, actor: str) -> int:
    """A lead time is a supplier's: it is entered for a scope that is one supplier's, where receipts do not tell it."""
    if scope.supplier is None:
        raise invalid("scenario.lead_days", "is a supplier's: name the products by their supplier", "not_a_supplier")
    before = supply_rows.supplier(connection, scope.supplier) or {}
    if len(before["observed_days"]) >= ENOUGH_RECEIPTS:
        raise Conflict(
            f"The receipts of {scope.supplier} tell its lead time; one that is stated does not count.",
            code="told_by_receipts",
        )
    supply.enter_lead_days(connection, scope.supplier, days, actor)
    return 1
