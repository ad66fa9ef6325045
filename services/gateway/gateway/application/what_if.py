"""A scenario, asked of those who own its parts: catalog of products and stock, the forecaster of demand.

Guarantee: each is asked as the caller, and whatever one refuses is refused: there is no half of a scenario.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import asyncio
from typing import Any

import orjson
from contracts.scenario import Scenario, ScenarioScope

from gateway.application.narrowing import OwnerRefused, read
from gateway.domain import what_if
from gateway.upstreams.client import Call, Upstreams, headers_for

SECONDS = 60.0  # the first question after a start reads models and makes its machine code
MOST_PRODUCTS = 500  # that are listed; the others are in the sums
RECEIPTS = "the receipts of {} tell its lead time: another is supposed here, but would not count if it were stated"


async def suppose(upstreams: Upstreams, token: str | None, scope: ScenarioScope, scenario: Scenario) -> dict[str, Any]:
    """Base and scenario: whole, by week and by product. Raises OwnerRefused, Unavailable."""
    given = {"scope": scope.model_dump(mode="json"), "scenario": scenario.model_dump(mode="json")}

    async def ask(service: str, path: str, body: Any) -> Any:
        headers = [*headers_for(token), (b"content-type", b"application/json")]
        status, content = await upstreams.whole(service, Call("POST", path, headers, orjson.dumps(body), SECONDS))
        if status != 200:
            raise OwnerRefused(status, read(content))
        return read(content)

    found = await ask("catalog", "/scenarios/scope", given["scope"])
    asked = {"skus": found["skus"], "locations": list(scope.locations), "scenario": given["scenario"]}
    demand = await ask("forecaster", "/forecast/what-if", asked)
    series = demand["series"]
    keys = [{"sku": row["sku"], "location": row["location"]} for row in series]
    stock, total = await asyncio.gather(
        ask("catalog", "/scenarios/stock", {**given, "demand": what_if.factors(series)}),
        ask("forecaster", "/forecast/totals", {"series": keys}),
    )
    products = what_if.products(series, stock["series"], found["names"])
    notes = [*demand["notes"], *(RECEIPTS.format(name) for name in stock["told_by_receipts"])]
    return {
        "run_id": demand["run_id"], "as_of": demand["as_of"], "notes": notes, "series": len(series),
        "base": what_if.whole(series, stock["series"], "base"),
        "then": what_if.whole(series, stock["series"], "then"),
        "weeks": what_if.weeks(demand["weeks"], series, total), "likely": what_if.likely(series, total),
        "products": products[:MOST_PRODUCTS],
        "more_products": max(0, len(products) - MOST_PRODUCTS),
    }  # fmt: skip
