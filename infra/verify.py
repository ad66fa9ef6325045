"""`almanac verify [--data DIR]`: the sums of the ledger, the topic, the demand history and the stock are equal.

Waits until every event is read, then asks each place for what it holds. Exit code 1 on any difference.
"""

import argparse
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
from chassis.kafka import KafkaReader, KafkaTopics
from contracts.events import SaleRecorded
from contracts.topics import SALE_RECORDED

from infra.launcher import state, watch
from infra.launcher.client import Client
from infra.launcher.console import say, step
from infra.launcher.errors import run_program
from infra.launcher.paths import ROOT


@dataclass
class Sums:
    """What one place holds."""

    place: str
    entries: int
    units: Decimal
    amount: Decimal


def main(arguments: list[str]) -> int:
    """The command line."""
    parser = argparse.ArgumentParser("almanac verify", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / ".almanac", metavar="DIR", help="the system's folder")
    data = parser.parse_args(arguments).data.resolve()
    client = Client.connect(data)
    watch.wait_for_lag_zero(data)
    with step("Reading the topic sale-recorded"):
        topic = read_topic(state.load(data)["kafka"]["bootstrap"])
    ledger = _sums("sales: the ledger", client.get("/sales/totals"), "amount")
    history = _sums("forecaster: weekly history", client.get("/forecast/history/totals"), "revenue", "events")
    stock = _sums("catalog: stock movements", client.get("/stock/totals"), "amount")
    return compare([ledger, topic, history, stock])


def compare(places: list[Sums]) -> int:
    """Prints every place beside the first; 1 when any differs."""
    first = places[0]
    differing = False
    say(f"  {'':<28} {'entries':>12} {'units':>16} {'amount':>18}")
    for place in places:
        same = place.entries == first.entries and place.units == first.units and place.amount == first.amount
        verdict = "" if same else "   DIFFERS"
        say(f"  {place.place:<28} {place.entries:>12,} {place.units:>16,f} {place.amount:>18,.4f}{verdict}")
        differing = differing or not same
    say("verify: the places differ" if differing else "verify: all are equal")
    return int(differing)


def _sums(place: str, told: dict[str, Any], amount: str, entries: str = "entries") -> Sums:
    return Sums(place, int(told[entries]), Decimal(told["units"]), Decimal(told[amount]))


def read_topic(bootstrap: str) -> Sums:
    """The whole topic as it lies there now, each entry once however often it was delivered."""
    bounds = KafkaTopics(bootstrap).bounds(SALE_RECORDED.name)
    left = {place: end for place, (start, end) in bounds.items() if end > start}
    sums = Sums("Kafka: sale-recorded", 0, Decimal(0), Decimal(0))
    amount, seen = Decimal(0), set[str]()
    reader = KafkaReader(bootstrap, {place: bounds[place][0] for place in left})
    try:
        while left:
            for record in reader.poll(10_000, 5.0):
                place = (record.topic, record.partition)
                sale = orjson.loads(record.value or b"{}")
                if sale and sale["sale_id"] not in seen:
                    seen.add(sale["sale_id"])
                    units, money = _effect(sale)
                    sums.units, amount = sums.units + units, amount + money
                if place in left and record.offset >= left[place] - 1:
                    del left[place]
    finally:
        reader.close()
    sums.entries, sums.amount = len(seen), amount
    return sums


def _effect(sale: dict[str, Any]) -> tuple[Decimal, Decimal]:
    """The entry's signed effect; see `SaleRecorded.effects`, which is too slow for a million entries."""
    if sale.get("replaces") is None and sale["kind"] != "void":
        return Decimal(sale["quantity"]), Decimal(sale["amount"])
    effects = list(SaleRecorded.model_validate(sale).effects())
    return sum((e.units for e in effects), Decimal(0)), sum((e.amount for e in effects), Decimal(0))


if __name__ == "__main__":
    raise SystemExit(run_program(main))
