"""What is legal and yet extreme, through the gateway to the service: told what is wrong, and where; never a 5xx."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from uuid import uuid4

import httpx2
import pytest

from tests.attacks.conftest import Whole

SALE = {"sku": "EX-1", "quantity": "1", "unit_price": "2.50", "sold_at": "2026-01-05T12:00:00Z"}


@pytest.fixture(scope="module")
def client(whole: Whole) -> Iterator[httpx2.Client]:
    """A planner."""
    headers = whole.token("planner")
    with httpx2.Client(base_url=f"{whole.url}/api", trust_env=False, timeout=60, headers=headers) as opened:
        yield opened


def as_written(client: httpx2.Client, path: str) -> tuple[int, str | None]:
    """Status and kind of the answer to a path that httpx2 would shorten, or refuse."""
    with closing(HTTPConnection(client.base_url.host, client.base_url.port or 0, timeout=60)) as opened:
        opened.request("GET", f"/api{path}", headers={"authorization": client.headers["authorization"]})
        answer = opened.getresponse()
        return answer.status, answer.headers["content-type"]


def bulk(client: httpx2.Client, item: bytes, key: str) -> httpx2.Response:
    headers = {"content-type": "application/json", "idempotency-key": key}
    return client.post("/sales/bulk", content=b'{"items": [%b]}' % item, headers=headers)


@pytest.mark.parametrize("item", [
    b'{"quantity": 99999999999999999999999999}', b'{"sku": "\\ud800"}', b'{"\\ud800": 1}',
    b'{"sku": ' + b"[" * 400 + b"]" * 400 + b"}", b'{"quantity": 1e400}', b'{"quantity": NaN}',
])  # fmt: skip
def test_items_that_no_database_holds_are_judged_one_by_one_under_a_key_too(client: httpx2.Client, item: bytes) -> None:
    key = uuid4().hex
    first, again = bulk(client, item, key), bulk(client, item, key)
    assert (first.status_code, first.json()["rejected"]) == (200, 1), first.text
    assert again.json() == first.json()
    assert bulk(client, b'{"sku": "other"}', key).json()["code"] == "idempotency_key_reused"


def test_the_same_key_at_the_same_time_is_one_sale_and_another_callers_is_their_own(
    client: httpx2.Client, whole: Whole
) -> None:
    headers = {"idempotency-key": uuid4().hex}
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: client.post("/sales", json=SALE, headers=headers), range(8)))
    assert len({answer.json()["id"] for answer in answers}) == 1, [answer.text for answer in answers]
    other = client.post("/sales", json=SALE, headers=headers | whole.token("planner"))
    assert other.json()["id"] != answers[0].json()["id"]


@pytest.mark.parametrize("key", ["x" * 501, "x" * 10_000, "x" * 100_000, ""])
def test_a_key_that_is_empty_or_too_long_is_refused(client: httpx2.Client, key: str) -> None:
    answer = client.post("/sales", json=SALE, headers={"idempotency-key": key})
    assert answer.status_code in (422, 431) and "idempotency-key" in answer.json()["detail"]


@pytest.mark.parametrize("length", [20_000, 60_000, 66_000, 100_000])
@pytest.mark.parametrize("path", ["/products?q=", "/products/", "/table.csv?column=a&of=", "/auth/me?x="])
def test_a_long_url_is_refused_by_whoever_hears_of_it_first(client: httpx2.Client, path: str, length: int) -> None:
    assert as_written(client, path + "a" * length) == (414, "application/problem+json")


@pytest.mark.parametrize("path", ["/products/", "/orders/.", "/products/%2e", "/products/%2e%2e", "/sales//"])
def test_a_path_that_is_nearly_one_leads_to_no_other(client: httpx2.Client, path: str) -> None:
    assert as_written(client, path) == (404, "application/problem+json")


@pytest.mark.parametrize("offset", ["+23:59", "-23:59", "+15:59", "-16:00"])
def test_a_count_at_any_legal_offset_is_stored(client: httpx2.Client, offset: str) -> None:
    client.post("/products", json={"sku": "EX-1", "name": "n"})
    item = {"sku": "EX-1", "quantity": "1", "counted_at": f"2026-01-05T12:00:00{offset}"}
    assert client.post("/stock/counts", json={"items": [item]}).status_code == 201


@pytest.mark.parametrize("query", ["limit=1&limit=2", "status=all&status=active", "cursor=a&cursor=b"])
def test_one_of_two_values_is_not_chosen_in_silence(client: httpx2.Client, query: str) -> None:
    answer = client.get(f"/products?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, query.partition("=")[0])


def test_orders_of_a_supplier_that_is_none_are_refused(client: httpx2.Client) -> None:
    answer = client.post("/orders", json={"supplier": "EX-NOBODY"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_supplier")
