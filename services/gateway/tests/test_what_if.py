"""What if: the parts of those who own them, added up over the same series; whatever one refuses is refused."""

from typing import Any

import httpx2
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.tests.upstream import Upstream

Services = dict[str, Upstream]
RUN, DAY = "11111111-1111-1111-1111-111111111111", "2026-10-04"
ASKED = {"scope": {"category": "Tea"}, "scenario": {"lead_days": "3"}}


def series(sku: str, base: list[float], units: list[float], price: float | None = 2.0) -> dict[str, Any]:
    money = [None if price is None else price * sum(each) for each in (base, units)]
    return {"sku": sku, "location": "main", "base": base, "units": units, "base_revenue": money[0],
            "revenue": money[1], "stays": ""}  # fmt: skip


def stock(sku: str, cost: float, base: float, then: float) -> dict[str, Any]:
    figures = [
        {"quantity": 0, "order_value": 10 * level, "order_up_to": 1, "safety_stock": 1, "kept_value": 5 * level,
         "service_level": level, "stockout_risk": 1 - level, "revenue_at_risk": 1.0}
        for level in (base, then)
    ]  # fmt: skip
    return {"sku": sku, "location": "main", "unit_cost": cost, "base": figures[0], "then": figures[1]}


class Parts:
    """What the services answer, and what they were asked."""

    def __init__(self, upstreams: Services) -> None:
        self.asked: dict[str, Any] = {}
        self.answers: dict[str, Any] = {
            "/scenarios/scope": {"skus": ["A", "B"], "names": {"A": "Apple tea"}},
            "/forecast/totals": {
                "forecast": [{"week": "2026-10-05", "quantiles": {"0.1": 9, "0.9": 21}}],
                "sums": [{"quantiles": {"0.1": 0, "0.9": 0}}, {"quantiles": {"0.1": 20, "0.9": 30}}],
            },
            "/forecast/what-if": {"run_id": RUN, "as_of": DAY, "weeks": ["2026-10-05", "2026-10-12"], "notes": ["n"],
                                  "series": [series("A", [10, 10], [20, 10]), series("B", [5, 0], [5, 0], None)]},
            "/scenarios/stock": {"series": [stock("A", 1.0, 0.9, 0.95)], "told_by_receipts": ["ACME"]},
        }  # fmt: skip
        self.status = dict.fromkeys(self.answers, 200)
        for name, service in (("scope", "catalog"), ("stock", "catalog"), ("what-if", "forecaster"),
                              ("totals", "forecaster")):
            setattr(upstreams[service], f"on_{name}", self.answer)

    async def answer(self, request: Request, path: str) -> Response:
        self.asked[path] = orjson.loads(await request.body())
        return JSONResponse(self.answers[path], self.status[path])


@pytest.fixture
def parts(upstreams: Services) -> Parts:
    return Parts(upstreams)


def test_units_money_and_stock_are_told_before_and_then(gateway: httpx2.Client, parts: Parts) -> None:
    answer = gateway.post("/api/what-if", json=ASKED)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [told[which]["units"] for which in ("base", "then")] == [25, 35]
    assert [told[which]["revenue"] for which in ("base", "then")] == [40, 60]
    assert [told[which]["margin"] for which in ("base", "then")] == [20, 30]
    assert [told[which]["service_level"] for which in ("base", "then")] == pytest.approx([0.9, 0.95])
    assert (told["base"]["without_price"], told["base"]["without_cost"], told["series"]) == (1, 0, 2)
    assert [(one["week"], one["base"], one["then"]) for one in told["weeks"]] == [
        ("2026-10-05", 15, 25), ("2026-10-12", 10, 10)
    ]  # fmt: skip
    assert [(one["sku"], one["name"]) for one in told["products"]] == [("A", "Apple tea"), ("B", None)]
    assert told["products"][1]["then"]["revenue"] is None
    assert told["notes"][0] == "n"
    assert "ACME" in told["notes"][1]


def test_the_band_is_of_the_sum_and_moves_with_its_mean(gateway: httpx2.Client, parts: Parts) -> None:
    told = gateway.post("/api/what-if", json=ASKED).json()
    assert parts.asked["/forecast/totals"]["series"] == [{"sku": sku, "location": "main"} for sku in ("A", "B")]
    assert told["likely"] == {"base_low": 20, "base_high": 30, "then_low": 28, "then_high": 42}
    first, unknown = told["weeks"]
    assert (first["base_low"], first["base_high"], first["then_low"], first["then_high"]) == (9, 21, 15, 35)
    assert unknown["then_low"] is unknown["base_high"] is None


def test_each_is_asked_for_its_part(gateway: httpx2.Client, parts: Parts) -> None:
    gateway.post("/api/what-if", json=ASKED)
    assert parts.asked["/forecast/what-if"]["skus"] == ["A", "B"]
    assert parts.asked["/forecast/what-if"]["scenario"]["lead_days"] == "3"
    demand = parts.asked["/scenarios/stock"]["demand"]
    assert demand == [{"sku": "A", "location": "main", "factors": [2.0, 1.0]}], "who stays is not named"


@pytest.mark.parametrize("path", ["/scenarios/scope", "/forecast/what-if", "/scenarios/stock"])
def test_what_one_refuses_is_refused(gateway: httpx2.Client, parts: Parts, path: str) -> None:
    parts.answers[path], parts.status[path] = {"detail": "No.", "code": "theirs"}, 422
    answer = gateway.post("/api/what-if", json=ASKED)
    assert (answer.status_code, answer.json()["code"]) == (422, "theirs")
