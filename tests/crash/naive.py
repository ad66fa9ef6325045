"""A consumer as it is usually written, killed like the others: offsets committed by themselves, no unique ids.

It reads what the real history reads. If the check does not find it wrong, the check proves nothing.
`python -m tests.crash.naive BOOTSTRAP DSN`
"""

import os
import sys
from typing import Any

import psycopg2
from confluent_kafka import Consumer

TABLE = "CREATE TABLE IF NOT EXISTS crash_naive (event_id text NOT NULL)"


def main(bootstrap: str, dsn: str) -> None:
    """Consume until killed, or alone."""
    parent = os.getppid()
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "crash-naive", "auto.offset.reset": "earliest",
        "group.protocol": "consumer", "enable.auto.commit": True, "auto.commit.interval.ms": 500,
    })  # fmt: skip
    consumer.subscribe(["sale-recorded"])
    connection = psycopg2.connect(dsn)
    with connection.cursor() as cursor:
        while os.getppid() == parent:
            batch = [message for message in consumer.consume(200, 0.5) if message.error() is None]
            for message in batch:
                headers: dict[str, Any] = dict(message.headers() or ())
                cursor.execute("INSERT INTO crash_naive VALUES (%s)", (headers["ce_id"].decode(),))
            connection.commit()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
