"""Reads the topics that people watch, from their ends and in no group, and turns records into stream events.

A burst is thinned: at most `SHOWN` sales a round are shown, with the number of the rest; what changed is said once
a second by query key, since the REST answers stay the only source of full data.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from chassis.event_log import LogUnavailable, Record, TopicPartition
from chassis.kafka import END, KafkaReader, KafkaTopics
from chassis.logs import logger
from contracts import topics

from gateway.application.hub import Hub

log = logger(__name__)
SHOWN = 10
ROUND_SECONDS = 0.25
AGAIN_SECONDS = 2.0

# Topic to the query keys whose data is old once it has a record.
KEYS: dict[str, tuple[str, ...]] = {
    topics.SALE_RECORDED.name: ("sales", "imports"),
    topics.SALE_REJECTED.name: ("sales", "imports"),
    topics.STOCK_CHANGED.name: ("stock",),
    topics.PRODUCT_CHANGED.name: ("products",),
    topics.FORECAST_READY.name: ("forecasts",),
    topics.ANOMALY_DETECTED.name: ("attention",),
    topics.ORDER_PROPOSED.name: ("orders",),
    topics.ORDER_APPROVED.name: ("orders",),
    topics.TRAINING_REQUESTED.name: ("training",),
    topics.TRAINING_PROGRESSED.name: (),
    topics.TRAINING_COMPLETED.name: ("training", "forecasts", "status"),
}
_TRAINING = {topics.TRAINING_REQUESTED.name, topics.TRAINING_PROGRESSED.name, topics.TRAINING_COMPLETED.name}
_SALE_FIELDS = ("sku", "location", "quantity", "amount", "unit_price", "kind", "sold_at")


def _payload(record: Record) -> dict[str, Any]:
    try:
        found = orjson.loads(record.value or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


class Tail:
    """Turns rounds of records into events for the hub."""

    def __init__(self, hub: Hub, now: Callable[[], float] = time.monotonic) -> None:
        self._hub, self._now = hub, now
        self._changed: set[str] = set()
        self._told = float("-inf")

    def apply(self, records: Iterable[Record]) -> None:
        """One round."""
        sales = []
        for record in records:
            self._changed.update(KEYS.get(record.topic, ()))
            if record.topic in _TRAINING:
                self._hub.publish("training", {"type": record.topic, **_payload(record)})
            elif record.topic in (topics.SALE_RECORDED.name, topics.SALE_REJECTED.name):
                sales.append(record)
        shown = sales[-SHOWN:]
        for place, record in enumerate(shown):
            body = _payload(record)
            event = {name: body.get(name) for name in _SALE_FIELDS}
            if record.topic == topics.SALE_REJECTED.name:
                event |= {"rejected": True, "message": body.get("message")}
            more = len(sales) - len(shown) if place == 0 else 0
            self._hub.publish("sale", {**event, "at": record.timestamp_ms, "topic": record.topic, "more": more})
        if self._changed and self._now() - self._told >= 1:
            self._hub.publish("invalidate", {"keys": sorted(self._changed)})
            self._changed, self._told = set(), self._now()


def run(bootstrap: str, hub: Hub, stop: threading.Event) -> None:
    """Follow the log until `stop`; begin again from the ends after a failure."""
    while not stop.is_set():
        try:
            _follow(bootstrap, Tail(hub), stop)
        except Exception as error:
            log.warning("stream_interrupted", error=str(error))
            stop.wait(AGAIN_SECONDS)


def _follow(bootstrap: str, tail: Tail, stop: threading.Event) -> None:
    known = KafkaTopics(bootstrap)
    places: list[TopicPartition] = [place for name in KEYS for place in known.partitions(name)]
    if not places:
        raise LogUnavailable("there are no topics yet")
    reader = KafkaReader(bootstrap, dict.fromkeys(places, END), queue_kb=4096)
    try:
        while not stop.is_set():
            tail.apply(reader.poll(5000, ROUND_SECONDS))
    finally:
        reader.close()
