"""A code that no product has waits until somebody has decided on it; it never becomes a product by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from chassis.database import Database, rows, scalar
from fastapi.testclient import TestClient

from services.sales.tests.test_undo import HEAD, Run, counting, lines, load, told

Known = Callable[..., None]


def unknown(client: TestClient) -> dict[str, dict[str, Any]]:
    return {code["code"]: code for code in client.get("/sales/unknown-codes", params={"limit": 500}).json()["items"]}


def is_product(database: Database, code: str) -> bool:
    with database.transaction() as connection:
        return bool(scalar(connection, "SELECT count(*) FROM known_product WHERE sku = :code", code=code))


def sale(client: TestClient, sku: str, id_: str, quantity: int = 2) -> dict[str, Any]:
    body = {"sku": sku, "quantity": quantity, "unit_price": "1", "sold_at": "2026-09-01", "id": id_}
    found: dict[str, Any] = client.post("/sales", json=body).json()
    return found


@pytest.mark.parametrize(("first", "said", "waits"), [
    (False, None, True), (True, None, True), (True, "make", False), (False, "make", False), (True, "wait", True),
])  # fmt: skip
def test_a_file_makes_products_only_as_a_shops_beginning_or_when_it_says_so(
    client: TestClient, database: Database, run: Run, known: Known, first: bool, said: str | None, waits: bool
) -> None:
    tag = f"{first}{said}".upper()
    known(f"CK-{tag}")
    if not first:
        load(client, run, lines(f"CK-{tag}", 1), f"ck-{tag}")
    content = HEAD + f"2026-09-05,a,CK-{tag},1,2.00\n2026-09-06,b,CN-{tag},4,2.00\n"
    loaded = load(client, run, content.encode(), f"ck-{tag}", **({"unknown_codes": said} if said else {}))
    assert (loaded["quarantined"], is_product(database, f"CN-{tag}")) == ((1, False) if waits else (0, True))
    assert any(f"CN-{tag}" in warning for warning in loaded["warnings"]) == waits
    assert (f"CN-{tag}" in unknown(client)) == waits


def test_the_first_file_of_a_shop_brings_its_products(client: TestClient, database: Database, run: Run) -> None:
    assert load(client, run, lines("CB", 1, 2), "cb")["recorded"] == 2
    assert is_product(database, "CB")


def test_the_preview_says_which_codes_will_wait_or_become_products(client: TestClient, run: Run, known: Known) -> None:
    known("CP")
    content = (HEAD + "2026-09-05,a,CP,1,2.00\n2026-09-06,b,CP-NEW,4,2.00\n").encode()
    shown = client.post("/imports/preview", content=content, params={"mapping": '{"source": "cp"}'}).json()
    assert (shown["unknown_codes"], shown["makes_products"]) == (["CP-NEW"], False)
    making = {"mapping": '{"source": "cp", "unknown_codes": "make"}'}
    assert client.post("/imports/preview", content=content, params=making).json()["makes_products"] is True


def test_a_sale_typed_by_hand_waits_and_is_recorded_as_the_product_that_its_code_is_mapped_to(
    client: TestClient, database: Database, known: Known
) -> None:
    known("0042-A")
    answer = sale(client, "42a", "cm-1")
    assert (answer["status"], is_product(database, "42A")) == ("quarantined", False)
    listed = unknown(client)["42A"]
    assert (listed["claims"], float(listed["units"]), listed["similar"]) == (1, 2, ["0042-A"])
    decided = client.post("/sales/unknown-codes/map", json={"code": "42a", "sku": "0042-A"}).json()
    assert (decided["decision"], decided["recorded"]) == ("mapped", 1)
    assert sale(client, "42a", "cm-1")["status"] == "duplicate"
    assert sale(client, "42a", "cm-2", 5)["sku"] == "0042-A"
    assert "42A" not in unknown(client)
    with database.transaction() as connection:
        found = rows(connection, "SELECT quantity FROM sale WHERE sku = '0042-A' ORDER BY 1")
        assert [int(row["quantity"]) for row in found] == [2, 5]


def test_a_dismissed_code_is_refused_until_that_is_taken_back(client: TestClient, run: Run, known: Known) -> None:
    known("CD")
    load(client, run, lines("CD", 1), "cd")
    loaded = load(client, run, lines("SHIPPING", 1, 1, receipt="s"), "cd")
    assert loaded["quarantined"] == 2
    decided = client.post("/sales/unknown-codes/dismiss", json={"code": "SHIPPING"}).json()
    assert (decided["decision"], decided["rejected"]) == ("dismissed", 2)
    after = told(client, loaded["id"])
    assert (after["quarantined"], after["rejected"], after["reasons"]) == (0, 2, {"code_dismissed": 2})
    assert sale(client, "SHIPPING", "cd-1")["code"] == "code_dismissed"
    decisions = client.get("/sales/code-decisions", params={"limit": 500}).json()["items"]
    assert ("SHIPPING", None) in [(one["code"], one["sku"]) for one in decisions]
    assert client.post("/sales/code-decisions/revoke", json={"code": "shipping"}).status_code == 204
    assert sale(client, "SHIPPING", "cd-1")["status"] == "quarantined"


def test_a_product_is_made_of_a_code_on_request_as_its_file_describes_it(
    client: TestClient, database: Database, run: Run, known: Known, pump: Callable[[], int]
) -> None:
    known("CX")
    load(client, run, lines("CX", 1), "cx")
    content = "date,receipt,sku,name,quantity,unit price\n2026-09-05,n,CX-NEW,Green tea,4,2.50\n"
    loaded = load(client, run, content.encode(), "cx")
    listed = unknown(client)["CX-NEW"]
    assert (listed["name"], listed["price"]) == ("Green tea", "2.5000")
    assert client.post("/sales/unknown-codes/make", json={"code": "CX-NEW"}).status_code == 202
    with database.transaction() as connection:
        said = scalar(connection, "SELECT payload FROM outbox WHERE topic = 'catalog-submitted' AND key = 'CX-NEW'")
    assert '"name":"Green tea"' in said
    pump()
    after = told(client, loaded["id"])
    assert (after["recorded"], after["quarantined"], counting(client, "cx")[1]) == (1, 0, 5)


def test_the_code_of_a_product_is_the_products(client: TestClient, known: Known) -> None:
    known("CO", "CO-2")
    for act, body in (("map", {"code": "CO", "sku": "CO-2"}), ("dismiss", {"code": "CO"}), ("make", {"code": "CO"})):
        assert client.post(f"/sales/unknown-codes/{act}", json=body).json()["code"] == "known_product"
    sale(client, "CO-LATER", "co-1")
    client.post("/sales/unknown-codes/map", json={"code": "CO-LATER", "sku": "CO"})
    known("CO-LATER")
    assert sale(client, "CO-LATER", "co-2")["sku"] == "CO-LATER"


def test_a_claim_that_waits_is_withdrawn_and_its_id_is_free(client: TestClient, known: Known) -> None:
    waiting = sale(client, "CW-TYPO", "cw-1")
    listed = {one["id"]: one for one in client.get("/sales/quarantine", params={"limit": 500}).json()["items"]}
    assert float(listed[waiting["id"]]["quantity"]) == 2
    assert listed[waiting["id"]]["sold_at"] is not None
    path = f"/sales/quarantine/{waiting['id']}/withdraw"
    assert client.post(path, json={"reason": "typed wrong"}).status_code == 204
    assert client.post(path, json={}).status_code == 404
    refused = client.get("/sales/rejected", params={"source": "rest"}).json()["items"][0]
    assert (refused["event_id"], refused["code"]) == ("cw-1", "withdrawn")
    known("CW")
    assert sale(client, "CW", "cw-1")["status"] == "recorded"
