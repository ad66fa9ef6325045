"""A promotion's kind and planned quantity: by the API and by a file, told whole, and never taken back by silence."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_args

import pytest
from contracts.types import PromotionKind
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import Run, counts, look
from services.catalog.tests.test_shop_imports import run as run
from services.catalog.tests.test_shop_imports import shop as shop

BODY = {"name": "Week 14", "starts": "2026-04-01", "ends": "2026-04-07", "skus": ["P1"], "discount": "0.1"}


def only(client: TestClient) -> dict[str, Any]:
    (found,) = client.get("/promotions").json()["items"]
    return dict(found)


def test_it_survives_a_round_trip_and_is_told(client: TestClient, told: Callable[[str], list[dict[str, Any]]]) -> None:
    created = client.post("/promotions", json=BODY | {"kind": "display", "planned_quantity": "480.5"}).json()
    assert (created["kind"], Decimal(created["planned_quantity"])) == ("display", Decimal("480.5"))
    assert only(client) == created
    plain = client.put(f"/promotions/{created['id']}", json=BODY | {"kind": "leaflet", "revision": 1}).json()
    assert (plain["kind"], plain["planned_quantity"]) == ("leaflet", None)
    assert [(one["kind"], one.get("planned_quantity")) for one in told("promotion-changed")] == [
        ("display", "480.500"), ("leaflet", None),
    ]  # fmt: skip


def test_of_what_nobody_said_the_kind_is_other(client: TestClient) -> None:
    assert client.post("/promotions", json=BODY).json()["kind"] == "other"


@pytest.mark.parametrize(
    ("field", "value"),
    [("kind", "poster"), ("kind", None), ("kind", ""), ("planned_quantity", "0"), ("planned_quantity", "-3"),
     ("planned_quantity", "1e30"), ("planned_quantity", "NaN"), ("planned_quantity", "many")],
)  # fmt: skip
def test_what_is_no_kind_or_no_quantity_is_refused_at_its_field(client: TestClient, field: str, value: Any) -> None:
    answer = client.post("/promotions", json=BODY | {field: value})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["errors"][0]["field"] == field


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("head", "cells", "kind", "quantity"),
    [
        ("name,starts,ends,kind,planned quantity,skus", "Week 14,2026-04-01,2026-04-07,Display,480,P1", "display", 480),
        ("Aktion;Beginn;Ende;Aktionsart;Planmenge;Artikel", "W14;01.04.2026;07.04.2026;Handzettel;1.200,5;P1",
         "leaflet", 1200.5),
        ("campagne;du;au;type de promotion;quantité prévue;articles", "S14;13/04/2026;19/04/2026;Tête de gondole;90;P1",
         "display", 90),
        ("name,starts,ends,mechanic,skus", "W14,2026-04-01,2026-04-07,price_cut,P1", "price_cut", None),
    ],
)  # fmt: skip
def test_a_file_says_both_in_its_own_words(
    client: TestClient, run: Run, head: str, cells: str, kind: str, quantity: float | None
) -> None:
    text = f"{head}\n{cells}\n"
    shown = {cell["target"]: cell["read"] for cell in look(client, "promotions", text)["lines"][0]["cells"]}
    assert shown["kind"] == kind
    assert counts(run("promotions", text))[0] == 1
    found = only(client)
    assert found["kind"] == kind
    assert found["planned_quantity"] is None if quantity is None else float(found["planned_quantity"]) == quantity


@pytest.mark.usefixtures("shop")
def test_a_word_that_is_no_kind_is_an_error_at_its_cell(client: TestClient) -> None:
    told = look(client, "promotions", "name,starts,ends,kind,skus\nX,2026-04-01,2026-04-07,sky writing,P1\n")
    (fault,) = told["lines"][0]["errors"]
    assert (fault["column"], fault["cell"], fault["code"]) == ("kind", "sky writing", "bad_value")
    assert "is no kind of promotion: price cut, multibuy, display" in fault["message"]


def test_every_kind_is_read_by_its_own_name(client: TestClient, run: Run) -> None:
    client.post("/products", json={"sku": "P1", "name": "P1"})
    kinds = get_args(PromotionKind)
    lines = [f"{kind} {cell},2026-04-01,2026-04-07,{cell},P1" for kind in kinds for cell in (kind, kind.title())]
    assert counts(run("promotions", "\n".join(["name,starts,ends,kind,skus", *lines])))[0] == 2 * len(kinds)
    found = client.get("/promotions").json()["items"]
    assert all(one["name"].startswith(one["kind"]) for one in found)


@pytest.mark.usefixtures("shop")
def test_quantities_of_a_line_a_product_are_summed_and_undone_as_they_were(client: TestClient, run: Run) -> None:
    first = client.post("/promotions", json=BODY | {"kind": "coupon", "planned_quantity": "7"}).json()
    head = "name,starts,ends,discount,planned,skus\n"
    lines = [
        f"Week 14,2026-04-01,2026-04-07,10%,{units},{sku}\n" for units, sku in ((30, "P1"), (12, "P2"), (12, "P2"))
    ]
    told = run("promotions", head + "".join(lines))
    found = only(client)
    assert (found["skus"], float(found["planned_quantity"])) == (["P1", "P2"], 42)
    assert found["kind"] == "coupon", "a file that says no kind takes none back"
    client.post(f"/shop-imports/{told['id']}/undo")
    found = only(client)
    assert (found["kind"], float(found["planned_quantity"]), found["skus"]) == ("coupon", 7, first["skus"])
