"""Kits: what they consist of is judged, told whole and dated; their sales take components' stock; no circle is made."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from chassis.database import Database, rows
from chassis.security import Role
from contracts.envelope import Event, new_event
from contracts.events import Replaced, SaleRecorded
from fastapi.testclient import TestClient

TODAY = datetime.now(UTC).date()


@pytest.fixture
def shop(stocked: TestClient) -> Iterator[TestClient]:
    """A1 and B2, stocked and forecast, and a box that is not."""
    stocked.post("/products", json={"sku": "BOX", "name": "Box", "price": "30"})
    yield stocked


def consists(client: TestClient, kit: str, parts: dict[str, str], day: date = date(2026, 1, 1), **more: Any) -> Any:
    components = [{"sku": sku, "quantity": quantity} for sku, quantity in parts.items()]
    return client.put(
        f"/products/{kit}/components", json={"valid_from": day.isoformat(), "components": components, **more}
    )


def sold(sku: str, units: int, at: datetime | None = None, replaces: SaleRecorded | None = None) -> SaleRecorded:
    quantity = Decimal(0) if replaces else Decimal(units)
    old = replaces and Replaced(
        sku=replaces.sku, location=replaces.location, quantity=replaces.quantity, amount=replaces.amount,
        sold_at=replaces.sold_at,
    )  # fmt: skip
    return SaleRecorded(
        sale_id=uuid4(), source="till", event_id=str(uuid4()), kind="void" if replaces else "sale", sku=sku,
        location="main", quantity=quantity, unit_price=Decimal(10), amount=quantity * 10, replaces=old,
        sold_at=at or datetime.now(UTC), recorded_at=datetime.now(UTC), original_id=replaces and replaces.sale_id,
    )  # fmt: skip


def event(sale: SaleRecorded) -> Event:
    return new_event(sale, "sales", id=str(sale.sale_id))


def on_hand(client: TestClient) -> dict[str, float]:
    return {row["sku"]: float(row["on_hand"]) for row in client.get("/stock").json()["items"]}


def test_a_bill_survives_a_round_trip_is_told_whole_and_is_shown_from_both_sides(
    shop: TestClient, told: Callable[[str], list[dict[str, Any]]]
) -> None:
    assert consists(shop, "BOX", {"B2": "1", "A1": "2.5"}).status_code == 200
    answer = consists(shop, "BOX", {"A1": "3"}, date(2026, 6, 1), pre_packed=True).json()
    assert [(b["valid_from"], b["pre_packed"]) for b in answer["bills"]] == [
        ("2026-01-01", False),
        ("2026-06-01", True),
    ]
    assert answer["bills"][0]["components"][0] == {"sku": "A1", "name": "=A1", "quantity": "2.500"}
    assert answer["revision"] == 3
    part = shop.get("/products/A1/components").json()
    assert [(k["kit"], k["quantity"], k["valid_from"], k["until"], k["pre_packed"]) for k in part["kits"]] == [
        ("BOX", "2.500", "2026-01-01", "2026-06-01", False), ("BOX", "3.000", "2026-06-01", None, True),
    ]  # fmt: skip
    last = told("product-changed")[-1]
    assert last["sku"] == "BOX" and last["revision"] == 3
    assert [len(bill["components"]) for bill in last["bills"]] == [2, 1]
    shop.patch("/products/BOX", json={"name": "Gift box"})
    assert [len(bill["components"]) for bill in told("product-changed")[-1]["bills"]] == [2, 1]


def test_the_same_bill_again_changes_nothing_and_a_dropped_one_is_as_if_never_said(
    shop: TestClient, told: Callable[[str], list[dict[str, Any]]]
) -> None:
    first = consists(shop, "BOX", {"A1": "2"}).json()
    said = len(told("product-changed"))
    assert consists(shop, "BOX", {"A1": "2.000"}).json() == first
    assert len(told("product-changed")) == said
    gone = shop.delete("/products/BOX/components", params={"valid_from": "2026-01-01"}).json()
    assert (gone["bills"], gone["revision"]) == ([], 3)
    again = shop.delete("/products/BOX/components", params={"valid_from": "2026-01-01"})
    assert (again.status_code, again.json()["code"]) == (422, "unknown_bill")


@pytest.mark.parametrize(
    ("kit", "parts", "field", "code"),
    [
        ("BOX", {"NOBODY": "1"}, "components.0.sku", "unknown_product"),
        ("BOX", {"A1": "1", "BOX": "1"}, "components.1.sku", "circle"),
        ("OTHER", {"BOX": "1"}, "components.0.sku", "is_kit"),
        ("A1", {"B2": "1"}, "components", "is_component"),
        ("BOX", {"A1": "0"}, "components.0.quantity", "greater_than"),
        ("BOX", {"A1": "10001"}, "components.0.quantity", "less_than_equal"),
    ],
)
def test_a_bill_that_cannot_be_is_refused_at_its_component(
    shop: TestClient, kit: str, parts: dict[str, str], field: str, code: str
) -> None:
    shop.post("/products", json={"sku": "OTHER", "name": "Other"})
    consists(shop, "BOX", {"A1": "1"})
    answer = consists(shop, kit, parts, date(2026, 2, 2))
    assert answer.status_code == 422
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, code)


def test_who_read_an_older_revision_is_told_and_a_viewer_changes_nothing(shop: TestClient) -> None:
    read = shop.get("/products/BOX/components").json()["revision"]
    assert consists(shop, "BOX", {"A1": "1"}, revision=read).status_code == 200
    stale = consists(shop, "BOX", {"B2": "1"}, revision=read)
    assert (stale.status_code, stale.json()["code"]) == (409, "stale_revision")
    shop.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    assert consists(shop, "BOX", {"B2": "1"}).status_code == 403
    assert shop.delete("/products/BOX/components", params={"valid_from": "2026-01-01"}).status_code == 403
    assert shop.get("/products/BOX/components").status_code == 200


def test_of_two_who_make_each_others_components_at_once_one_is_refused(shop: TestClient) -> None:
    for number in range(6):
        pair = (f"X{number}", f"Y{number}")
        for sku in pair:
            shop.post("/products", json={"sku": sku, "name": sku})
        with ThreadPoolExecutor(2) as both:
            answers = list(both.map(lambda way: consists(shop, way[0], {way[1]: "1"}), (pair, pair[::-1])))
        assert sorted(answer.status_code for answer in answers) == [200, 422]


def test_a_sale_of_an_assembled_kit_takes_its_components_stock_once_and_a_void_gives_it_back(
    shop: TestClient, deliver: Callable[..., None], database: Database
) -> None:
    consists(shop, "BOX", {"A1": "0.5", "B2": "3"})
    sale = sold("BOX", 2)
    deliver(event(sale))
    deliver(event(sale))
    assert on_hand(shop) == {"A1": 1, "B2": -4}
    consists(shop, "BOX", {"A1": "1"}, TODAY - timedelta(days=400))
    deliver(event(sold("BOX", 0, replaces=sale)))
    assert on_hand(shop) == {"A1": 2, "B2": 2}
    with database.snapshot() as connection:
        counted = rows(connection, "SELECT entries, movements, units, amount FROM stock_total")[0]
    assert [int(value) for value in counted.values()] == [2, 2, 0, 0]  # the ledger's, of the kit


def test_a_pre_packed_kit_and_days_before_or_after_the_bill_take_no_components(
    shop: TestClient, deliver: Callable[..., None]
) -> None:
    now = datetime.now(UTC)
    shop.post("/stock/counts", json={"items": [
        {"sku": sku, "location": "main", "quantity": "50", "at": (now - timedelta(days=60)).isoformat()}
        for sku in ("A1", "B2")
    ]})  # fmt: skip
    consists(shop, "BOX", {"A1": "1"}, TODAY - timedelta(days=20))
    consists(shop, "BOX", {"A1": "1"}, TODAY - timedelta(days=10), pre_packed=True)
    consists(shop, "BOX", {}, TODAY - timedelta(days=5))
    before = on_hand(shop)["A1"]
    for days in (30, 15, 8, 2):
        deliver(event(sold("BOX", 1, now - timedelta(days=days))))
    moves = shop.get("/stock/A1/movements").json()["items"]
    assert [float(move["quantity"]) for move in moves if move["kind"] == "sale"] == [-1]
    assert before >= on_hand(shop)["A1"]


def test_an_assembled_kit_is_never_ordered_and_a_pre_packed_one_is(
    shop: TestClient, deliver: Callable[..., None], telling: tuple[Callable[..., Event], Callable[..., Event]]
) -> None:
    forecast, completed = telling
    shop.put("/supply-terms", json={"sku": "BOX", "supplier": "ACME", "unit_cost": "12"})
    shop.post("/stock/counts", json={"items": [{"sku": "BOX", "location": "main", "quantity": "1"}]})
    run = uuid4()
    for sku in ("A1", "B2", "BOX"):
        deliver(forecast(sku, run))
    deliver(completed(run, minute=5))

    def decided() -> set[str]:
        return {row["sku"] for row in shop.get("/replenishment").json()["items"]}

    assert decided() == {"A1", "B2", "BOX"}
    consists(shop, "BOX", {"A1": "1"})
    assert decided() == {"A1", "B2"}
    consists(shop, "BOX", {"A1": "1"}, pre_packed=True)
    assert decided() == {"A1", "B2", "BOX"}


def test_a_reservation_of_a_kit_holds_its_components(shop: TestClient) -> None:
    consists(shop, "BOX", {"A1": "2"})

    def held() -> float:
        rows_ = shop.get("/replenishment").json()["items"]
        return next(float(row["reserved"]) for row in rows_ if row["sku"] == "A1")

    assert held() == 0
    asked = {"reference": "K-1", "items": [{"sku": "BOX", "location": "main", "quantity": "3"}]}
    assert shop.put("/stock/reservations", json=asked).status_code < 300
    assert held() == 6
    assert shop.delete("/stock/reservations/K-1").status_code < 300
    assert held() == 0
