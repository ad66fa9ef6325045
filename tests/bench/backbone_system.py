"""The whole system as its users meet it: REST bulk, and the time from an acknowledged sale to the live stream."""

import http.client
import json
import threading
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import psycopg2

from infra.launcher.local import System
from tests.bench.workers import memory

PRODUCTS = 200
STREAM_RATE = 500


def measure(system: System, seconds: int, peaks: dict[str, float]) -> dict[str, Any]:
    """REST, then the stream; the peak memory of every process."""
    client = system.client()
    for number in range(PRODUCTS):
        client.post("/products", {"sku": f"SKU-{number}", "name": f"Product {number}", "price": "2.50"})
    _wait_until_known(system)
    rest = _rest(system, client.token())
    stream = _stream(system, client.token(), seconds)
    for unit in system.processes():
        if unit["pid"] and unit["name"] not in ("kafka", "postgres"):
            peaks.setdefault(unit["name"], memory(int(unit["pid"]), "VmHWM"))
    return rest | stream


def _wait_until_known(system: System) -> None:
    connection = psycopg2.connect(system.database_url("sales"))
    connection.autocommit = True
    deadline = time.monotonic() + 120
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT count(*) FROM known_product")
            (known,) = cursor.fetchone() or (0,)
            if known >= PRODUCTS:
                break
            if time.monotonic() > deadline:
                raise RuntimeError("sales does not learn of the products")
            time.sleep(0.2)
    connection.close()


class GatewayConnection:
    """A keep-alive connection to the gateway, signed in."""

    def __init__(self, url: str, token: str) -> None:
        address = urllib.parse.urlsplit(url)
        self._connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: Any) -> Any:
        """POST; the answer, which must be a success."""
        self._connection.request("POST", f"/api{path}", json.dumps(body), self._headers)
        response = self._connection.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(f"POST {path}: {response.status} {content[:300]!r}")
        return json.loads(content)

    def get(self, path: str) -> int:
        """GET; the status, once all of the answer is here."""
        self._connection.request("GET", f"/api{path}", headers=self._headers)
        response = self._connection.getresponse()
        response.read()
        return response.status

    def stream(self) -> http.client.HTTPResponse:
        """The live stream, open."""
        self._connection.request("GET", "/api/stream", headers=self._headers)
        return self._connection.getresponse()


def _items(prefix: str, first: int, count: int) -> list[dict[str, str]]:
    return [
        {"id": f"{prefix}-{number}", "sku": f"SKU-{number % PRODUCTS}", "quantity": "1", "unit_price": "2.50",
         "sold_at": f"2026-01-05T12:00:00.{number:06}Z"}
        for number in range(first, first + count)
    ]  # fmt: skip


def _rest(system: System, token: str, requests: int = 40, size: int = 1000) -> dict[str, Any]:
    """POST /sales/bulk by two clients at once."""

    def client(number: int) -> None:
        caller = GatewayConnection(system.url, token)
        for turn in range(requests // 2):
            told = caller.post("/sales/bulk", {"items": _items(f"rest{number}", turn * size, size)})
            if told["recorded"] != size:
                raise RuntimeError(f"of {size} sales {told['recorded']} were recorded: {told['errors'][:2]}")

    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(client, range(2)))
    return {"rest_per_s": round(requests * size / (time.monotonic() - began))}


def _stream(system: System, token: str, seconds: int) -> dict[str, Any]:
    """From the answer to POST /sales/bulk (it is committed then) to the event in the dashboard's stream.

    The stream shows the last ten sales of a burst and counts the others, so those ten are what is measured; a sale
    is known by its `sold_at`, which no two share.
    """
    seen: dict[datetime, float] = {}
    response = GatewayConnection(system.url, token).stream()

    def listen() -> None:
        for line in response:
            if line.startswith(b"data:"):
                now = time.time()
                sold_at = json.loads(line[5:]).get("sold_at")
                if sold_at:
                    seen.setdefault(_instant(sold_at), now)

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(2)
    caller, committed = GatewayConnection(system.url, token), dict[datetime, float]()
    began, size, sent = time.time(), STREAM_RATE // 20, 0
    while (now := time.time()) < began + seconds:
        items = _items("live", sent, size)
        caller.post("/sales/bulk", {"items": items})
        answered = time.time()
        committed.update((_instant(item["sold_at"]), answered) for item in items)
        sent += size
        time.sleep(max(0.0, began + sent / STREAM_RATE - time.time()))
    time.sleep(3)
    waits = sorted((seen[id_] - answered) * 1000 for id_, answered in committed.items() if id_ in seen)
    if not waits:
        raise RuntimeError("no sale arrived in the stream")
    return {
        "stream_p50_ms": round(waits[len(waits) // 2], 1), "stream_p99_ms": round(waits[int(len(waits) * 0.99)], 1),
        "stream_rate_per_s": round(sent / (now - began)), "stream_seen": len(waits), "stream_sent": sent,
    }  # fmt: skip


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
