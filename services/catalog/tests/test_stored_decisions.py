"""What is stored is what would be decided now: after any sequence of changes, and after changes at the same time."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.application import decisions
from catalog.domain.stock import Goods, Held
from catalog.storage import needs, reservations
from chassis.database import Database, rows
from contracts.envelope import Event, new_event
from contracts.events import CatalogSubmitted
from fastapi.testclient import TestClient

Deliver = Callable[..., None]
Telling = tuple[Callable[..., Event], Callable[..., Event]]
SKUS = ("A1", "B2", "C3")


def check(database: Database) -> None:
    """Stored decisions equal fresh ones, and so do the entries that they open, and their sums."""
    with database.transaction() as connection:
        fresh = {item.series: item.record() for item in decisions.as_they_are(connection, None)}
        stored = {
            (row["sku"], row["location"]): row
            for row in rows(connection, "SELECT d.* FROM decision d JOIN live_run USING (run_id)")
        }
        entries = {(r["kind"], r["sku"]) for r in rows(connection, "SELECT * FROM attention WHERE present")}
        sums = needs.totals(connection)
    assert sums["series"] == len(fresh) and sums["due"] == sum(each["due"] for each in fresh.values())
    for name, column in (("wanted_value", "order_value"), ("inventory_value", "stock_value"),
                         ("excess_value", "excess_value"), ("revenue_at_risk", "revenue_at_risk")):  # fmt: skip
        assert sums[name] == pytest.approx(sum(each[column] for each in fresh.values()), rel=1e-9, abs=1e-9), name
    assert stored.keys() == fresh.keys()
    for series, record in fresh.items():
        for name, value in record.items():
            assert stored[series][name] == _near(value), (series, name)
    short = {("stockout", sku) for (sku, _), row in fresh.items() if row["at_risk"]}
    assert {entry for entry in entries if entry[0] == "stockout"} == short


def _near(value: Any) -> Any:
    """The same but for the last bits, which a batch of another size may round another way."""
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-9, abs=1e-9)
    return {name: _near(inner) for name, inner in value.items()} if isinstance(value, dict) else (
        list(value) if isinstance(value, tuple) else value
    )  # fmt: skip


class Changes:
    """Whatever a decision depends on, changed by chance."""

    def __init__(self, client: TestClient, deliver: Deliver, telling: Telling, seed: int) -> None:
        self.client, self.deliver, self.draw = client, deliver, random.Random(seed)
        self.forecast, self.completed = telling
        self.minute = 10

    def one(self) -> None:
        """One of them."""
        self.draw.choice(self.all())(self.draw.choice(SKUS))

    def all(self) -> list[Callable[[str], Any]]:
        """Those that a person makes come most often."""
        people = [self.count, self.adjust, self.reserve, self.term, self.supplier, self.price, self.archive]
        return [*people, *people, self.propose, self.approve, self.receive, self.cancel, self.claim, self.run]

    def count(self, sku: str) -> None:
        self.client.post("/stock/counts", json={"items": [{"sku": sku, "quantity": self.draw.randint(0, 200)}]})

    def adjust(self, sku: str) -> None:
        body = {"sku": sku, "quantity": self.draw.randint(-9, 9), "reason": "x"}
        self.client.post("/stock/adjustments", json=body)

    def reserve(self, sku: str) -> None:
        items = [{"sku": sku, "quantity": self.draw.randint(1, 5)}]
        self.client.put("/stock/reservations", json={"reference": self.draw.choice("RS"), "items": items})
        if self.draw.random() < 0.3:
            self.client.delete("/stock/reservations/R")

    def term(self, sku: str) -> None:
        body = {"sku": sku, "supplier": "ACME", "unit_cost": self.draw.randint(1, 5), "moq": self.draw.randint(0, 9)}
        self.client.put("/supply-terms", json=body)

    def supplier(self, _: str) -> None:
        body = {"code": "ACME", "name": "A", "lead_days": self.draw.randint(1, 20), "review_days": 7}
        self.client.put("/suppliers", json=body)

    def price(self, sku: str) -> None:
        self.client.patch(f"/products/{sku}", json={"price": self.draw.randint(1, 50)})

    def archive(self, sku: str) -> None:
        self.client.patch(f"/products/{sku}", json={"archived": self.draw.random() < 0.3})

    def propose(self, _: str) -> None:
        self.client.post("/orders", json={})

    def _order(self, status: str) -> str | None:
        found = self.client.get("/orders", params={"status": status}).json()["items"]
        return str(self.draw.choice(found)["id"]) if found else None

    def approve(self, _: str) -> None:
        self.client.post(f"/orders/{self._order('proposed') or uuid4()}/approve")

    def receive(self, _: str) -> None:
        self.client.post(f"/orders/{self._order('approved') or uuid4()}/receive", json={})

    def cancel(self, _: str) -> None:
        self.client.post(f"/orders/{self._order('approved') or uuid4()}/cancel")

    def claim(self, sku: str) -> None:
        content = CatalogSubmitted(sku=sku, price=self.draw.randint(1, 50), stock=self.draw.randint(0, 90))
        self.deliver(new_event(content, "shop", time=datetime.now(UTC)))

    def run(self, _: str) -> None:
        self.minute += 1
        told = [self.forecast(sku, id_, self.draw.randint(1, 40)) for id_ in [uuid4()] for sku in SKUS]
        run: UUID = told[0].payload.run_id  # type: ignore[attr-defined]
        as_of = date(2026, 10, 4) + timedelta(days=self.minute)
        self.deliver(*told, self.completed(run, self.minute, series=len(SKUS), as_of=as_of))


@pytest.fixture
def changes(stocked: TestClient, deliver: Deliver, telling: Telling) -> Callable[[int], Changes]:
    stocked.post("/products", json={"sku": "C3", "name": "C3", "price": "4"})
    return lambda seed: Changes(stocked, deliver, telling, seed)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_sequence_of_changes_what_is_stored_is_what_would_be_decided(
    changes: Callable[[int], Changes], database: Database, settle: Callable[[], None], seed: int
) -> None:
    mine = changes(seed)
    for _ in range(4):
        for _ in range(8):
            mine.one()
        settle()
        check(database)


def test_a_persons_own_change_is_decided_when_he_is_answered(
    changes: Callable[[int], Changes], database: Database
) -> None:
    mine = changes(7)
    for change in (mine.count, mine.reserve, mine.term, mine.supplier, mine.price, mine.propose, mine.approve,
                   mine.receive, mine.archive, mine.adjust):  # fmt: skip
        change("A1")
        check(database)


def test_changes_at_the_same_time_lose_nothing_and_wait_for_each_other_in_no_circle(
    changes: Callable[[int], Changes], database: Database, settle: Callable[[], None]
) -> None:
    people = [changes(seed) for seed in range(4)]

    def work(mine: Changes) -> None:
        for _ in range(12):
            mine.draw.choice([mine.count, mine.reserve, mine.term, mine.supplier, mine.price, mine.propose,
                              mine.approve, mine.receive, mine.cancel])(mine.draw.choice(SKUS))  # fmt: skip

    with ThreadPoolExecutor(5) as pool:
        working = [pool.submit(work, mine) for mine in people]
        while not all(each.done() for each in working):
            settle()
        assert [each.result() for each in working] == [None] * 4
    settle()
    check(database)


def test_of_two_who_change_a_series_the_second_decides_on_what_both_changed(
    stocked: TestClient, database: Database
) -> None:
    with ThreadPoolExecutor(1) as other, database.transaction() as connection:
        reservations.add(connection, "SO-1", [Held(Goods("A1", "main", Decimal(3)))], "ann")
        decisions.refresh(connection, [("A1", "main")])
        term = {"sku": "A1", "supplier": "ACME", "unit_cost": "3"}
        changing = other.submit(stocked.put, "/supply-terms", json=term)
        time.sleep(0.5)
        assert not changing.done()
        connection.commit()
        assert changing.result().status_code == 200
    check(database)
