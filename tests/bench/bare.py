"""The bare limit: the same hops with the same rows and nothing else, in as many processes.

    python -m tests.bench.bare first BOOTSTRAP DSN COUNT     consume → COPY → produce (the ledger's place)
    python -m tests.bench.bare second BOOTSTRAP DSN COUNT    consume → COPY (the history's place)
    python -m tests.bench.bare replay BOOTSTRAP DSN COUNT    the same, from the beginning

No validation, no unique ids, no outbox, no sums: what any design on this machine could at most reach. Each prints
the Unix times of its first and its last batch and the rows between them.
"""

import json
import sys
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

import orjson
import psycopg2
from confluent_kafka import Consumer, Producer

FIRST, SECOND = "bench-bare-submitted", "bench-bare-recorded"
BATCH = 5000


def _consumer(bootstrap: str, topic: str, group: str) -> Consumer:
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "auto.offset.reset": "earliest",
        "group.protocol": "consumer", "enable.auto.commit": False, "queued.min.messages": 20_000,
        "queued.max.messages.kbytes": 65536, "fetch.wait.max.ms": 50,
    })  # fmt: skip
    consumer.subscribe([topic])
    return consumer


def _cells(value: bytes) -> str:
    row = orjson.loads(value)
    return f"{row['sku']}\t{row['location']}\t{row['quantity']}\t{row['unit_price']}\t{row['sold_at']}\n"


def run(topic: str, table: str, bootstrap: str, dsn: str, count: int, send: Callable[[list[Any]], None] | None) -> None:
    """Consume so many rows, COPY each batch, hand it on, commit."""
    consumer, database = _consumer(bootstrap, topic, f"{table}-{time.time_ns()}"), psycopg2.connect(dsn)
    done, began, counted_from = 0, 0.0, 0
    with database.cursor() as cursor:
        while done < count:
            messages = [message for message in consumer.consume(BATCH, 0.2) if message.error() is None]
            if not messages:
                continue
            rows = StringIO("".join(_cells(message.value() or b"{}") for message in messages))
            cursor.copy_expert(f"COPY {table} (sku, location, quantity, unit_price, sold_at) FROM STDIN", rows)
            database.commit()
            if send:
                send(messages)
            consumer.commit(asynchronous=False)
            done += len(messages)
            if not began:
                began, counted_from = time.time(), done
    print(json.dumps({"began": began, "ended": time.time(), "rows": done - counted_from}), flush=True)
    consumer.close()


def _sender(bootstrap: str) -> Callable[[list[Any]], None]:
    producer = Producer({
        "bootstrap.servers": bootstrap, "enable.idempotence": True, "linger.ms": 5, "compression.type": "lz4",
        "partitioner": "murmur2_random", "queue.buffering.max.messages": 200_000,
    })  # fmt: skip

    def send(messages: list[Any]) -> None:
        for message in messages:
            producer.produce(SECOND, message.value(), message.key(), headers=message.headers())
            producer.poll(0)
        producer.flush()

    return send


def main(arguments: list[str]) -> int:
    """Run one of the processes."""
    role, bootstrap, dsn, count = arguments[0], arguments[1], arguments[2], int(arguments[3])
    topic = FIRST if role == "first" else SECOND
    run(topic, f"bench_bare_{role}", bootstrap, dsn, count, _sender(bootstrap) if role == "first" else None)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
