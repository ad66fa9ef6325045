"""`./almanac bench backbone [--events N] --json OUT`: how fast events flow, beside the bare limit of this machine.

One run: first the bare limit (tests/bench/bare.py: the same hops with the same rows and nothing else, in as many
processes), then the same number of sales through the real sales worker and the real forecaster worker, on the same
Kafka and PostgreSQL, everything durable; then a replay and rebuild of all of it, beside one that only copies. The
rest is measured on the whole system: REST bulk, and the time from an acknowledged sale to the dashboard's stream.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

from chassis import jobs
from chassis.database import Database
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer, KafkaTopics
from contracts.envelope import Event, encode
from contracts.events import SaleSubmitted
from contracts.topics import Topic

from infra.launcher.local import System
from infra.launcher.paths import PYTHON, ROOT
from tests.bench import backbone_system, bare
from tests.bench.workers import Backbone

PRODUCTS, DAYS = 200, 300


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
            figures |= backbone_system.measure(system, options.seconds, peaks)
    figures["peak_mb"] = {name: round(peak) for name, peak in sorted(peaks.items())}
    text = json.dumps(figures, indent=1)
    print(text)
    if options.json:
        options.json.write_text(text + "\n")
    return 0


class Flow:
    """Submitted → recorded → in the history, and the replay of it.

    `cpu_us`: microseconds of a core that each process used per event, its start included; a busy machine changes the
    rates far more than these.
    """

    def __init__(self, backbone: Backbone, events: int, peaks: dict[str, float]) -> None:
        self._backbone, self._events, self._peaks = backbone, events, peaks
        self.cpu_us: dict[str, float] = {}

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
            "ingest_cpu_us": self.cpu_us,
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
        backbone, before = self._backbone, self._backbone.cpu_seconds()
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
        used = {name: seconds - before.get(name, 0.0) for name, seconds in backbone.cpu_seconds().items()}
        self.cpu_us = {name: round(seconds / self._events * 1e6, 1) for name, seconds in used.items()}
        say("recorded and in the history", self._events, began)
        for name in ("sales-worker", "forecaster-worker"):
            self._peaks[name] = backbone.peak_mb(name)
        backbone.stop("sales-worker")
        return (self._events - first[0][1]) / (ended - first[0][0])

    def _in_history(self) -> int:
        sql = "SELECT coalesce(sum(next_offset), 0) FROM projection_offset WHERE topic = 'sale-recorded'"
        return int(self._backbone.query("forecaster", sql)[0][0])

    def _replay(self) -> float:
        from forecaster.domain.scope import Scope
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
            sold_at = base + timedelta(minutes=random.randrange(60 * 24 * DAYS))
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
