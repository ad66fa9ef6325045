"""A shop's files: understood whole before they count, errors at their cells, written once, undone where natural."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from catalog.application.imports.run import JOB, ShopImports
from chassis import jobs
from chassis.database import Database, rows, scalar
from fastapi.testclient import TestClient

ZONE = ZoneInfo("UTC")
Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(client: TestClient, database: Database) -> Run:
    """Import a file to its end, as the worker does."""

    def imported(kind: str, text: str, **mapping: Any) -> dict[str, Any]:
        started = client.post(f"/shop-imports/{kind}", content=text.encode(), params={"mapping": json.dumps(mapping)})
        assert started.status_code == 202, started.text
        job = jobs.claim(database, [JOB])
        assert job is not None
        ShopImports(database, ZONE).run(job)
        told: dict[str, Any] = client.get(f"/shop-imports/{started.json()['id']}").json()
        assert told["status"] == "succeeded", told
        return told

    return imported


def look(client: TestClient, kind: str, text: str, **mapping: Any) -> dict[str, Any]:
    """The preview."""
    path, said = f"/shop-imports/{kind}/preview", {"mapping": json.dumps(mapping)}
    answer = client.post(path, content=text.encode(), params=said)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def counts(told: dict[str, Any]) -> tuple[int, int, int, int]:
    return told["created"], told["changed"], told["unchanged"], told["refused"]


PRODUCTS = """Artikelnummer;Bezeichnung;Warengruppe;VK-Preis;EK
S1;Löffel;Besteck;3,50;1,20
S2;Gabel;Besteck;4,00;1,30
"""

FILES = {
    "products": PRODUCTS,
    "prices": "sku,price,valid from\nP1,12.50,2026-01-05\nP2,8,2026-01-05\n",
    "stock": "Référence;Quantité en stock;Compté le\nP1;12;03.02.2026\nP2;0;03.02.2026\n",
    "suppliers": "code,name,lead time\nACME,Acme Ltd,7\nBETA,Beta GmbH,21\n",
    "terms": "sku,supplier,unit cost,pack size,moq\nP1,NORD,2.5,6,12\nP2,Nordwind,3,1,0\n",
    "receipts": (
        "delivery note,sku,received,supplier,received on\nLS-1,P1,24,NORD,2026-02-01\nLS-1,P2,6,NORD,2026-02-01\n"
    ),
    "weather": "Datum;Niederschlag;Temperatur\n05.01.2026;0;3,5\n06.01.2026;1,2;-4\n",
    "promotions": (
        "name,starts,ends,discount,skus\nSpring,2026-03-01,2026-03-14,20 %,P1\nSpring,2026-03-01,2026-03-14,20 %,P2\n"
    ),
    "kits": "Kit,Component,Quantity,Valid from\nBOX,P1,2,2026-01-05\nBOX,P2,0.5,2026-01-05\n",
    "reservations": "Auftrag,Artikelnummer,Menge,Liefertermin\nK-1,P1,4,14.12.2031\nK-1,P2,1,\n",
}  # fmt: skip


@pytest.fixture
def shop(client: TestClient) -> None:
    """Two products and a supplier."""
    for sku in ("P1", "P2", "BOX"):
        if client.get(f"/products/{sku}").status_code == 404:
            client.post("/products", json={"sku": sku, "name": sku, "price": "10"})
    client.post("/suppliers", json={"code": "NORD", "name": "Nordwind", "lead_days": "7"})


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", FILES)
def test_what_the_preview_promises_is_what_the_import_does_and_the_same_file_again_changes_nothing(
    client: TestClient, run: Run, kind: str
) -> None:
    promised = look(client, kind, FILES[kind])
    assert promised["missing"] == promised["questions"] == []
    assert promised["refused"] == 0 and promised["total"] == 2
    first = run(kind, FILES[kind])
    assert counts(first) == counts(promised)
    assert first["created"] + first["changed"] == 2
    again = run(kind, FILES[kind])
    assert counts(again) == (0, 0, 2, 0)
    assert "The file changes nothing: all that it says is so already." in again["warnings"]


def test_a_cell_is_shown_as_it_stands_and_as_it_is_understood(client: TestClient) -> None:
    told = look(client, "products", PRODUCTS.replace("S1", "T1").replace("S2", "T2"))
    cells = {cell["target"]: (cell["raw"], cell["read"]) for cell in told["lines"][0]["cells"]}
    assert cells == {"sku": ("T1", "T1"), "name": ("Löffel", "Löffel"), "category": ("Besteck", "Besteck"),
                     "price": ("3,50", "3.50"), "cost": ("1,20", "1.20")}  # fmt: skip
    assert client.get("/products/T1").status_code == 404  # nothing is stored


@pytest.mark.usefixtures("shop")
def test_every_fault_of_a_line_is_told_at_its_cell_and_harms_no_other(client: TestClient, run: Run) -> None:
    text = "sku,price,location,valid from\nNOBODY,ten,Mars,2026-13-01\nP1,11,,2026-01-06\n"
    told = run("prices", text)
    assert counts(told) == (1, 0, 0, 1)
    lines = client.get(f"/shop-imports/{told['id']}/errors").json()["items"]
    assert [(error["line"], error["column"], error["code"]) for error in lines[0]["errors"]] == [
        (1, "price", "bad_number"), (1, "valid from", "bad_date"),
    ]  # fmt: skip
    text = "sku,price,location\nNOBODY,10,Mars\n"
    codes = {(e["column"], e["cell"], e["code"]) for e in look(client, "prices", text)["lines"][0]["errors"]}
    assert codes == {("sku", "NOBODY", "unknown_product"), ("location", "Mars", "unknown_location")}


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", ["prices", "stock", "terms", "receipts", "promotions", "kits"])
def test_no_file_but_one_of_products_makes_a_product(client: TestClient, run: Run, kind: str) -> None:
    told = run(kind, FILES[kind].replace("P1", "NEVER-SEEN"))
    assert "unknown_product" in told["reasons"]
    assert client.get("/products/NEVER-SEEN").status_code == 404


def test_what_may_mean_two_things_is_asked_with_its_evidence_before_anything_is_kept(client: TestClient) -> None:
    text = "sku;name;price\nQ1;Kette;1.200\n"
    asked = look(client, "products", text)["questions"]
    assert len(asked) == 1 and "'1.200'" in asked[0] and "1200" in asked[0]
    refused = client.post("/shop-imports/products", content=text.encode())
    assert refused.status_code == 422 and refused.json()["code"] == "ambiguous"
    told = look(client, "products", text, decimal_comma=True)
    assert [cell["read"] for cell in told["lines"][0]["cells"] if cell["target"] == "price"] == ["1200"]


def test_lines_that_contradict_each_other_are_told_and_equal_ones_count_once(run: Run) -> None:
    told = run("products", "sku,name,price\nC1,Cup,3\nC1,Cup,3\nC1,Cup,4\n")
    assert counts(told) == (1, 0, 1, 1) and told["reasons"] == {"contradiction": 1}


def test_a_file_without_the_columns_that_matter_is_refused_and_says_which(client: TestClient) -> None:
    answer = client.post("/shop-imports/stock", content=b"foo,bar\n1,2\n")
    assert answer.status_code == 422 and answer.json()["code"] == "unmapped"
    assert "sku" in answer.json()["detail"] and "quantity" in answer.json()["detail"]


@pytest.mark.usefixtures("shop")
def test_a_delivery_with_a_faulty_line_is_taken_as_a_whole_once_it_is_mended(client: TestClient, run: Run) -> None:
    text = "delivery note,sku,received,supplier\nLS-7,P1,4,NORD\nLS-7,P9,5,NORD\nLS-8,P2,6,NORD\n"
    told = run("receipts", text)
    assert counts(told) == (1, 0, 0, 2) and told["reasons"] == {"incomplete": 1, "unknown_product": 1}
    assert counts(run("receipts", text.replace("P9", "P2"))) == (2, 0, 1, 0)
    receipt = next(r for r in client.get("/receipts").json()["items"] if r["reference"] == "LS-7")
    assert {(line["sku"], float(line["quantity"])) for line in receipt["lines"]} == {("P1", 4), ("P2", 5)}


def test_products_and_prices_are_undone_but_for_what_was_changed_since(client: TestClient, run: Run) -> None:
    run("products", "sku,name,price\nU1,Vase,5\n")
    told = run("products", "sku,name,price\nU1,Vase,6\nU2,Bowl,7\nU3,Jar,8\n")
    client.patch("/products/U3", json={"name": "Large jar"})
    undone = client.post(f"/shop-imports/{told['id']}/undo").json()["undone"]
    assert undone["lines"] == 3 and undone["kept"] == {}
    found = {sku: client.get(f"/products/{sku}").json() for sku in ("U1", "U2", "U3")}
    assert found["U1"]["price"] == "5.0000" and not found["U1"]["archived"]
    assert found["U2"]["archived"] and found["U3"]["archived"]
    assert client.post(f"/shop-imports/{told['id']}/undo").json()["code"] == "undone"
    priced = run("prices", "sku,price,valid from\nU1,9,2026-01-01\n")
    kept = client.post(f"/shop-imports/{priced['id']}/undo").json()["undone"]
    assert kept == {"by": kept["by"], "at": kept["at"], "lines": 0, "kept": {"there was no price before it": 1}}


@pytest.mark.usefixtures("shop")
def test_what_cannot_be_undone_says_why(client: TestClient, run: Run) -> None:
    told = run("stock", "sku,on hand\nP1,7\n")
    assert not told["undoable"] and "newer count" in told["undo_note"]
    answer = client.post(f"/shop-imports/{told['id']}/undo")
    assert answer.status_code == 409 and answer.json()["code"] == "not_undoable"


def test_an_import_that_died_goes_on_where_it_stopped_and_one_that_is_cancelled_keeps_what_it_wrote(
    client: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = "".join(f"R{number:04},Name {number}\n" for number in range(1200))
    started = client.post("/shop-imports/products", content=f"sku,name\n{lines}".encode()).json()
    job = jobs.claim(database, [JOB])
    assert job is not None
    work, dies = ShopImports(database, ZONE), iter([None, RuntimeError("the machine went away")])
    hold = jobs.Claim.hold

    def once(self: jobs.Claim, connection: Any) -> None:
        hold(self, connection)
        if (fault := next(dies)) is not None:
            raise fault

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(jobs.Claim, "hold", once)
        work.run(job)
    with database.snapshot() as connection:
        assert scalar(connection, "SELECT count(*) FROM product WHERE sku LIKE 'R____'") == 500
    taken = jobs.claim(database, [JOB], lost_after=-1)
    assert taken is not None and taken.id == UUID(started["id"])
    client.post(f"/shop-imports/{started['id']}/cancel")
    with pytest.raises(jobs.JobCancelled):
        work.run(taken)
        taken.check()
    jobs._end(taken, "cancelled", "cancelled on request")
    told = client.get(f"/shop-imports/{started['id']}").json()
    assert told["status"] == "cancelled" and told["created"] in (500, 1000)
    assert client.post(f"/shop-imports/{started['id']}/undo").json()["undone"]["lines"] == told["created"]


def test_of_a_file_nothing_is_kept_but_the_columns_that_are_read(client: TestClient, database: Database) -> None:
    text = "name,code,lead time,contact\nOtto & Co,OTTO,5,erika.mustermann@example.org\n"
    client.post("/shop-imports/suppliers", content=text.encode())
    with database.snapshot() as connection:
        kept = b"".join(bytes(row["content"]) for row in rows(connection, "SELECT content FROM import_chunk"))
    assert b"OTTO" in kept and b"erika" not in kept


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("cell, share", [("15 %", 0.15), ("15", 0.15), ("0.15", 0.15), ("0,15", 0.15)])
def test_a_discount_is_read_as_a_share_however_it_is_written(client: TestClient, cell: str, share: float) -> None:
    told = look(client, "promotions", f"name;starts;ends;discount;skus\nX;2026-05-01;2026-05-02;{cell};P1\n")
    shown = {c["target"]: c["read"] for c in told["lines"][0]["cells"]}
    assert float(shown["discount"]) == share


def test_units_and_currencies_in_columns_of_their_own_are_told_where_they_are_not_read(client: TestClient) -> None:
    counts_of = "sku,quantity,unit\nSOAP,2,kg\nSOAP,500,{}\n"
    said = look(client, "stock", counts_of.format("g"))["warnings"]
    assert "The column 'unit' ('kg', 'g') is not read: quantities count as they stand." in said
    assert not look(client, "stock", counts_of.format("kg"))["warnings"]
    priced = look(client, "prices", "sku,price,Währung\nSOAP,2.50,USD\n")["warnings"]
    assert "The column 'Währung' ('USD') is not read: money is taken in the currency of the business." in priced


def test_what_stocky_leaves_behind_comes_in_by_its_columns(client: TestClient, run: Run) -> None:
    run(
        "products",
        "Product Title,Variant Title,SKU,Barcode,Vendor,Cost Price,Retail Price\nMug,,ST-1,4012,Acme,4.5,15\n",
    )
    assert client.get("/products/ST-1").json()["cost"] == "4.5000"
    run("suppliers", "Supplier Name,Contact Name,Email,Lead Time (days)\nAcme Ltd,Eva Probe,eva@example.org,14\n")
    told = run(
        "receipts",
        "Purchase Order Number,Supplier,SKU,Quantity,Received Quantity,Cost,Received Date\n"
        "PO-7,Acme Ltd,ST-1,24,18,4.5,2026-03-02\nPO-8,Acme Ltd,ST-1,6,0,4.5,\n",
    )
    assert counts(told) == (1, 0, 1, 0) and told["warnings"] == [
        "Columns that are not read: 'Quantity', 'Cost'.", "1 lines have received nothing.",
    ]  # fmt: skip
    receipt = client.get("/receipts").json()["items"][0]
    assert (receipt["reference"], float(receipt["lines"][0]["quantity"])) == ("PO-7", 18)


@pytest.mark.usefixtures("shop")
def test_a_files_lines_of_a_kit_are_its_whole_bill_and_one_that_cannot_be_is_refused_whole(
    client: TestClient, run: Run
) -> None:
    head = "kit,component,quantity,valid from\n"
    first = run("kits", f"{head}BOX,P1,2,2026-01-05\nBOX,P2,1,2026-01-05\n")
    assert counts(first) == (2, 0, 0, 0)
    second = run("kits", f"{head}BOX,P1,3,2026-01-05\n")
    assert counts(second) == (0, 1, 0, 0)

    def parts() -> dict[str, float]:
        bills = client.get("/products/BOX/components").json()["bills"]
        return {each["sku"]: float(each["quantity"]) for bill in bills for each in bill["components"]}

    assert parts() == {"P1": 3}
    kept = client.post(f"/shop-imports/{first['id']}/undo").json()["undone"]
    assert (kept["lines"], kept["kept"], parts()) == (0, {"it was changed since": 2}, {"P1": 3})
    client.post(f"/shop-imports/{second['id']}/undo")
    assert parts() == {"P1": 2, "P2": 1}
    assert counts(run("kits", "kit,component,quantity\nBOX,P1,2\nBOX,P2,1\n")) == (0, 0, 2, 0)  # the day that counts
    wrong = look(client, "kits", f"{head}BOX,NOBODY,0,2026-01-05\nBOX,BOX,1,2026-02-01\n")["lines"]
    assert [(e["column"], e["code"]) for line in wrong for e in line["errors"]] == [
        ("quantity", "bad_value"), ("component", "circle"),
    ]  # fmt: skip
    told = run("kits", f"{head}BOX,P1,2,2026-03-05\nBOX,P2,1,2026-03-05\nP2,P1,1,2026-03-05\n")
    assert counts(told) == (0, 0, 0, 3) and told["reasons"] == {"is_kit": 1, "incomplete": 1, "is_component": 1}
    assert parts() == {"P1": 2, "P2": 1}
