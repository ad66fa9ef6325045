"""Confirmed demand is consumed by the forecast: below it nothing changes, above it the order grows by the excess."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from catalog.domain.decided import Decided, decide_situations
from catalog.domain.netting import net
from contracts.envelope import Event, new_event
from contracts.events import Replaced, SaleRecorded
from fastapi.testclient import TestClient

from services.catalog.tests.test_risk import DRAWS, situation

MEANS = DRAWS.mean(axis=0)  # about 30 a week


def decided(weeks: list[int], units: list[float], **more: Any) -> Decided:
    known = situation(20.0) | {"confirmed_weeks": weeks, "confirmed_units": units} | more
    return decide_situations([known])[0]


def test_each_unit_is_counted_once_and_the_week_needs_the_larger_of_both() -> None:
    rng = np.random.default_rng(2)
    for _ in range(200):
        means = rng.gamma(2, 10, 8)
        weeks = rng.integers(0, 8, 12).tolist()
        units = rng.gamma(1, 12, 12).tolist()
        found = net(means, weeks, units)
        assert found.confirmed.sum() == pytest.approx(sum(units))
        assert (found.excess >= 0).all() and (found.excess <= np.maximum(found.confirmed - means, 0) + 1e-9).all()
        window = [means[max(0, n - 1) : n + 2].sum() for n in range(8)]
        for week in range(8):  # beyond what the window can consume, everything is demand of its own
            least = found.confirmed[max(0, week - 0) : week + 1].sum() - window[week]
            assert found.excess[week] >= least - 1e-9
        assert found.excess.sum() >= max(0.0, found.confirmed.sum() - means.sum()) - 1e-9


def test_the_own_week_first_then_the_week_before_then_the_week_after() -> None:
    assert net([10, 10, 10], [1], [10]).excess.tolist() == [0, 0, 0]
    assert net([10, 10, 10], [1], [35]).excess.tolist() == [0, 5, 0]
    assert net([10, 10, 10], [0, 1], [10, 25]).excess.tolist() == [0, 5, 0], "what week 0 needs itself it keeps"
    assert net([10, 10, 10, 10], [3], [25]).excess.tolist() == [0, 0, 0, 5], "two weeks before are beyond the window"
    assert net([10], [1, -1], [99, 99]).excess.tolist() == [0], "neither what is held already nor what is too far ahead"


@pytest.mark.parametrize("share", [0.2, 0.7, 1.0])
@pytest.mark.parametrize("means", ["known", "unknown"])
def test_below_the_forecast_an_order_is_as_without(share: float, means: str) -> None:
    more: dict[str, Any] = {} if means == "known" else {"means": None}
    before, after = decided([], [], **more), decided([0, 1], [share * 29, share * 29], **more)
    for name in ("quantity", "order_up_to", "reorder_point", "expected_demand", "stockout_risk", "short_units"):
        assert getattr(after.decision, name) == pytest.approx(getattr(before.decision, name))
    told = after.decision.inputs["confirmed"]
    assert (sum(told["units"]), sum(told["excess"])) == (pytest.approx(share * 58), 0)
    assert "confirmed" not in before.decision.inputs


def test_above_the_forecast_the_order_grows_by_the_excess_and_so_does_the_risk() -> None:
    excess = 200.0
    confirmed = MEANS[:3].sum() + excess  # due in week 1, whose window is weeks 0 to 2
    before, after = decided([], []), decided([1], [float(confirmed)])
    assert sum(after.decision.inputs["confirmed"]["excess"]) == pytest.approx(excess)
    assert after.decision.order_up_to == pytest.approx(before.decision.order_up_to + excess, abs=1.0)
    assert after.decision.quantity == pytest.approx(before.decision.quantity + excess, abs=1.0)
    assert after.decision.expected_demand == pytest.approx(before.decision.expected_demand + excess)
    assert after.decision.safety_stock == pytest.approx(before.decision.safety_stock, abs=1.0)
    assert after.decision.stockout_risk > before.decision.stockout_risk
    assert after.decision.short_units > before.decision.short_units + 100


def line(client: TestClient) -> dict[str, Any]:
    return dict(client.get("/replenishment", params={"sku": "A1"}).json()["items"][0])


def held(client: TestClient) -> dict[str, Any]:
    [one] = client.get("/stock/reservations", params={"reference": "SO-1"}).json()["items"]
    return dict(one)


def test_a_reservation_with_a_day_ahead_is_consumed_and_one_without_is_held(stocked: TestClient) -> None:
    """A1 is expected to sell 10 a week, over two weeks."""
    before = line(stocked)
    ahead = date.fromisoformat(before["as_of"]) + timedelta(days=9)  # in its second week

    def reserve(quantity: int, needed_on: date | None) -> dict[str, Any]:
        item = {"sku": "A1", "quantity": quantity} | ({"needed_on": str(needed_on)} if needed_on else {})
        assert stocked.put("/stock/reservations", json={"reference": "SO-1", "items": [item]}).status_code == 200
        return line(stocked)

    below = reserve(8, ahead)
    assert below["quantity"] == before["quantity"]
    assert below["inputs"]["confirmed"]["units"][:2] == [0, 8]
    assert held(stocked)["needed_on"] == str(ahead)
    above = reserve(150, ahead)
    excess = sum(above["inputs"]["confirmed"]["excess"])
    assert excess == pytest.approx(120, rel=0.02)
    assert above["order_up_to"] == pytest.approx(before["order_up_to"] + excess)
    assert float(above["reserved"]) == 0
    for day in (None, date.fromisoformat(before["as_of"])):
        now = reserve(8, day)
        assert (float(now["reserved"]), now["inputs"].get("confirmed")) == (8, None)
        assert now["inputs"]["need_before_packs"] == pytest.approx(before["inputs"]["need_before_packs"] + 8)
    assert stocked.delete("/stock/reservations/SO-1").status_code == 204
    assert line(stocked)["inputs"] == before["inputs"]


def test_a_line_that_is_changed_keeps_its_day_unless_another_is_said(stocked: TestClient) -> None:
    def change(**item: Any) -> dict[str, Any]:
        body = {"reference": "SO-1", "items": [{"sku": "A1"} | item]}
        assert stocked.patch("/stock/reservations", json=body).status_code == 200
        return held(stocked)

    assert change(quantity=3, needed_on="2031-05-06")["needed_on"] == "2031-05-06"
    assert change(quantity=4)["needed_on"] == "2031-05-06"
    assert change(quantity=4, needed_on=None)["needed_on"] is None


def sold(sale: SaleRecorded) -> Event:
    return new_event(sale, "sales", id=str(sale.sale_id))


def entry(quantity: int, reference: str | None = "SO-1", at: datetime | None = None, **more: Any) -> SaleRecorded:
    units = Decimal(quantity)
    now = datetime.now(UTC)
    said: dict[str, Any] = {
        "sale_id": uuid4(), "source": "till", "event_id": str(uuid4()), "kind": "sale", "sku": "A1", "location": "main",
        "quantity": units, "unit_price": Decimal(1), "amount": units, "sold_at": at or now, "recorded_at": now,
        "reference": reference,
    }  # fmt: skip
    return SaleRecorded(**said | more)


def left(client: TestClient) -> float:
    items = client.get("/stock/reservations", params={"reference": "SO-1"}).json()["items"]
    return sum(float(item["quantity"]) for item in items)


def test_a_sale_under_its_reference_hands_over_what_was_reserved_once_and_no_other_does(
    stocked: TestClient, deliver: Callable[..., None], told: Callable[..., list[dict[str, Any]]]
) -> None:
    reserve(stocked, 8)
    parts = [entry(3), entry(2)]
    others = [
        entry(4, None), entry(4, "SO-2"), entry(4, at=datetime(2025, 1, 1, tzinfo=UTC)),
        entry(4, sku="B2"), entry(4, location="shop"), entry(-4, kind="return"),
    ]  # fmt: skip
    deliver(*map(sold, [*others, *parts]))
    assert left(stocked) == 3
    deliver(*map(sold, parts), sold(parts[0].model_copy(update={"republished": True})))
    assert left(stocked) == 3, "a sale that comes again hands over nothing again"
    old = Replaced(**parts[0].model_dump(include={"sku", "location", "quantity", "amount", "sold_at"}))
    deliver(sold(entry(4, kind="correction", replaces=old)))
    assert left(stocked) == 2, "three became four"
    deliver(sold(entry(99)))
    assert left(stocked) == 0
    trail = [one["detail"] for one in told("audit-recorded") if one["action"] == "stock-released"]
    assert [float(one["units"]) for one in trail] == [5, 1, 2]


def test_what_is_handed_over_is_not_ordered_again(
    stocked: TestClient, deliver: Callable[..., None], settle: Callable[[], None]
) -> None:
    """The customer's units leave the stock: without their reservation, the need stays what it was with it."""
    reserve(stocked, 8)
    before = line(stocked)
    deliver(sold(entry(8)))
    settle()
    after = line(stocked)
    assert float(before["on_hand"]) - float(after["on_hand"]) == 8
    assert (float(before["reserved"]), float(after["reserved"])) == (8, 0)
    assert after["inputs"]["need_before_packs"] == pytest.approx(before["inputs"]["need_before_packs"])


def test_what_is_held_though_its_day_is_past_is_told(stocked: TestClient) -> None:
    past = date.fromisoformat(line(stocked)["as_of"])
    reserve(stocked, 8, past)
    assert line(stocked)["inputs"]["overdue"] == 8
    late = {
        flag: stocked.get("/stock/reservations", params={"overdue": flag}).json()["items"] for flag in (True, False)
    }
    assert [(one["reference"], one["overdue"]) for one in late[True]] == [("SO-1", True)]
    assert late[False] == []
    reserve(stocked, 8, datetime.now(UTC).date() + timedelta(days=400))
    assert "overdue" not in line(stocked)["inputs"] and not held(stocked)["overdue"]


def reserve(client: TestClient, quantity: int, needed_on: date | None = None) -> None:
    item = {"sku": "A1", "quantity": quantity, "needed_on": needed_on and str(needed_on)}
    assert client.put("/stock/reservations", json={"reference": "SO-1", "items": [item]}).status_code == 200
