"""Recording over REST: a sale without a time is now, a product that is on its way is waited for, without a thread."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from chassis.database import Database, scalar
from chassis.security import Principal, Role
from fastapi.testclient import TestClient
from sales import app
from sales.api import sales as sales_api
from sales.application import arrivals
from sales.settings import Settings


class Anyone:
    """Stands where tokens are checked, which auth's own tests do."""

    def verify(self, token: str) -> Principal:
        """Whoever it says."""
        return Principal("u1", "tester", Role.ADMIN, frozenset(), 2**40)


@pytest.fixture(scope="module")
def client(database: Database, settings: Settings) -> Iterator[TestClient]:
    application = app.build_api(settings, database)
    application.state.verifier = Anyone()
    with TestClient(application, headers={"Authorization": "Bearer x"}) as opened:
        yield opened


def sale(**content: Any) -> dict[str, Any]:
    return {"sku": "A1", "quantity": "1", "unit_price": "2.50"} | content


def ago(moment: str) -> float:
    return (datetime.now(UTC) - datetime.fromisoformat(moment)).total_seconds()


def test_a_sale_without_a_time_is_now_and_its_retry_the_same_sale(client: TestClient, known: Any) -> None:
    known("A1")
    first = client.post("/sales", json=sale(id="now-1"))
    assert first.status_code == 201, first.text
    assert 0 <= ago(first.json()["sold_at"]) < 20
    again = client.post("/sales", json=sale(id="now-1"))
    assert (again.status_code, again.json()["sold_at"]) == (200, first.json()["sold_at"])
    assert client.post("/sales", json=sale(id="now-1", quantity="2")).status_code == 409
    many = client.post("/sales/bulk", json={"items": [sale(id="now-1"), sale(id="now-2", kind="return")]}).json()
    assert (many["recorded"], many["duplicates"], many["errors"]) == (1, 1, [])


def test_what_waits_without_a_time_keeps_its_moment_and_shows_its_amount(client: TestClient) -> None:
    first = client.post("/sales", json=sale(id="later-1", sku="LATER", quantity="3"))
    assert (first.status_code, Decimal(first.json()["amount"])) == (202, Decimal("7.5"))
    again = client.post("/sales", json=sale(id="later-1", sku="LATER", quantity="3"))
    assert again.status_code != 409, again.text


def test_a_client_that_made_a_product_a_moment_ago_can_sell_it(client: TestClient, database: Database) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(client.post, "/sales", json=sale(sku="FRESH"))
        time.sleep(0.4)
        with database.transaction() as connection:
            connection.exec_driver_sql(
                "INSERT INTO known_product (sku, product_id, price, revision) VALUES ('FRESH', gen_random_uuid(), 1, 1)"
            )
        answer = asked.result()
    assert answer.status_code == 201, answer.text


def test_unknown_products_hold_up_nobody_else(
    client: TestClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales_api, "LOOKS", (3.0,))  # whoever held a thread meanwhile would hold it for so long
    many = 3 * settings.database_pool
    with ThreadPoolExecutor(many) as pool:
        asked = [pool.submit(client.post, "/sales", json=sale(sku=f"NO-{number}")) for number in range(many)]
        time.sleep(0.5)
        began = time.monotonic()
        assert client.get("/sales/totals").status_code == 200
        took = time.monotonic() - began
        assert {one.result().status_code for one in asked} == {202}
    assert took < 1.5


def test_a_correction_moves_a_sale_and_later_ones_leave_it_there(
    client: TestClient, database: Database, known: Callable[..., None]
) -> None:
    known("A1")
    with database.transaction() as connection:
        arrivals.know_locations(connection, {"north": 1})
    first = client.post("/sales", json=sale(sold_at="2026-10-05T10:00:00Z")).json()
    moved = client.post(f"/sales/{first['id']}/correct", json={"location": "north"})
    assert (moved.status_code, moved.json()["location"]) == (201, "north")
    again = client.post(f"/sales/{first['id']}/correct", json={"quantity": "4"}).json()
    assert (again["location"], Decimal(again["quantity"])) == ("north", 4)
    waits = client.post(f"/sales/{first['id']}/correct", json={"location": "moon"})
    assert (waits.status_code, waits.json()["waiting_for"]) == (202, "location:moon")
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM sale WHERE location = 'moon'") == 0


def test_of_two_items_with_one_id_the_second_is_the_one_refused(client: TestClient, known: Any) -> None:
    known("A1")
    id_ = str(uuid4())
    items = [sale(id=id_, sold_at="2026-10-05"), sale(id=id_, sold_at="2026-10-05", quantity="2")]
    told = client.post("/sales/bulk", json={"items": items}).json()
    assert [(error["index"], error["code"]) for error in told["errors"]] == [(1, "identity_conflict")]
