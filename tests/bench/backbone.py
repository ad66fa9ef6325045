"""`./almanac bench backbone [--events N] --json OUT`: how fast events flow, beside the bare limit of this machine.

One run: first the bare limit (tests/bench/bare.py: the same hops with the same rows and nothing else, in as many
processes), then the same number of sales through the real sales worker and the real forecaster worker, on the same
Kafka and PostgreSQL, everything durable; then a replay and rebuild of all of it, beside one that only copies. The
rest is measured on the whole system: REST bulk, and the time from an acknowledged sale to the dashboard's stream.
"""

import argparse
import http.client
import json
import os
import platform
import subprocess
import sys
import threading
import time
import urllib.parse
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import psycopg2
from chassis import jobs
from chassis.database import Database
from chassis.kafka import KafkaProducer, KafkaTopics
from chassis.log import Outgoing
from contracts.envelope import Event, encode
from contracts.events import SaleSubmitted
from contracts.topics import Topic

from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from tests.bench import bare
from tests.bench.workers import Backbone, memory

PRODUCTS, LOCATIONS_DAYS = 200, 300
STREAM_RATE = 500


def main(arguments: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser("almanac bench backbone", description=__doc__)
    parser.add_argument("--events", type=int, default=500_000, help="sales through the whole path (500,000)")
    parser.add_argument("--seconds", type=int, default=20, help="how long the stream is watched (20)")
    parser.add_argument("--only", choices=("flow", "system"), help="half of it: events, or REST and stream")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args(arguments)
    figures: dict[str, Any] = {
        "events": options.events, "cores": os.cpu_count(), "machine": platform.platform(),
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "load_before": os.getloadavg()[0],
    }  # fmt: skip
    peaks: dict[str, float] = {}
    if options.only != "system":
        with Backbone(("sales", "forecaster")) as backbone:
            figures |= Flow(backbone, options.events, peaks).measure()
    if options.only != "flow":
        with System("--kafka", "real") as system:
            figures |= _whole_system(system, options.seconds, peaks)
    figures["peak_mb"] = {name: round(peak) for name, peak in sorted(peaks.items())}
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    return 0


class Flow:
    """Submitted → recorded → in the history, and the replay of it."""

    def __init__(self, backbone: Backbone, events: int, peaks: dict[str, float]) -> None:
        self._backbone, self._events, self._peaks = backbone, events, peaks

    def measure(self) -> dict[str, Any]:
        """Both rates with their ratios."""
        skus = self._backbone.know_products(PRODUCTS)
        bare_ingest, bare_replay = self._bare(skus)
        produce(self._backbone.bootstrap, "sale-submitted", skus, self._events)
        ingest = self._ingest()
        replay = self._replay()
        return {
            "ingest_per_s": round(ingest), "ingest_bare_per_s": round(bare_ingest),
            "ingest_ratio": round(ingest / bare_ingest, 2), "replay_per_s": round(replay),
            "replay_bare_per_s": round(bare_replay), "replay_ratio": round(replay / bare_replay, 2),
        }  # fmt: skip

    def _bare(self, skus: list[str]) -> tuple[float, float]:
        backbone = self._backbone
        columns = "(sku text, location text, quantity numeric, unit_price numeric, sold_at timestamptz)"
        for role in ("first", "second", "replay"):
            backbone.query("sales", f"CREATE TABLE bench_bare_{role} {columns}")
        KafkaTopics(backbone.bootstrap).create(Topic(name, "series", (), 12) for name in (bare.FIRST, bare.SECOND))
        produce(backbone.bootstrap, bare.FIRST, skus, self._events)
        began = time.time()
        pair = [self._bare_process(role) for role in ("first", "second")]
        told = [json.loads(process.communicate()[0]) for process in pair]
        say("bare", self._events, began)
        # From the first batch of the first hop to the last of the second, as with the real path.
        ingest = told[0]["rows"] / (told[1]["ended"] - told[0]["began"])
        (replayed,) = [json.loads(self._bare_process("replay").communicate()[0])]
        for role in ("first", "second", "replay"):
            backbone.query("sales", f"DROP TABLE bench_bare_{role}")
        return ingest, replayed["rows"] / (replayed["ended"] - replayed["began"])

    def _bare_process(self, role: str) -> "subprocess.Popen[bytes]":
        command = [str(PYTHON), "-m", "tests.bench.bare", role, self._backbone.bootstrap, self._backbone.urls["sales"]]
        return subprocess.Popen([*command, str(self._events)], cwd=ROOT, stdout=subprocess.PIPE)

    def _ingest(self) -> float:
        backbone = self._backbone
        began = time.time()
        backbone.start("sales", "worker")
        backbone.start("forecaster", "worker")
        recorded = KafkaTopics(backbone.bootstrap)
        first: list[tuple[float, int]] = []

        def arrived() -> bool:
            if not first:
                ends = sum(high for _, high in recorded.bounds("sale-recorded").values())
                if ends:
                    first.append((time.time(), ends))
            return self._in_history() >= self._events

        backbone.wait(arrived, 3600, "Bringing every sale into the history")
        ended = time.time()
        say("recorded and in the history", self._events, began)
        for name in ("sales-worker", "forecaster-worker"):
            self._peaks[name] = backbone.peak_mb(name)
        backbone.stop("sales-worker")
        return (self._events - first[0][1]) / (ended - first[0][0])

    def _in_history(self) -> int:
        sql = "SELECT coalesce(sum(next_offset), 0) FROM projection_offset WHERE topic = 'sale-recorded'"
        return int(self._backbone.query("forecaster", sql)[0][0])

    def _replay(self) -> float:
        from forecaster.replay.scope import Scope
        from forecaster.storage import replays

        backbone, id_ = self._backbone, uuid4()
        backbone.start("forecaster", "trainer")
        database = Database(backbone.urls["forecaster"])
        began = time.time()
        with database.transaction() as connection:
            arguments = {"scope": Scope().document(), "retrain": False, "requested_by": "bench"}
            jobs.submit(connection, "replay", arguments, "bench", id=id_)
            replays.create(connection, id_, Scope(), False, "bench")
        status = f"SELECT status, message FROM job WHERE id = '{id_}'"
        ended = ("succeeded", "failed", "cancelled")
        backbone.wait(lambda: backbone.query("forecaster", status)[0][0] in ended, 3600, "A replay")
        say("replayed and compared", self._events, began)
        with database.transaction() as connection:
            told = replays.get(connection, id_) or {}
        database.close()
        if told["status"] != "succeeded":
            raise RuntimeError(f"the replay {told['status']}: {told['message']}")
        self._peaks["forecaster-trainer"] = backbone.peak_mb("forecaster-trainer")
        return float(self._events / told["result"]["seconds"])


def produce(bootstrap: str, topic: str, skus: list[str], events: int) -> None:
    """Sales of the same content for both paths."""
    producer, random = KafkaProducer(bootstrap, "bench"), Random(1)
    base = datetime(2025, 1, 6, 9, tzinfo=UTC)
    for first in range(0, events, 20_000):
        batch = []
        for number in range(first, min(events, first + 20_000)):
            sold_at = base + timedelta(minutes=random.randrange(60 * 24 * LOCATIONS_DAYS))
            payload = SaleSubmitted.model_construct(
                kind="sale", sku=random.choice(skus), location="main", quantity=Decimal(random.randrange(1, 9)),
                unit_price=Decimal("2.50"), sold_at=sold_at, original=None, reference=None, import_id=None, line=None,
            )  # fmt: skip
            key, headers, value = encode(Event(f"{random.getrandbits(128):032x}", "bench-till", sold_at, payload))
            batch.append(Outgoing(topic, key, headers, value, number))
        producer.send(batch, lambda token, error: None)


def say(what: str, events: int, began: float) -> None:
    """A line of progress."""
    print(f"{what}: {events:,} events in {time.time() - began:.1f} s, start of the processes included", flush=True)


def _whole_system(system: System, seconds: int, peaks: dict[str, float]) -> dict[str, Any]:
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


class Caller:
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
        caller = Caller(system.url, token)
        for turn in range(requests // 2):
            told = caller.post("/sales/bulk", {"items": _items(f"rest{number}", turn * size, size)})
            if told["recorded"] != size:
                raise RuntimeError(f"of {size} sales {told['recorded']} were recorded: {told['errors'][:2]}")

    threads = [threading.Thread(target=client, args=(number,)) for number in range(2)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"rest_per_s": round(requests * size / (time.monotonic() - began))}


def _stream(system: System, token: str, seconds: int) -> dict[str, Any]:
    """From the answer to POST /sales/bulk (it is committed then) to the event in the dashboard's stream.

    The stream shows the last ten sales of a burst and counts the others, so those ten are what is measured; a sale
    is known by its `sold_at`, which no two share.
    """
    seen: dict[datetime, float] = {}
    response = Caller(system.url, token).stream()

    def listen() -> None:
        for line in response:
            if line.startswith(b"data:"):
                now = time.time()
                sold_at = json.loads(line[5:]).get("sold_at")
                if sold_at:
                    seen.setdefault(_instant(sold_at), now)

    threading.Thread(target=listen, daemon=True).start()
    time.sleep(2)
    caller, committed = Caller(system.url, token), dict[datetime, float]()
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
