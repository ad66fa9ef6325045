"""Reads the topics that people watch, from their ends and in no group, and turns records into stream events.

A burst is thinned: at most `SHOWN` sales a round are shown, with the number of the rest; what is stale is said once
a second by resource, since the REST answers stay the only source of full data. It is said once more when it has been
quiet for `SETTLED_SECONDS`: a record is seen here before the services that it concerns have applied it. A record that
is on the log twice, as after a broker's fall, is one sale and shown once.

Guarantee: whoever fetches what they are told to has seen every record of the watched topics, whatever fails: where the
following begins, everything is stale.
"""

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import orjson
from chassis.event_log import LogUnavailable, Record
from chassis.kafka import KafkaReader
from chassis.kafka_lag import KafkaLag
from chassis.logs import logger
from contracts import topics

from gateway.application.hub import EVERYTHING, Hub
from gateway.domain.resources import STALE

log = logger(__name__)
SHOWN, REMEMBERED = 10, 1000  # sales a round, and of how many it is known that they were shown
ROUND_SECONDS = 0.25
TOLD_SECONDS = 1.0
SETTLED_SECONDS = 2.0
AGAIN_SECONDS = 2.0
MISSING_SECONDS = 10.0

_SALES = {topics.SALE_RECORDED.name, topics.SALE_REJECTED.name}
_TRAINING = {topics.TRAINING_REQUESTED.name, topics.TRAINING_PROGRESSED.name, topics.TRAINING_COMPLETED.name}
WATCHED = sorted({*STALE, *_SALES, *_TRAINING})
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
        self._stale: set[str] = set()
        self._unsettled: set[str] = set()
        self._told = float("-inf")
        self._seen: dict[tuple[str, Any], None] = {}

    def apply(self, records: Iterable[Record]) -> None:
        """One round."""
        sales = []
        for record in records:
            self._stale.update(STALE.get(record.topic, ()))
            if record.topic in _TRAINING:
                self._hub.publish("training", {"type": record.topic, **_payload(record)})
            elif record.topic in _SALES:
                sales.append(record)
        self._show(sales)
        self._tell()

    def _show(self, sales: list[Record]) -> None:
        shown: list[tuple[Record, dict[str, Any]]] = []
        again = 0
        for record in reversed(sales):
            if len(shown) == SHOWN:
                break
            body = _payload(record)
            if self._was_shown(record.topic, body.get("sale_id")):
                again += 1
            else:
                shown.append((record, body))
        more = len(sales) - len(shown) - again
        for place, (record, body) in enumerate(reversed(shown)):
            event = {name: body.get(name) for name in _SALE_FIELDS}
            if record.topic == topics.SALE_REJECTED.name:
                event |= {"rejected": True, "message": body.get("message")}
            event |= {"at": record.timestamp_ms, "topic": record.topic, "more": 0 if place else more}
            self._hub.publish("sale", event)

    def _was_shown(self, topic: str, sale_id: Any) -> bool:
        """Whether it was, which is remembered from now on."""
        key = (topic, sale_id)
        if sale_id is None or key in self._seen:
            return sale_id is not None
        self._seen[key] = None
        if len(self._seen) > REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return False

    def _tell(self) -> None:
        quiet = self._now() - self._told
        if self._stale and quiet >= TOLD_SECONDS:
            told, self._unsettled = self._stale, self._unsettled | self._stale
        elif self._unsettled and quiet >= SETTLED_SECONDS:
            told, self._unsettled = self._unsettled, set()
        else:
            return
        self._hub.invalidate(sorted(told))
        self._stale, self._told = set(), self._now()


def run(bootstrap: str, hub: Hub, stop: threading.Event) -> None:
    """Follow the log until `stop`; begin again from the ends after a failure, or when a missing topic has come."""
    tail = Tail(hub)
    while not stop.is_set():
        try:
            _follow(bootstrap, hub, tail, stop)
        except Exception as error:
            log.warning("stream_interrupted", error=str(error))
            stop.wait(AGAIN_SECONDS)


def _follow(bootstrap: str, hub: Hub, tail: Tail, stop: threading.Event) -> None:
    known = KafkaLag(bootstrap)
    ends = known.ends(WATCHED)
    if not ends:
        raise LogUnavailable("there are no topics yet")
    missing = set(WATCHED) - {topic for topic, _ in ends}
    reader, looked = KafkaReader(bootstrap, ends, queue_kb=4096), time.monotonic()
    # What came before these ends, and after those that were followed before, nobody has told of.
    hub.invalidate([EVERYTHING])
    try:
        while not stop.is_set():
            tail.apply(reader.poll(5000, ROUND_SECONDS))
            if missing and time.monotonic() - looked >= MISSING_SECONDS:
                if known.ends(missing):
                    return
                looked = time.monotonic()
    finally:
        reader.close()
