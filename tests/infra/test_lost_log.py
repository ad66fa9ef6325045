"""Kafka's data is lost, PostgreSQL is kept: one command leads back, and nothing is lost, doubled or changed by it."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer

from infra import verify
from infra.launcher.local import System
from infra.launcher.paths import ROOT

pytestmark = [pytest.mark.e2e, pytest.mark.real_kafka, pytest.mark.timeout(900)]
SALES = ROOT / "tests" / "journeys" / "sample_data.csv"


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A small shop with forecasts and decisions."""
    with System() as running:
        running.run("import", str(SALES), "--data", str(running.data))
        running.run("train", "--data", str(running.data))
        yield running


def seen(system: System) -> dict[str, Any]:
    """What people see that a log which was lost must not change."""
    client = system.client()
    return {
        path: sorted(json.dumps(item, sort_keys=True) for item in client.items(path, limit=200))
        for path in ("/forecast/summary", "/products", "/locations", "/orders")
    } | {"totals": client.get("/sales/totals")}


def command(system: System, *arguments: str) -> str:
    return system.run(*arguments, "--data", str(system.data))


def lose_the_log(system: System) -> None:
    system.down()
    shutil.rmtree(system.data / "kafka")
    system.up()


def test_a_lost_log_is_led_back_by_one_command(system: System) -> None:
    assert "all are equal" in command(system, "verify")
    before = seen(system)
    lose_the_log(system)
    client = system.client()
    sold = {"sku": client.get("/products", limit=1)["items"][0]["sku"], "quantity": "1", "unit_price": "2"}
    client.post("/sales", sold | {"sold_at": before_now(system)})
    with pytest.raises(Exception, match="entries, but"):  # no history is emptied from a log that is nearly empty
        command(system, "replay", "sale-recorded")
    told = command(system, "republish", "all")
    assert "Telling sale-recorded again" in told and "All is told again" in told
    assert "all are equal" in command(system, "verify")
    after = seen(system)
    assert after["totals"]["entries"] == before["totals"]["entries"] + 1
    assert fresh(after["/forecast/summary"]) == fresh(before["/forecast/summary"])
    for path in ("/products", "/locations", "/orders"):
        assert after[path] == before[path]
    assert command(system, "dead-letters").strip() == "No open dead letters."


def before_now(system: System) -> str:
    """A moment of the last sale: within what is known."""
    return str(system.client().get("/sales", limit=1)["items"][0]["sold_at"])


def fresh(summary: list[str]) -> list[Any]:
    """A forecast as it was made: that another sale came since makes it stale, not other."""
    return [{k: v for k, v in json.loads(one).items() if k not in ("stale", "version")} for one in summary]


def test_a_topic_is_made_again_in_its_place_and_foreign_records_go(system: System) -> None:
    records = [Outgoing("sale-recorded", b"k", [], value, 0) for value in (b"{", b"{}", b"null", b"\xff")]
    KafkaProducer(system.kafka).send(records, lambda _, error: None)
    assert "4 records of the topic are no entries of the ledger" in command(system, "verify")
    command(system, "dead-letters", "discard", "forecaster", "--all", "--yes")
    command(system, "dead-letters", "discard", "catalog", "--all", "--yes")
    command(system, "republish", "sale-recorded")
    told = command(system, "verify")
    assert "all are equal" in told and "no entries" not in told
    topic = verify.read_topic(system.kafka)
    assert topic.foreign == 0
    assert topic.sums.entries == system.client().get("/sales/totals")["entries"]


def test_what_cannot_be_made_again_is_said_and_what_was_done_is_listed(system: System) -> None:
    with pytest.raises(Exception, match=r"order-approved cannot be made again\. What can: product-changed"):
        command(system, "republish", "order-approved")
    assert "sale-recorded" in command(system, "republish", "list")
    assert "product-changed      catalog" in command(system, "republish", "topics")
