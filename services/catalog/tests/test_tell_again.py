"""Topics made again from what catalog keeps: the last record of each key says the same as before."""

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from catalog.application import tell_again
from chassis.database import Database, rows
from chassis.security import Role
from contracts.events import BY_TYPE
from fastapi.testclient import TestClient
from sqlalchemy import text

from services.catalog.tests.test_shop_imports import run

__all__ = ["run"]  # the fixture
Run = Callable[..., dict[str, Any]]
TOLD = {source.topic.name: source for source in tell_again.SOURCES}
BY = {
    "product-changed": ("product_id",), "location-changed": ("code",), "promotion-changed": ("promotion_id",),
    "price-changed": ("sku", "location", "valid_from"), "event-changed": ("event_id",),
    "stock-changed": ("sku", "location"), "weather-issued": ("location", "day", "issued_on"),
}  # fmt: skip

KIND = {"kind": "display", "planned_quantity": "480"}


def states(database: Database) -> dict[str, dict[tuple[Any, ...], dict[str, Any]]]:
    """By topic and key, the last state in the outbox; it is empty afterwards."""
    found: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {topic: {} for topic in BY}
    with database.transaction() as connection:
        for row in rows(connection, "SELECT topic, payload FROM outbox ORDER BY id"):
            if row["topic"] in BY:
                state = orjson.loads(row["payload"])
                found[row["topic"]][tuple(state.get(name) for name in BY[row["topic"]])] = state
        connection.execute(text("TRUNCATE outbox"))
    return found


def read(topic: str, state: dict[str, Any]) -> Any:
    """The state as consumers read it: 2.50 is 2.5."""
    return BY_TYPE[topic].model_validate(state)


@pytest.fixture
def shop(client: TestClient, database: Database, run: Run) -> None:
    """Products, one of them changed twice, places, prices, a promotion, an event that was removed, stock, weather of
    one day as it was said on two."""
    client.app.state.role = Role.ADMIN  # type: ignore[attr-defined]
    for sku in ("A", "B", "C"):
        assert client.post("/products", json={"sku": sku, "name": f"Product {sku}", "price": "2.50"}).is_success
    assert client.patch("/products/A", json={"name": 'a "name" with ü', "barcode": "4006381333931"}).is_success
    assert client.patch("/products/B", json={"archived": True}).is_success
    assert client.post("/locations", json={"code": "north", "name": "North"}).is_success
    days = {"starts": "2026-11-01", "ends": "2026-11-07"}
    assert client.post("/promotions", json={"name": "Week", "skus": ["A"], "discount": "0.2", **KIND} | days).is_success
    event = client.post("/events", json={"name": "Fair", "kind": "fair"} | days).json()
    assert client.delete(f"/events/{event['id']}").is_success
    counts = [{"sku": sku, "location": place, "quantity": "5"} for sku in "AB" for place in ("main", "north")]
    assert client.post("/stock/counts", json={"items": counts}).is_success
    said = ("day,issued,temperature", "2026-01-05,2026-01-02,3.5", "2026-01-05,2026-01-04,4", "2026-01-06,2026-01-04,5")
    run("weather", "\n".join(said))
    with database.transaction() as connection:
        connection.execute(text("UPDATE location SET revision = 1 WHERE code = 'main'"))


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("portion", [1, 2, 1000])
def test_each_state_is_told_as_it_was_told_last(
    database: Database, portion: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tell_again, "PORTION", portion)
    before = states(database)
    for topic, source in TOLD.items():
        after: Any = None
        told = 0
        with database.transaction() as connection:
            while True:
                count, after = source.tell(connection, after)
                told += count
                if after is None:
                    break
            assert told == source.count(connection)
        again = states(database)[topic]
        if topic == "location-changed":  # `main` is there from the beginning
            assert again.pop(("main",))["name"] == "Main"
        if topic == "stock-changed":
            for kept in (before[topic], again):
                for state in kept.values():
                    state |= {"at": "2026-01-01T00:00:00Z", "cause": None}
        assert again.keys() == before[topic].keys()
        for key, state in again.items():
            assert read(topic, state) == read(topic, before[topic][key])
        assert len(again) >= 1, topic
        if topic == "promotion-changed":
            (promotion,) = again.values()
            assert (promotion["kind"], float(promotion["planned_quantity"])) == ("display", 480)
