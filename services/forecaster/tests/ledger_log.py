"""A log of the tests' own, with the live projection of it: what replays and reproductions read."""

from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.database import Database
from chassis.event_log import Outgoing
from chassis.kafka import KafkaProducer, KafkaReader, KafkaTopics
from contracts.envelope import encode, new_event
from contracts.events import SaleRecorded
from contracts.lean import decode_sale
from contracts.topics import Topic
from forecaster.events.sales import HistoryHandler
from forecaster.settings import Settings

from services.forecaster.tests.helpers import CLOCK, sale, weekly_sales

PARTITIONS = 3


@dataclass
class LedgerLog:
    """A topic of this test's own, and the live projection of it."""

    bootstrap: str
    topic: str
    loop: ConsumerLoop
    applied: dict[int, int]

    def write(self, *entries: SaleRecorded, twice: bool = False) -> None:
        producer = KafkaProducer(self.bootstrap)
        records = []
        for entry in entries:
            key, headers, value = encode(new_event(entry, "sales", id=str(entry.sale_id)))
            records += [Outgoing(self.topic, key, headers, value, 0)] * (2 if twice else 1)
        producer.send(records, lambda _, error: None if error is None else pytest.fail(str(error)))

    def project(self) -> None:
        """Apply what is new, as the worker does."""
        for (_, partition), (_, end) in KafkaTopics(self.bootstrap).bounds(self.topic).items():
            start = self.applied.get(partition, 0)
            reader = KafkaReader(self.bootstrap, {(self.topic, partition): start})
            while start < end:
                found = reader.poll(1000, 1.0)
                if found:
                    self.loop.process(found)
                    start = found[-1].offset + 1
            reader.close()
            self.applied[partition] = start

    def add(self, *entries: SaleRecorded, twice: bool = False) -> None:
        self.write(*entries, twice=twice)
        self.project()


@pytest.fixture
def settings(database_url: str, kafka: str, tmp_path: Path) -> Settings:
    return Settings(
        database_url=database_url,
        kafka_bootstrap_servers=kafka,
        files_dir=tmp_path,
        replay_processes=2,  # type: ignore[arg-type]
    )


@pytest.fixture
def log(database: Database, kafka: str) -> LedgerLog:
    name = f"sale-recorded-{uuid4().hex[:8]}"
    KafkaTopics(kafka).create([Topic(name, "series", ("sales",), PARTITIONS)])
    loop = ConsumerLoop(
        database,
        lambda: None,
        HistoryHandler(CLOCK),
        LoopOptions(keep_offsets=True, decode=decode_sale, values_only=True, backoff=0.01),  # type: ignore[arg-type, return-value]
    )
    return LedgerLog(kafka, name, loop, {})


@pytest.fixture
def filled(log: LedgerLog) -> list[SaleRecorded]:
    entries = [*weekly_sales("A", "2026-01-05", [4, 6, 5, 5]), *weekly_sales("B", "2026-01-05", [10, 20, 1])]
    moved = sale("C", "2026-01-13", "4", kind="correction", replaces=entries[0])
    log.add(*entries, moved, sale(kind="void", replaces=entries[4]), twice=True)
    return entries
