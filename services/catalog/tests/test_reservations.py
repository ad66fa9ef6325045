"""What is held for one reference, changed by several at once: the last whole word, or each one's own line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

SETS = [frozenset(f"{letter}{number}" for number in range(20)) for letter in "ABC"]


@pytest.fixture
def shop(client: TestClient) -> TestClient:
    """Products to hold."""
    items = [{"sku": sku, "name": sku} for skus in SETS for sku in skus]
    assert client.post("/products/bulk", json={"items": items}).json()["created"] == len(items)
    return client


def held(client: TestClient) -> frozenset[str]:
    items = client.get("/stock/reservations", params={"reference": "SO-9", "limit": 500}).json()["items"]
    return frozenset(item["sku"] for item in items)


def test_of_whole_lists_that_are_said_at_once_one_is_held_and_never_a_mixture(shop: TestClient) -> None:
    def hold(skus: frozenset[str]) -> int:
        items = [{"sku": sku, "quantity": 1} for sku in skus]
        return shop.put("/stock/reservations", json={"reference": "SO-9", "items": items}).status_code

    with ThreadPoolExecutor(len(SETS)) as people:
        for _ in range(6):
            assert set(people.map(hold, SETS)) == {200}
            assert held(shop) in SETS
            assert shop.delete("/stock/reservations/SO-9").status_code == 204


def test_of_one_line_that_is_said_at_once_one_word_counts_and_nobody_is_refused(shop: TestClient) -> None:
    def hold(quantity: int) -> int:
        body = {"reference": "SO-9", "items": [{"sku": "A1", "quantity": quantity}]}
        return shop.patch("/stock/reservations", json=body).status_code

    with ThreadPoolExecutor(4) as people:
        for _ in range(6):
            assert set(people.map(hold, [1, 2, 3, 4])) == {200}
            assert held(shop) == {"A1"}
