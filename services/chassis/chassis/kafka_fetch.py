"""How records are fetched from Kafka: settings, batches bounded by records, bytes and time, errors that pass."""

import logging
import time
from functools import partial
from typing import Any

from confluent_kafka import Consumer, KafkaError, Message
from contracts.topics import MAX_RECORD_BYTES

from chassis.event_log import BATCH_BYTES, LogFailed, Record, RecordHeaders
from chassis.kafka_access import connection
from chassis.logs import logger

log = logger(__name__)
CLIENT_LOG = {"logger": logging.getLogger("librdkafka")}  # else it writes lines of its own format past our logs

PASSING = {KafkaError._PARTITION_EOF, KafkaError._TIMED_OUT}


def raise_if_fatal(error: KafkaError) -> None:
    """The client cannot go on after a fatal error."""
    if error.fatal():
        raise LogFailed(error.str())


def _headers(message: Message) -> RecordHeaders:
    try:
        return message.headers() or ()  # type: ignore[return-value]
    except UnicodeDecodeError:
        return ()  # a header's name is not UTF-8: an event without headers is a dead letter, not a crash


def _record(message: Message) -> Record:
    # As Record(…) does, in half of its time.
    return tuple.__new__(Record, (
        message.topic(), message.partition(), message.offset(), message.key(), partial(_headers, message),
        message.value(), message.timestamp()[1],
    ))  # fmt: skip


def drain(
    consumer: Consumer, limit: int, seconds: float, linger: float = 0.005, size: int = BATCH_BYTES
) -> list[Record]:
    """The first record as soon as it is there, then whatever else is here or comes within `linger` seconds.

    As many are asked for at a time as fit into `size` even if each is as large as the broker lets it be, so that a
    batch of large records takes no more memory than one of small ones.
    """
    room = 1
    messages = consumer.consume(room, seconds)
    until = time.monotonic() + linger
    records: list[Record] = []
    while messages:
        for message in messages:
            error = message.error()
            if error is None:
                records.append(_record(message))
            elif error.code() not in PASSING:
                raise_if_fatal(error)
                log.warning("kafka_consume", error=error.str())
        limit -= len(messages)
        size -= sum(map(len, messages))
        if len(messages) < room:
            break
        room = min(limit, size // MAX_RECORD_BYTES)
        if room < 1:
            break
        messages = consumer.consume(room, max(0.0, until - time.monotonic()))
    return records


def consumer_config(bootstrap: str, queue_kb: int) -> dict[str, Any]:
    """What group members and readers have in common."""
    return {
        **connection(bootstrap),
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "auto.offset.reset": "earliest",
        "queued.max.messages.kbytes": queue_kb,
        "queued.min.messages": 20_000,
        "fetch.max.bytes": 8 * 1024 * 1024,
        "max.partition.fetch.bytes": 2 * 1024 * 1024,
        # An empty fetch waits at the broker, which answers as soon as there is a record.
        "fetch.wait.max.ms": 250,
        "error_cb": lambda error: log.warning("kafka_client", error=error.str()),
    }
