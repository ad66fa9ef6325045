"""Numbers of sales are bounded by one set (contracts.bounds) at each door: REST, files, topic. What passes, all read.

Sixty absurd sales once stopped the forecaster for everyone: the ledger took them and told an amount that none could
read.
"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Connection, Database, rows, scalar
from chassis.event_log import Record
from contracts.envelope import encode, new_event
from contracts.events import SaleRecorded, SaleSubmitted
from contracts.lean import read_value
from fastapi.testclient import TestClient
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sales.domain.changes import priced
from sales.domain.claims import Horizon, normalise
from sales.domain.entries import told, written
from sales.domain.sale import Refused
from sales.events.submitted import SubmittedSales
from sales.events.usual import reader

from services.sales.tests.outbox import waiting
from services.sales.tests.test_undo import HEAD, Run, load

ZONE = ZoneInfo("Europe/London")
ABSURD = [
    ("999999999", "2"), ("-20000000", "2"), ("10000001", "1"), ("1e30", "1"), ("2", "1e12"), ("9000000", "90000000"),
    ("0.0001", "1"), ("1", "-3"),
]  # fmt: skip
DAYS = ["1899-12-30", "2999-01-01"]


def claims() -> list[dict[str, str]]:
    usual = {"kind": "sale", "sku": "BO", "quantity": "1", "unit_price": "2", "sold_at": "2026-09-01"}
    numbers = [usual | {"quantity": q, "unit_price": p} | ({"kind": "return"} if q < "0" else {}) for q, p in ABSURD]
    return numbers + [usual | {"sold_at": day} for day in DAYS]


def kept(database: Database) -> int:
    with database.transaction() as connection:
        return int(scalar(connection, "SELECT count(*) FROM sale WHERE sku = 'BO'"))


@pytest.fixture(autouse=True)
def product(known: Callable[..., None]) -> None:
    known("BO")


def test_rest_refuses_each_with_its_field_and_goes_on(client: TestClient, database: Database) -> None:
    for claim in claims():
        answer = client.post("/sales", json=claim)
        assert answer.status_code == 422, (claim, answer.text)
        assert answer.json()["errors"][0]["field"].split(".")[-1] in ("quantity", "unit_price", "sold_at"), answer.text
    found = client.post("/sales/bulk", json={"items": [*claims() * 6, {**claims()[0], "quantity": "1", "id": "bo-1"}]})
    assert (found.json()["recorded"], found.json()["rejected"]) == (1, 60), found.text
    assert {error["index"] for error in found.json()["errors"]} == set(range(60))


def test_a_file_refuses_each_with_its_column_and_the_preview_says_so(
    client: TestClient, database: Database, run: Run
) -> None:
    before = kept(database)
    lines = [f"{c['sold_at']},b{n},BO,{c['quantity']},{c['unit_price']}" for n, c in enumerate(claims() * 6)]
    content = (HEAD + "\n".join([*lines, "2026-09-01,last,BO,1,2"])).encode()
    mapping = json.dumps({"source": "bo", "decimal_comma": False})
    shown = client.post("/imports/preview", content=content, params={"mapping": mapping}).json()
    loaded = load(client, run, content, "bo", decimal_comma=False)
    assert (loaded["recorded"], loaded["rejected"], shown["refused"]) == (1, 60, 60), loaded
    columns = {line["column"] for line in client.get(f"/imports/{loaded['id']}/errors").json()["items"]}
    assert columns == {"quantity", "unit price", "date"}
    assert kept(database) == before + 1


def test_the_topics_absurd_sales_are_refused_with_their_reason_and_stop_nobody(database: Database) -> None:
    before = kept(database)
    records = []
    for number, claim in enumerate([*claims() * 6, {**claims()[0], "quantity": "1"}]):
        _, headers, _ = encode(new_event(SaleSubmitted(sku="BO"), "bo-till", id=str(number)))
        records.append(Record("sale-submitted", 0, number, b"main:BO", headers, orjson.dumps(claim), 0))
    options = LoopOptions(trusted=False, decode=reader(ZONE))
    loop = ConsumerLoop(database, lambda: pytest.fail("no log"), SubmittedSales(ZONE), options)
    loop.process(records)
    with database.transaction() as connection:
        refused = rows(connection, "SELECT code, field FROM rejected_sale WHERE source = 'bo-till'")
        assert scalar(connection, "SELECT count(*) FROM dead_letter") == 0
    assert len(refused) == 60
    assert {row["field"] for row in refused} == {"quantity", "unit_price", "sold_at"}
    assert (kept(database), loop.stopped) == (before + 1, None)


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as opened:
        yield opened
        opened.rollback()


wild = st.one_of(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(-(10**12), 10**12))


@hypothesis_settings(max_examples=300)
@example(Decimal(999_999_999), Decimal(999_999_999), datetime(2026, 9, 1))  # noqa: DTZ001
@given(wild, wild, st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 1, 1)))  # noqa: DTZ001
def test_whatever_the_ledger_takes_every_reader_of_its_event_can_read(
    quantity: Decimal, price: Decimal, at: datetime
) -> None:
    content: dict[str, Any] = {
        "kind": "return" if quantity < 0 else "sale", "sku": "BO", "quantity": str(quantity), "unit_price": str(price),
        "sold_at": at.isoformat(),
    }  # fmt: skip
    try:
        said = SaleSubmitted.model_validate(content)
        claim = normalise(said, "till", "1", Horizon(ZONE, datetime(2026, 11, 1, tzinfo=UTC)))
        entry = priced(claim, claim.unit_price or Decimal(0))
    except (ValueError, Refused):
        return
    event = told([written(entry)], "2026-11-01T00:00:00Z")[0].encode()
    assert SaleRecorded.model_validate_json(event).amount == entry.amount
    assert Decimal(read_value(event).amount) == entry.amount


def test_a_list_price_makes_no_absurd_amount(client: TestClient, database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE known_product SET price = 900000000 WHERE sku = 'BO'")
    answer = client.post("/sales", json={"sku": "BO", "quantity": 9000000, "sold_at": "2026-09-01"})
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE known_product SET price = 2 WHERE sku = 'BO'")
        assert not [row for row in waiting(connection) if "900000000" in row["payload"]]
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "unit_price")
