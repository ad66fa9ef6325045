"""Refused lines of a shop's files are corrected in place and taken without the file, each once."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import Run, counts, run, shop

__all__ = ["run", "shop"]  # fixtures

PRICES = "sku,price,valid from\nNOBODY,11,2027-01-06\nP1,ten,2027-02-06\nP2,12,2027-03-06\n"
DELIVERY = "delivery note,sku,received,supplier\nLS-9,P1,6,NORD\nLS-9,P2,x,NORD\nLS-8,P1,2,NOBODY\n"


def mend(client: TestClient, id_: str, lines: dict[int, dict[str, str]], **more: Any) -> dict[str, Any]:
    body = {"lines": [{"line": line, "cells": cells} for line, cells in lines.items()]} | more
    answer = client.post(f"/shop-imports/{id_}/mend", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def refused(client: TestClient, id_: str) -> dict[int, dict[str, Any]]:
    return {line["line"]: line for line in client.get(f"/shop-imports/{id_}/errors").json()["items"]}


def came(client: TestClient, sku: str) -> float:
    receipts = client.get("/receipts", params={"limit": 500}).json()["items"]
    return sum(float(line["quantity"]) for one in receipts for line in one["lines"] if line["sku"] == sku)


@pytest.mark.usefixtures("shop")
def test_a_refused_line_is_taken_with_its_corrected_cells_once_and_undone_with_its_import(
    client: TestClient, run: Run
) -> None:
    told = run("prices", PRICES)
    assert (counts(told), told["reasons"]) == ((0, 1, 0, 2), {"unknown_product": 1, "bad_number": 1})
    assert refused(client, told["id"])[2]["cells"] == {"sku": "P1", "price": "ten", "valid from": "2027-02-06"}
    tried = mend(client, told["id"], {2: {"price": "10.50"}}, dry_run=True)
    assert (tried["changed"], tried["faults"]) == (1, [])
    assert refused(client, told["id"]).keys() == {1, 2}  # nothing was kept
    done = mend(client, told["id"], {2: {"price": "10.50"}, 1: {"sku": "NOONE"}})
    assert (done["changed"], [fault["line"] for fault in done["faults"]]) == (1, [1])
    after = client.get(f"/shop-imports/{told['id']}").json()
    assert (counts(after), after["reasons"]) == ((0, 2, 0, 1), {"unknown_product": 1})
    left = refused(client, told["id"])
    assert (left.keys(), left[1]["mended"], left[1]["mended_by"] is None) == ({1}, {"sku": "NOONE"}, False)
    assert counts(run("prices", PRICES.replace("ten", "10.50").replace("NOBODY", "P1"))) == (0, 1, 2, 0)
    undone = client.post(f"/shop-imports/{told['id']}/undo").json()
    assert undone["undone"]["lines"] == 2
    assert client.post(f"/shop-imports/{told['id']}/mend", json={}).json()["code"] == "undone"


@pytest.mark.usefixtures("shop")
def test_a_mended_delivery_is_taken_whole_and_no_goods_twice(client: TestClient, run: Run) -> None:
    before = came(client, "P1"), came(client, "P2")
    told = run("receipts", DELIVERY)
    assert counts(told)[3] == 3
    done = mend(client, told["id"], {2: {"received": "4"}})
    assert (done["lines"], done["created"], done["faults"]) == (2, 2, [])
    assert (came(client, "P1"), came(client, "P2")) == (before[0] + 6, before[1] + 4)
    assert refused(client, told["id"]).keys() == {3}
    again = mend(client, told["id"], {})
    assert (again["created"], len(again["faults"])) == (0, 1)
    assert counts(run("receipts", DELIVERY.replace("x", "4").replace("NOBODY", "NORD")))[:3] == (1, 0, 2)
    assert came(client, "P1") == before[0] + 8


@pytest.mark.usefixtures("shop")
def test_lines_are_run_again_as_they_are_once_what_they_name_is_there(client: TestClient, run: Run) -> None:
    told = run("prices", "sku,price\nLATER,5\nLATER-2,5\n")
    client.post("/products", json={"sku": "LATER", "name": "Later", "price": "1"})
    done = mend(client, told["id"], {})
    assert (done["created"] + done["changed"], [fault["cell"] for fault in done["faults"]]) == (1, ["LATER-2"])


@pytest.mark.usefixtures("shop")
def test_what_is_no_refused_line_or_no_column_is_named(client: TestClient, run: Run) -> None:
    told = run("prices", PRICES)
    for lines, field in (
        ([{"line": 3, "cells": {}}], "lines.3"),
        ([{"line": 2, "cells": {"cost": "1"}}], "lines.2.cost"),
    ):
        answer = client.post(f"/shop-imports/{told['id']}/mend", json={"lines": lines})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
