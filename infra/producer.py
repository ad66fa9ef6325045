"""`almanac produce`: publishes sales straight to Kafka, as your till or shop system would. Made to be copied.

What an integrator needs to know is in `Publisher`: the topic, the key, the headers, the identity of a sale and what to
do about failures. It uses confluent-kafka and nothing of Almanac.

    almanac produce --file sales.csv              columns: sku, quantity, and id, unit_price, sold_at, location if any
    almanac produce --rate 50 --count 1000        made-up sales of the products that the running system knows
    almanac produce --bootstrap broker:9092 --file sales.csv --source till-7
"""

import argparse
import csv
import json
import random
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaError, Message, Producer

TOPIC = "sale-submitted"
FIELDS = ("sku", "location", "quantity", "unit_price", "sold_at", "kind", "original", "reference")
FILE_IDS = uuid.UUID("b8f2e3c0-8a57-5d0e-9c1b-0f6a5d1e7c44")


class Publisher:
    """Publishes sales of one source. `source` names your system; it and a sale's id identify the sale for ever.

    Where the installation registers sources (ALMANAC_KAFKA_SOURCES), yours must be one; where its broker asks who you
    are, add `security.protocol` and `sasl.*` below.

    Publishing a sale again with the same id and content changes nothing, so when in doubt, publish again.
    """

    def __init__(self, bootstrap: str, source: str) -> None:
        self.source = source
        self.delivered = 0
        self.failures: list[str] = []
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "client.id": source,
                "enable.idempotence": True,  # no doubles and no reordering when the client itself retries
                "acks": "all",
                "partitioner": "murmur2_random",  # as Java clients do it; librdkafka's default would split a series
                "compression.type": "zstd",
                "linger.ms": 20,
                "delivery.timeout.ms": 120_000,  # how long the client retries by itself
            }
        )

    def publish(self, sale_id: str, sale: dict[str, Any]) -> None:
        """Hands one sale to the client; `delivered` and `failures` tell later what became of it."""
        headers: list[tuple[str, str | bytes | None]] = [
            ("ce_specversion", b"1.0"),
            ("ce_type", TOPIC.encode()),
            ("ce_source", self.source.encode()),
            ("ce_id", sale_id.encode()),
            ("ce_time", datetime.now(UTC).isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        key = series_key(sale["sku"], sale.get("location") or "main")
        while True:
            try:
                self._producer.produce(TOPIC, json.dumps(sale), key, headers=headers, on_delivery=self._report)
                break
            except BufferError:  # the client's queue is full: let it send before giving it more
                self._producer.poll(0.5)
        self._producer.poll(0)

    def finish(self) -> bool:
        """Waits until every sale is delivered or given up; whether all were delivered."""
        waiting = self._producer.flush(130)
        if waiting:
            self.failures.append(f"{waiting} sales had no answer")
        return not self.failures

    def _report(self, fault: KafkaError | None, message: Message) -> None:
        if fault is None:
            self.delivered += 1
        else:  # not known to be stored: publish it again later, with the same id
            self.failures.append(str(fault))


def series_key(sku: str, location: str) -> str:
    """The record's key, `location:sku`: all events of a product at a place stay in order."""

    def escape(part: str) -> str:
        return part.replace("%", "%25").replace(":", "%3A")

    return f"{escape(location)}:{escape(sku.strip().upper())}"


def from_file(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The sales of a CSV file with ids that are the same whenever the file is published again.

    Without a column `id`, it is made of the line's content and its ordinal among equal lines, since two equal lines
    are two sales.
    """
    seen: Counter[str] = Counter()
    with file.open(newline="", encoding="utf-8-sig") as handle:
        reader = csv.DictReader(handle)
        missing = {"sku", "quantity"} - set(reader.fieldnames or ())
        if missing:
            raise SystemExit(f"almanac produce: {file} has no column {', '.join(sorted(missing))}.")
        for row in reader:
            sale = {name: row[name] for name in FIELDS if row.get(name)}
            content = json.dumps(sale, sort_keys=True)
            seen[content] += 1
            yield row.get("id") or str(uuid.uuid5(FILE_IDS, f"{content}\n{seen[content]}")), sale


def made_up(skus: list[str], count: int | None) -> Iterator[tuple[str, dict[str, Any]]]:
    """Sales that happen now; each gets its id once, before it is first published."""
    produced = 0
    while count is None or produced < count:
        produced += 1
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        yield str(uuid.uuid4()), {"sku": random.choice(skus), "quantity": random.randint(1, 5), "sold_at": now}


def main(arguments: list[str]) -> int:
    """The command line."""
    options = _options(arguments)
    bootstrap = options.bootstrap or _running(options.data)["kafka"]["bootstrap"]
    sales = from_file(options.file) if options.file else made_up(_known_skus(options), options.count)
    publisher = Publisher(bootstrap, options.source)
    started = told = time.monotonic()
    try:
        for number, (sale_id, sale) in enumerate(sales, 1):
            publisher.publish(sale_id, sale)
            if options.rate:
                time.sleep(max(0.0, started + number / options.rate - time.monotonic()))
            if time.monotonic() - told > 5:
                told = time.monotonic()
                print(f"  {publisher.delivered:,} delivered, {number / (told - started):,.0f} a second", flush=True)
    except KeyboardInterrupt:
        print("Stopping …")
    whole = publisher.finish()
    print(f"{publisher.delivered:,} sales delivered to {TOPIC}, {len(publisher.failures):,} failures")
    for failure in publisher.failures[:3]:
        print(f"  {failure}", file=sys.stderr)
    return 0 if whole else 1


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        "almanac produce", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--file", type=Path, help="a CSV file of sales; else sales are made up")
    parser.add_argument("--rate", type=float, metavar="N", help="sales a second (a file: as fast as it goes; else 5)")
    parser.add_argument("--count", type=int, metavar="N", help="how many sales to make up (without end)")
    parser.add_argument("--source", default="almanac-produce", help="the name of the publishing system")
    parser.add_argument("--bootstrap", metavar="HOST:PORT", help="Kafka's address; else the running system's")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the running system's folder")
    options = parser.parse_args(arguments)
    if options.rate is not None and options.rate <= 0:
        parser.error("--rate must be greater than 0")
    if options.file and not options.file.is_file():
        parser.error(f"there is no file {options.file}")
    if options.bootstrap and not options.file:
        parser.error("--bootstrap needs --file: only a running system tells which products there are")
    options.rate = options.rate or (None if options.file else 5.0)
    return options


def _running(data: Path | None) -> dict[str, Any]:
    from infra.launcher import state
    from infra.launcher.paths import ROOT

    folder = (data or ROOT / ".almanac").resolve()
    content = state.load(folder)
    if state.supervisor_of(content) is None or "kafka" not in content:
        raise SystemExit(f"almanac: No system runs from {folder}: start it with `./almanac up`, or give --bootstrap.")
    return content


def _known_skus(options: argparse.Namespace) -> list[str]:
    from infra.launcher.client import Client
    from infra.launcher.paths import ROOT

    client = Client.connect((options.data or ROOT / ".almanac").resolve())
    skus = [product["sku"] for product in client.get("/products", limit=500)["items"]]
    if not skus:
        raise SystemExit("almanac produce: the running system knows no products yet: add some, or give --file.")
    return skus


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
