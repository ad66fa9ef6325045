"""Hostile messages among valid ones: every valid sale stored once, no process ends, memory stays flat.

`python -m tests.crash.hostile --messages 200000 --json OUT` sends as many hostile ones and as many valid ones to
`sale-submitted` and lets the sales worker eat them.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer
from contracts.envelope import Event, encode
from contracts.events import SaleSubmitted

from tests.bench.workers import Backbone, memory

PRODUCTS = 50
SOLD_AT = datetime(2026, 1, 5, 12, tzinfo=UTC)
Headers = list[tuple[str, bytes]]


def valid(number: int) -> Outgoing:
    """A sale that must be stored."""
    payload = SaleSubmitted(
        sku=f"SKU-{number % PRODUCTS}", quantity=Decimal(1), unit_price=Decimal("2.50"), sold_at=SOLD_AT
    )
    key, headers, value = encode(Event(f"valid-{number}", "till", SOLD_AT, payload))
    return Outgoing("sale-submitted", key, headers, value, number)


def _attacks() -> list[Callable[[Random, Headers, bytes], tuple[Headers, bytes | None]]]:
    """Ways to spoil a record."""

    def swap(name: str, make: Callable[[Random], bytes]) -> Callable[[Random, Headers, bytes], Any]:
        return lambda random, headers, value: (
            [(key, make(random) if key == name else raw) for key, raw in headers],
            value,
        )

    def replace(old: bytes, new: bytes) -> Callable[[Random, Headers, bytes], Any]:
        return lambda random, headers, value: (headers, value.replace(old, new))

    return [
        lambda random, headers, value: (headers, None),
        lambda random, headers, value: ([], value),
        lambda random, headers, value: (headers, random.randbytes(random.randrange(300))),
        lambda random, headers, value: (headers, value[: random.randrange(len(value))]),
        lambda random, headers, value: (headers, b"[" * random.randrange(1, 20_000)),
        lambda random, headers, value: (headers, b'{"sku":' * 500 + b"1" + b"}" * 500),
        lambda random, headers, value: ([(f"x{n}", random.randbytes(50)) for n in range(40)], value),
        swap("ce_id", lambda random: random.randbytes(30)),
        swap("ce_id", lambda random: b""),
        swap("ce_id", lambda random: b"a\x00b"),
        swap("ce_id", lambda random: b"x" * 5000),
        swap("ce_type", lambda random: b"sale-stolen"),
        swap("ce_type", lambda random: b"\xff\xfe"),
        swap("ce_source", lambda random: b""),
        swap("ce_time", lambda random: b"the day before yesterday"),
        swap("ce_dataschema", lambda random: b"almanac:sale-submitted:v99"),
        replace(b'"quantity":"1"', b'"quantity":NaN'),
        replace(b'"quantity":"1"', b'"quantity":"Infinity"'),
        replace(b'"quantity":"1"', b'"quantity":1e400'),
        replace(b'"quantity":"1"', b'"quantity":"0.00000001"'),
        replace(b'"quantity":"1"', b'"quantity":' + b"9" * 5000),
        replace(b'"quantity":"1"', b'"quantity":{"$gt":""}'),
        replace(b'"sku":"SKU', b'"sku":"\\u0000SKU'),
        replace(b'"sku":"SKU', b'"sku":"\\ud800SKU'),
        replace(b'"sku":"SKU', b'"sku":"' + b"S" * 300),
        replace(b"2026-01-05", b"9999-99-99"),
        replace(b"2026-01-05", b"0001-01-01"),
        replace(b'"kind":"sale"', b'"kind":"theft"'),
    ]


ATTACKS = _attacks()


def hostile(random: Random, number: int) -> Outgoing:
    """A message that must not be stored, nor harm its neighbours."""
    key, headers, value = encode(
        Event(f"hostile-{number}", "till", SOLD_AT, SaleSubmitted(
            sku=f"SKU-{number % PRODUCTS}", quantity=Decimal(1), unit_price=Decimal("2.50"), sold_at=SOLD_AT
        ))
    )  # fmt: skip
    spoiled, content = random.choice(ATTACKS)(random, list(headers), value)
    if random.random() < 0.0005:
        content = b"x" * 900_000
    # The port takes bytes only; a tombstone is the one thing that our own producer never sends.
    return Outgoing("sale-submitted", key, spoiled, content, number)  # type: ignore[arg-type]


def run(messages: int, seed: int) -> dict[str, Any]:
    """Send, wait, compare."""
    with Backbone(("sales",)) as backbone:
        backbone.know_products(PRODUCTS)
        pid, began = backbone.start("sales", "worker"), time.monotonic()
        samples: list[float] = []
        done = threading.Event()
        sampler = threading.Thread(target=_sample, args=(pid, samples, done), daemon=True)
        sampler.start()
        _send(backbone.bootstrap, messages, seed)

        def counts() -> tuple[int, int, int]:
            (row,) = backbone.query("sales", _COUNTS)
            return row[0], row[1], row[2]

        backbone.wait(lambda: sum(counts()) >= 2 * messages, 1800, "Taking in every message")
        time.sleep(2)
        done.set()
        sampler.join()
        stored, letters, refused = counts()
        (told,) = backbone.query("sales", _VALID)
        third = max(1, len(samples) // 3)
        return {
            "valid": messages, "hostile": messages, "valid_stored": told[0], "valid_distinct": told[1],
            "hostile_stored": stored - told[0], "dead_letters": letters, "rejected": refused,
            "worker_restarts": 0 if backbone.processes["sales-worker"].poll() is None else 1,
            "memory_mb_middle_third": round(max(samples[third:-third] or samples), 1),
            "memory_mb_last_third": round(max(samples[-third:]), 1),
            "seconds": round(time.monotonic() - began, 1),
        }  # fmt: skip


_VALID = "SELECT count(*), count(DISTINCT event_id) FROM sale WHERE event_id LIKE 'valid-%'"
_COUNTS = (
    "SELECT (SELECT count(*) FROM sale), (SELECT count(*) FROM dead_letter),"
    " (SELECT count(*) FROM rejected_sale) + (SELECT count(*) FROM quarantined_sale)"
)


def _sample(pid: int, samples: list[float], done: threading.Event) -> None:
    while not done.wait(0.25):
        try:
            samples.append(memory(pid))
        except (OSError, StopIteration):
            return


def _send(bootstrap: str, messages: int, seed: int) -> None:
    producer, random = KafkaProducer(bootstrap, "hostile"), Random(seed)
    for first in range(0, messages, 2000):
        numbers = range(first, min(messages, first + 2000))
        mixed = [valid(number) for number in numbers] + [hostile(random, number) for number in numbers]
        random.shuffle(mixed)
        reports: dict[int, Exception | None] = {}
        producer.send([record._replace(token=n) for n, record in enumerate(mixed)], reports.__setitem__)
        for error in filter(None, reports.values()):
            raise error


def main(arguments: list[str]) -> int:
    """Run and report; 1 when a valid sale is missing or stored twice, or anything hostile was stored."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.hostile", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000, help="hostile ones, and as many valid ones")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    result = run(options.messages, options.seed)
    print(json.dumps(result, indent=1))
    if options.json:
        options.json.write_text(json.dumps(result) + "\n")
    return 0 if whole(result) else 1


def whole(result: dict[str, Any]) -> bool:
    """Whether all valid sales are stored once, and nothing else."""
    once = result["valid_stored"] == result["valid_distinct"] == result["valid"]
    return bool(once and result["hostile_stored"] == 0 and result["worker_restarts"] == 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
