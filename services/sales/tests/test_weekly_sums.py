"""Weekly sums: every page together is what a plain addition gives, however far apart the weeks lie."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from chassis import pagination
from chassis.database import Database
from chassis.security import Principal, Role
from fastapi.testclient import TestClient
from sales import app
from sales.settings import Settings
from sales.storage import ledger

from tests.row_counts import rows_read

LONDON = ZoneInfo("Europe/London")


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


def made() -> list[dict[str, Any]]:
    """Sales of three years with long silences, some around a Sunday's midnight in London."""
    draw = random.Random(3)
    moments = [datetime(2024, 1, 1, 0, 30, tzinfo=LONDON), datetime(2026, 7, 5, 23, 30, tzinfo=LONDON),
               datetime(2026, 7, 6, 0, 30, tzinfo=LONDON)]  # fmt: skip
    moments += [datetime(2026, 1, 1, 12, tzinfo=UTC) + timedelta(days=draw.randrange(60)) for _ in range(40)]
    return [
        {"id": f"w{number}", "sku": draw.choice(["A1", "B2"]), "quantity": number % 5 + 1, "unit_price": 2,
         "sold_at": moment.isoformat()} for number, moment in enumerate(moments)
    ]  # fmt: skip


def monday(moment: str) -> str:
    day = datetime.fromisoformat(moment).astimezone(LONDON).date()
    return (day - timedelta(days=day.weekday())).isoformat()


def paged(client: TestClient, limit: int, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor = None
    while True:
        answer = client.get("/sales/weekly", params={"limit": limit, **query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200
        found += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if not cursor:
            return found


def test_all_pages_together_are_what_adding_up_gives(
    client: TestClient, known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known("A1", "B2")
    assert paged(client, 10) == []
    sales = made()
    assert client.post("/sales/bulk", json={"items": sales}).json()["recorded"] == len(sales)
    expected: Counter[tuple[str, str]] = Counter()
    for sale in sales:
        expected[monday(sale["sold_at"]), sale["sku"]] += sale["quantity"]
    for limit, many in product((1, 3, 500), (5000, 2)):
        monkeypatch.setattr(ledger, "MANY", many)
        found = paged(client, limit)
        assert {(item["week"], item["sku"]): float(item["units"]) for item in found} == dict(expected)
        assert len(found) == len(expected)
        assert [item["week"] for item in found] == sorted((item["week"] for item in found), reverse=True)
    one = paged(client, 1, sku="A1", **{"from": "2026-01-05", "to": "2026-07-05"})
    assert {item["week"] for item in one} == {w for w, s in expected if s == "A1" and "2026-01-05" <= w < "2026-07-06"}


def test_a_product_sold_in_several_places_is_found_in_each(
    client: TestClient, known: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known("C3")
    with database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO known_location VALUES ('north', 1), ('south', 1)")
    sales = [
        {"id": f"place{number}", "sku": "C3", "location": location, "quantity": number + 1, "unit_price": 1,
         "sold_at": day}
        for number, (location, day) in enumerate(
            [("north", "2026-10-05"), ("south", "2026-10-11"), ("south", "2025-03-03"), ("main", "2024-06-05")]
        )
    ]  # fmt: skip
    assert client.post("/sales/bulk", json={"items": sales}).json()["recorded"] == len(sales)
    expected = [("2026-10-05", "north", 1), ("2026-10-05", "south", 2), ("2025-03-03", "south", 3),
                ("2024-06-03", "main", 4)]  # fmt: skip
    for limit in (1, 2, 100):
        found = paged(client, limit, sku="C3")
        assert [(item["week"], item["location"], float(item["units"])) for item in found] == expected
    whole = paged(client, 100)
    monkeypatch.setattr(ledger, "MANY", 2)
    for limit in (1, 2, 100):
        assert paged(client, limit) == whole
        assert paged(client, limit, location="south") == [item for item in whole if item["location"] == "south"]


def test_a_week_that_has_hardly_begun_makes_nobody_add_up_a_month(
    client: TestClient, known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = [f"FULL{number}" for number in range(20)]
    known(*skus)
    moments = ["2026-11-02", "2026-11-09", "2026-11-16"]
    sales = [
        {"id": f"{moment}{sku}", "sku": sku, "quantity": 1, "unit_price": 1, "sold_at": moment}
        for moment in moments for sku in skus
    ]  # fmt: skip
    begun = {"id": "begun", "sku": skus[0], "quantity": 1, "unit_price": 1, "sold_at": "2026-11-23"}
    assert client.post("/sales/bulk", json={"items": [*sales, begun]}).json()["recorded"] == len(sales) + 1
    added_up: list[date] = []
    weeks = ledger._weeks
    monkeypatch.setattr(ledger, "_weeks", lambda *given: added_up.extend(given[1].values()) or weeks(*given))
    assert len(client.get("/sales/weekly", params={"limit": 10}).json()["items"]) == 10
    assert sorted(added_up) == [date(2026, 11, 16), date(2026, 11, 23)]


def test_of_a_week_with_many_entries_a_page_reads_its_own_products(
    client: TestClient, known: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    skus = [f"SOLD{number:03}" for number in range(400)]
    known(*skus)
    sales = [
        {"id": f"{sku}{number}", "sku": sku, "quantity": 1, "unit_price": 1, "sold_at": "2026-11-25T09:00:00Z"}
        for sku in skus for number in range(2)
    ]  # fmt: skip
    assert client.post("/sales/bulk", json={"items": sales}).json()["recorded"] == len(sales)
    monkeypatch.setattr(ledger, "MANY", 100)
    with database.transaction() as connection:
        for table in ("sale", "known_product"):
            connection.exec_driver_sql(f"ANALYZE {table}")
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = rows_read(connection, "sale")
        after = (date(2026, 11, 23), "SOLD200", "main")
        page = ledger.weekly(connection, LONDON, 0, {}, after, 10)
        assert [row["sku"] for row in page] == [f"SOLD{number:03}" for number in range(201, 211)]
        assert rows_read(connection, "sale") - before < 200, "the look at how many there are, and those of the page"


@pytest.mark.parametrize("day", [date.min, date.max])
def test_a_forged_cursor_is_no_500(client: TestClient, day: date) -> None:
    forged = pagination.encode([day, "A1", "main"])
    assert client.get("/sales/weekly", params={"cursor": forged}).status_code < 500
