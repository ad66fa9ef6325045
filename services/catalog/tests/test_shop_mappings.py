"""What was said of a shop's file holds for the next of its kind and columns, and that is said; it can be forgotten."""

import json
from typing import Any

import pytest
from catalog.application.imports.run import JOB, ShopImports
from chassis import jobs
from chassis.database import Database
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import ZONE, Run
from services.catalog.tests.test_shop_imports import run as run
from services.catalog.tests.test_shop_imports import shop as shop

HEAD = "Ware;Ist;Tag\n"
MAPPING = {"columns": {"sku": "Ware", "quantity": "Ist", "counted_at": "Tag"}, "day_first": False}


def look(client: TestClient, kind: str, text: str, mapping: dict[str, Any] | None = None) -> dict[str, Any]:
    said = {} if mapping is None else {"mapping": json.dumps(mapping)}
    answer = client.post(f"/shop-imports/{kind}/preview", content=text.encode(), params=said)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.usefixtures("shop")
def test_the_next_file_of_the_kind_and_the_same_columns_is_read_by_what_was_said_and_that_is_said(
    client: TestClient, run: Run, database: Database
) -> None:
    second = f"{HEAD}P1;8;04/05/2026\n".encode()
    assert look(client, "stock", second.decode())["missing"]
    run("stock", f"{HEAD}P1;7;03/04/2026\n", **MAPPING, location="main")
    shown = look(client, "stock", second.decode())
    assert (shown["missing"], shown["asked"], shown["day_first"]) == ([], [], False)
    assert shown["saved_mapping"]["mapping"]["columns"] == MAPPING["columns"]
    assert shown["saved_mapping"]["kind"] == "stock" and "ann" in shown["warnings"][0]
    answered = look(client, "stock", second.decode(), {"day_first": True})
    assert (answered["missing"], answered["day_first"]) == ([], True)
    assert look(client, "stock", second.decode(), {})["missing"]  # refused
    assert look(client, "prices", second.decode())["saved_mapping"] is None  # of another kind
    started = client.post("/shop-imports/stock", content=second)
    assert started.status_code == 202
    job = jobs.claim(database, [JOB])
    assert job is not None
    ShopImports(database, ZONE).run(job)
    assert "ann" in client.get(f"/shop-imports/{started.json()['id']}").json()["warnings"][0]


@pytest.mark.usefixtures("shop")
def test_a_mapping_is_listed_and_forgotten_by_people_and_one_of_a_single_file_is_not_kept(
    client: TestClient, run: Run
) -> None:
    head = "Artikel;Zahl\n"
    run("stock", f"{head}P1;7\n", columns={"sku": "Artikel", "quantity": "Zahl"})
    kept = {tuple(one["columns"]): one for one in client.get("/shop-imports/mappings").json()["items"]}
    path = f"/shop-imports/mappings/{kept['Artikel', 'Zahl']['fingerprint']}"
    assert client.delete(path).status_code == 204 and client.delete(path).status_code == 404
    assert look(client, "stock", f"{head}P1;9\n")["missing"]
    run("stock", "sku;quantity\nP1;7\n", location="main", day="2026-05-01")
    assert look(client, "stock", "sku;quantity\nP1;9\n")["saved_mapping"] is None
