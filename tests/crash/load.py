"""Clients that write down each acknowledged sale, on three ways in: REST one by one, REST in bulk, `sale-submitted`.

An acknowledged sale must be in every store in the end, once. What was not acknowledged is sent again under the same
id until it is; an answer that never came may hide a sale that was recorded.
"""

import http.client
import json
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer
from contracts.envelope import Event, encode
from contracts.events import SaleSubmitted

from infra.launcher.client import Client
from infra.launcher.errors import LauncherError

SOURCE = "crash-till"
PRICE = Decimal("1.37")


@dataclass
class Ledger:
    """What was tried, and what was acknowledged; the latter also in an append-only file."""

    file: Path
    units: dict[str, int] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def tried(self, sales: list[tuple[str, int]]) -> None:
        """Before they are sent for the first time."""
        with self.lock:
            self.units.update(sales)

    def accepted(self, ids: list[str]) -> None:
        """The system said yes."""
        with self.lock:
            self.acknowledged.update(ids)
            with self.file.open("a") as written:
                written.write("".join(f"{id_}\t{self.units[id_]}\n" for id_ in ids))

    @classmethod
    def read(cls, file: Path) -> "Ledger":
        """What a run that was cut off had written down."""
        lines = [line.split("\t") for line in file.read_text().splitlines() if "\t" in line]
        units = {id_: int(count) for id_, count in lines}
        return cls(file, units, set(units))

    def answered(self, status: int) -> None:
        """An HTTP status; 0 where no answer came."""
        with self.lock:
            self.statuses[status] += 1


class Sales:
    """Makes sales with ids of their own."""

    def __init__(self, prefix: str, skus: list[str], seed: int) -> None:
        self._prefix, self._skus, self._random, self._made = prefix, skus, Random(seed), 0

    def batch(self, size: int) -> list[tuple[str, str, int, datetime]]:
        """(event id, sku, units, sold at) of new sales."""
        base = datetime(2026, 1, 5, 9, tzinfo=UTC)
        made = []
        for _ in range(size):
            self._made += 1
            sold_at = base + timedelta(minutes=self._random.randrange(60 * 24 * 60))
            sku = self._random.choice(self._skus)
            made.append((f"{self._prefix}-{self._made}", sku, self._random.randrange(1, 9), sold_at))
        return made


class Api:
    """A keep-alive connection to the gateway."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._address, self._token = urllib.parse.urlsplit(url), token
        self._connection: http.client.HTTPConnection | None = None

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        """(status, document); status 0 where no answer came."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token()}"}
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection(
                    str(self._address.hostname), self._address.port, timeout=60
                )
            self._connection.request("POST", f"/api{path}", json.dumps(body), headers)
            response = self._connection.getresponse()
            content = response.read()
            return response.status, json.loads(content) if content else None
        except (OSError, http.client.HTTPException, ValueError):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return 0, None


class OperatorToken:
    """The operator's token, renewed in time; the old one while signing in fails."""

    def __init__(self, client: Client) -> None:
        self._client, self._lock, self._value, self._renew_at = client, threading.Lock(), "", 0.0

    def __call__(self) -> str:
        with self._lock:
            if time.monotonic() > self._renew_at:
                try:
                    self._value, self._renew_at = self._client.token(), time.monotonic() + 120
                except LauncherError:
                    self._renew_at = time.monotonic() + 1
            return self._value


def _row(sale: tuple[str, str, int, datetime]) -> dict[str, Any]:
    id_, sku, units, sold_at = sale
    return {"id": id_, "sku": sku, "quantity": str(units), "unit_price": str(PRICE), "sold_at": sold_at.isoformat()}


def rest_single(api: Api, sales: Sales, ledger: Ledger, stop: threading.Event, pause: float) -> None:
    """POST /sales, one by one."""
    while not stop.is_set():
        (sale,) = sales.batch(1)
        ledger.tried([(sale[0], sale[2])])
        for _ in _until(stop):
            status, _document = api.post("/sales", _row(sale))
            ledger.answered(status)
            if status in (200, 201):
                ledger.accepted([sale[0]])
                break
        stop.wait(pause)


def rest_bulk(api: Api, sales: Sales, ledger: Ledger, stop: threading.Event, size: int, pause: float) -> None:
    """POST /sales/bulk."""
    while not stop.is_set():
        batch = sales.batch(size)
        ledger.tried([(sale[0], sale[2]) for sale in batch])
        for _ in _until(stop):
            status, document = api.post("/sales/bulk", {"items": [_row(sale) for sale in batch]})
            ledger.answered(status)
            if status == 200:
                if document["recorded"] + document["duplicates"] == len(batch):
                    ledger.accepted([sale[0] for sale in batch])
                break
        stop.wait(pause)


def submit(bootstrap: str, sales: Sales, ledger: Ledger, stop: threading.Event, size: int, pause: float) -> None:
    """`sale-submitted`, as a till's own producer does it."""
    producer = KafkaProducer(bootstrap, "crash-till")
    while not stop.is_set():
        batch = sales.batch(size)
        ledger.tried([(sale[0], sale[2]) for sale in batch])
        reports: dict[int, Exception | None] = {}
        producer.send([_outgoing(number, sale) for number, sale in enumerate(batch)], reports.__setitem__)
        ledger.accepted([sale[0] for number, sale in enumerate(batch) if reports[number] is None])
        stop.wait(pause)


def _outgoing(number: int, sale: tuple[str, str, int, datetime]) -> Outgoing:
    id_, sku, units, sold_at = sale
    payload = SaleSubmitted(sku=sku, quantity=Decimal(units), unit_price=PRICE, sold_at=sold_at)
    key, headers, value = encode(Event(id_, SOURCE, sold_at, payload))
    return Outgoing("sale-submitted", key, headers, value, number)


def _until(stop: threading.Event, patience: float = 120) -> Iterator[None]:
    """Tries of one request: at once, then with a pause, until told to stop."""
    began = time.monotonic()
    while True:
        yield
        if time.monotonic() - began > patience or stop.wait(0.2):
            return
