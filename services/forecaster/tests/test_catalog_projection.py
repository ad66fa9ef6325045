"""What catalog tells reaches the training: the newest state of each, in whatever order it is told."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import Batch, ConsumerLoop, Delivery, LoopOptions
from chassis.database import Database, rows
from contracts.envelope import new_event
from contracts.events import (
    EventChanged,
    LocationChanged,
    Payload,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
    WeatherIssued,
)
from forecaster.events.catalog import CatalogHandler, StockHandler
from forecaster.settings import Settings
from forecaster.storage import snapshot

from services.forecaster.tests.helpers import record

AS_OF = date(2026, 2, 8)
TOLD = datetime(2026, 1, 1, tzinfo=UTC)
PRODUCT = uuid4()


@pytest.fixture
def tell(database: Database, settings: Settings) -> Any:
    def call(*payloads: Payload, told: datetime = TOLD) -> Batch:
        handler: Any = StockHandler if isinstance(payloads[0], StockChanged) else CatalogHandler
        batch = Batch([Delivery(new_event(payload, "catalog", time=told), record(payload, 0)) for payload in payloads])
        with database.transaction() as connection:
            handler(settings.zone).apply(connection, batch)
        return batch

    return call


def inputs(database: Database) -> dict[str, Any]:
    return snapshot.take(database, AS_OF).inputs


def product(revision: int, id: UUID = PRODUCT, **more: Any) -> ProductChanged:
    return ProductChanged(product_id=id, sku=more.pop("sku", "A"), name=f"Lamp {revision}", revision=revision, **more)


def test_an_older_state_told_later_changes_nothing(database: Database, tell: Any) -> None:
    tell(product(2, category="Lamps"), product(1, category="Other"))
    tell(product(1, category="Other"))
    assert inputs(database)["products"][0]["category"] == "Lamps"


def test_what_a_product_starts_from_reaches_the_training(database: Database, tell: Any) -> None:
    more = {"like_sku": "B", "like_multiplier": Decimal("1.5"), "replaces_sku": "C", "on_sale_from": date(2026, 3, 2),
            "may_oversell": True}  # fmt: skip
    tell(product(1, **more, attributes={"supplier": "Oak"}))
    found = inputs(database)["products"][0]
    assert {name: found[name] for name in more} == {
        "like_sku": "B", "like_multiplier": "1.5", "replaces_sku": "C", "on_sale_from": "2026-03-02",
        "may_oversell": True,
    }  # fmt: skip
    assert (found["name"], found["attributes"]) == ("Lamp 1", {"supplier": "Oak"})


def test_an_archived_product_ends_on_the_day_that_was_told_and_may_return(database: Database, tell: Any) -> None:
    tell(product(1, archived=True))
    tell(product(2, archived=True), told=TOLD + timedelta(days=9))
    assert inputs(database)["products"][0]["archived_on"] == "2026-01-01"
    tell(product(3))
    assert inputs(database)["products"][0]["archived_on"] is None


def test_a_code_belongs_to_the_product_told_of_last(database: Database, tell: Any) -> None:
    tell(product(1))
    tell(product(1, id=uuid4(), category="New"))
    assert [row["category"] for row in inputs(database)["products"]] == ["New"]


def test_prices_promotions_events_and_places_are_kept(database: Database, tell: Any) -> None:
    promotion = {"promotion_id": uuid4(), "name": "Sale", "starts": AS_OF, "ends": AS_OF}
    tell(
        LocationChanged(code="main", name="Main", revision=1),
        PriceChanged(sku="A", price=Decimal("2.50"), valid_from=AS_OF),
        PriceChanged(sku="A", price=Decimal("2.75"), valid_from=AS_OF),
        PriceChanged(sku="A", location="main", price=Decimal("3"), valid_from=AS_OF),
        PromotionChanged(**promotion, skus=["A"], revision=1),
        EventChanged(event_id=uuid4(), name="Fair", kind="fair", starts=AS_OF, ends=AS_OF, revision=1),
    )
    tell(PriceChanged(sku="A", price=Decimal("9"), valid_from=AS_OF), told=TOLD - timedelta(days=1))
    found = inputs(database)
    assert [(row["location"], Decimal(row["price"])) for row in found["prices"]] == [("", Decimal("2.75")), ("main", 3)]
    assert (found["promotions"][0]["skus"], found["events"][0]["kind"]) == (["A"], "fair")
    tell(PromotionChanged(**promotion, skus=["A"], removed=True, revision=2))
    assert inputs(database)["promotions"] == []


def test_only_the_days_on_which_stock_ran_out_or_came_back_are_read(database: Database, tell: Any) -> None:
    def stock(day: int, on_hand: int, hour: int = 9) -> StockChanged:
        at = datetime(2026, 1, day, hour, tzinfo=UTC)
        return StockChanged(sku="A", location="main", on_hand=Decimal(on_hand), at=at)

    tell(stock(5, 9), stock(6, 0, hour=18), stock(6, 4), stock(7, -1), stock(8, 0), stock(12, 20), stock(13, 19))
    tell(stock(12, 0, hour=1))  # an earlier moment of that day, told late
    found = [(row["day"], row["in_stock"]) for row in inputs(database)["stock"]]
    assert found == [("2026-01-06", False), ("2026-01-12", True)]


def test_what_does_not_belong_on_a_topic_is_a_dead_letter_and_a_tombstone_is_not(
    database: Database, settings: Settings, tell: Any
) -> None:
    stray = StockChanged(sku="A", location="main", on_hand=Decimal(1), at=TOLD)
    assert [letter.code for letter in tell(product(1), stray).dead] == ["unexpected_type"]
    loop = ConsumerLoop(
        database,
        lambda: None,
        CatalogHandler(settings.zone),
        LoopOptions(tombstones=True, keep_offsets=True),  # type: ignore[arg-type, return-value]
    )
    loop.process([record(product(2), 0)._replace(value=None, offset=7)])
    with database.transaction() as connection:
        assert rows(connection, "SELECT * FROM dead_letter") == []
        assert rows(connection, "SELECT next_offset FROM projection_offset") == [{"next_offset": 8}]


def word(day: str, issued: str, temperature: str | None) -> WeatherIssued:
    value = Decimal(temperature) if temperature is not None else None
    return WeatherIssued(
        location="main", day=date.fromisoformat(day), issued_on=date.fromisoformat(issued), temperature=value
    )


def test_weather_reaches_the_training_by_week_as_it_stood_when_each_week_had_ended(
    database: Database, tell: Any
) -> None:
    """Of the week of 2 February: said in the week before, and what came; said twice, it counts by its last word."""
    days = [f"2026-02-0{number}" for number in range(2, 9)]
    told = [word(days[0], "2026-01-27", "9"), *(word(day, "2026-01-30", "2") for day in days[:2])]
    tell(*told, *(word(day, day, "6") for day in days), word("2026-02-09", "2026-02-08", "3"))
    tell(*told)  # delivered again
    found = [
        (row["week"], row["known"], round(row["share"] * 7), row["temperature"]) for row in inputs(database)["weather"]
    ]
    assert found == [
        ("2026-02-02", "2026-01-26", 2, 2.0), ("2026-02-02", "2026-02-02", 7, 6.0),
        ("2026-02-09", "2026-02-02", 1, 3.0),
    ]  # fmt: skip


def test_weather_that_was_said_after_the_day_of_the_forecast_is_not_in_it(database: Database, tell: Any) -> None:
    tell(word("2026-02-09", "2026-02-08", "3"), word("2026-02-09", "2026-02-09", "30"))
    (row,) = inputs(database)["weather"]
    assert row["temperature"] == 3.0
