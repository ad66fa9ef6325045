"""`almanac verify [--data DIR]`: the sums of the ledger, the topic, the demand history and the stock are equal.

Waits until every event is read, then asks each place for what it holds. Exit code 1 on any difference.
"""

import argparse
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from chassis.kafka import KafkaReader, KafkaTopics
from contracts.lean import LeanChange, LeanSale, read_value
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
    if topic.foreign:
        say(f"  {topic.foreign:,} records of the topic are no entries of the ledger: see `almanac dead-letters`.")
    ledger = _sums("sales: the ledger", client.get("/sales/totals"), "amount")
    history = _sums("forecaster: weekly history", client.get("/forecast/history/totals"), "revenue", "events")
    stock = _sums("catalog: stock movements", client.get("/stock/totals"), "amount")
    return compare([ledger, topic.sums, history, stock])


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


@dataclass
class TopicContents:
    """What lies in the topic: our entries, each once however often it was delivered, and records that are none."""

    sums: Sums
    foreign: int = 0


def read_topic(bootstrap: str) -> TopicContents:
    """The whole topic as it lies there now."""
    bounds = KafkaTopics(bootstrap).bounds(SALE_RECORDED.name)
    left = {place: end for place, (start, end) in bounds.items() if end > start}
    topic = TopicContents(Sums("Kafka: sale-recorded", 0, Decimal(0), Decimal(0)))
    seen, sums = set[str](), topic.sums
    reader = KafkaReader(bootstrap, {place: bounds[place][0] for place in left})
    try:
        while left:
            for record in reader.poll(10_000, 5.0):
                place = (record.topic, record.partition)
                try:
                    sale = read_value(record.value or b"")
                    units, money = _effect(sale)
                except (ValueError, ArithmeticError):  # not JSON, not ours, or no number: somebody else's
                    topic.foreign += 1
                else:
                    if sale.sale_id not in seen:
                        seen.add(sale.sale_id)
                        sums.units, sums.amount = sums.units + units, sums.amount + money
                if place in left and record.offset >= left[place] - 1:
                    del left[place]
    finally:
        reader.close()
    sums.entries = len(seen)
    return topic


def _effect(sale: LeanSale) -> tuple[Decimal, Decimal]:
    """The entry's signed effect, as `SaleRecorded.effects` has it, which is too slow for a million entries."""
    units = money = Decimal(0)
    if sale.kind != "void":
        units, money = _worth(sale)
    if sale.replaces is not None:
        old_units, old_money = _worth(sale.replaces)
        units, money = units - old_units, money - old_money
    return units, money


def _worth(change: LeanSale | LeanChange) -> tuple[Decimal, Decimal]:
    datetime.fromisoformat(change.sold_at)
    units, money = Decimal(change.quantity), Decimal(change.amount)
    if not (units.is_finite() and money.is_finite()):
        raise ValueError("no number")
    return units, money


if __name__ == "__main__":
    raise SystemExit(run_program(main))
