"""A replay from request to swap, while the live projection goes on.

1. Partitions are read from their first offset to where the live projection stood; each one's sums and its place
   are stored together, so that after a kill only the partition under way is read again.
2. The shadow catches up with the live projection, without a lock, until little is missing.
3. Under the history's exclusive lock the rest is read, both sides are compared, and what differs in scope is
   written: one transaction. Nobody's read fails or waits; the projection waits for this step only.
"""

import shutil
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from chassis.database import Connection, Database, is_transient
from chassis.event_log import LogUnavailable
from chassis.jobs import Claim, Fenced, JobCancelled
from chassis.kafka import KafkaReader, KafkaTopics
from chassis.logs import logger
from chassis.weeks import yesterday
from contracts.topics import SALE_RECORDED

from forecaster.application.replay.completeness import require_entries, require_whole
from forecaster.application.replay.parallel import read_all
from forecaster.application.replay.reader import OffsetRange, known_ids, read_span, save_ids
from forecaster.application.training.runs import queue_run
from forecaster.domain.history import WeekClock
from forecaster.domain.scope import Scope, from_document
from forecaster.settings import SERVICE, Settings
from forecaster.storage import demand, inbox, locks, replays

log = logger(__name__)

PATIENCE = 60
ROUNDS, SMALL_GAP = 5, 20_000


@dataclass
class _Part:
    """How far a partition's shadow is."""

    next_offset: int
    records: int = 0
    duplicates: int = 0
    unreadable: int = 0


class Replay:
    """Runs jobs of the kind `replay`."""

    def __init__(self, settings: Settings, topic: str = SALE_RECORDED.name) -> None:
        self._settings, self._topic = settings, topic
        self._clock = WeekClock(settings.zone, settings.first_weekday)

    def __call__(self, job: Claim) -> None:
        """Do the job; its end is written here. A broker that is away, or a child that was killed, is waited for."""
        for _ in range(PATIENCE):
            work = _Replaying(job, self._settings, self._clock, self._topic)
            try:
                return work.run()
            except (LogUnavailable, BrokenProcessPool) as error:
                log.warning("replay_waits", replay=str(job.id), error=str(error))
                time.sleep(5)
                job.check()
            except JobCancelled:
                return work.end("cancelled", "cancelled on request")
            except Fenced:
                raise
            except Exception as error:
                if is_transient(error):
                    raise
                log.error("replay_failed", replay=str(job.id), exc_info=error)
                return work.end("failed", f"{type(error).__name__}: {error}"[:1000])
        work.end("failed", "the log did not answer")


class _Replaying:
    def __init__(self, job: Claim, settings: Settings, clock: WeekClock, topic: str) -> None:
        self._job, self._settings, self._clock, self._topic = job, settings, clock, topic
        self._database: Database = job.database
        self._bootstrap = settings.kafka_bootstrap_servers
        self._folder = settings.files_dir / "replays" / str(job.id)
        self._scope: Scope = from_document(job.arguments["scope"])
        self._parts = {int(name): _Part(**part) for name, part in job.state.get("parts", {}).items()}
        self._began = time.monotonic()
        self._marks: dict[int, int] = {}
        self._begins: dict[int, int] = {}
        self._done = 0

    def run(self) -> None:
        """All three steps, if the log holds what the history was made from."""
        self._begins = require_whole(self._bootstrap, self._topic, self._live_offsets())
        if self._scope.recorded_from is not None:
            moment = int(self._scope.recorded_from.timestamp() * 1000)
            found = KafkaTopics(self._bootstrap).offsets_at(self._topic, moment)
            self._marks = {partition: offset for (_, partition), offset in found.items()}
        self._read_partitions(self._live_offsets())
        seconds = time.monotonic() - self._began
        for _ in range(ROUNDS):
            if self._gap(self._live_offsets()) <= SMALL_GAP:
                break
            with self._database.transaction() as connection:
                self._job.hold(connection)
                self._catch_up(connection, self._live_offsets())
                self._save(connection, "catching up")
        self._swap(seconds)

    def end(self, status: str, message: str) -> None:
        """End without a swap."""
        with self._database.transaction() as connection:
            self._job.hold(connection)
            replays.forget(connection, self._job.id)
            self._job.finish(connection, status, message)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _live_offsets(self) -> dict[int, int]:
        with self._database.transaction() as connection:
            return _history_offsets(connection, self._topic)

    def _gap(self, live: dict[int, int]) -> int:
        return sum(end - self._next(partition) for partition, end in live.items())

    def _next(self, partition: int) -> int:
        part = self._parts.get(partition)
        return self._begins.get(partition, 0) if part is None else part.next_offset

    def _ids(self, partition: int, end: int) -> Path:
        return self._folder / f"{partition}-{end}.ids"

    def _known(self, partition: int) -> Callable[[str], bool]:
        """Whether an id is among those of the partition's offsets that the shadow holds.

        A file beyond them is what a transaction left that never committed: its entries are read again.
        """
        held = [
            known_ids(path)
            for path in self._folder.glob(f"{partition}-*.ids")
            if int(path.stem.split("-")[1]) <= self._next(partition)
        ]
        return lambda sale_id: any(known(sale_id) for known in held)

    def _read_partitions(self, ends: dict[int, int]) -> None:
        lost = [number for number in self._parts if not list(self._folder.glob(f"{number}-*.ids"))]
        for partition in lost:
            del self._parts[partition]  # its ids are not on this machine
        spans = [
            OffsetRange(partition, self._next(partition), end, self._marks.get(partition), self._topic)
            for partition, end in ends.items()
            if partition not in self._parts and end > self._next(partition)
        ]
        before = sum(part.records for part in self._parts.values())
        total = before + sum(span.end - span.start for span in spans)

        def report(records: int) -> None:
            self._done = before + records
            self._job.progress("reading the log", self._done, total)

        results = read_all(
            self._bootstrap,
            spans,
            self._clock,
            processes=self._settings.replay_processes,
            ids_of=lambda span: self._ids(span.partition, span.end),
            report=report,
        )
        for span, found in results:
            self._parts[span.partition] = _Part(span.end, found.records, found.duplicates, found.unreadable)
            with self._database.transaction() as connection:
                replays.forget_part(connection, self._job.id, span.partition)
                replays.keep_part(connection, self._job.id, span.partition, found.cells, found.marks)
                self._save(connection, "reading the log", total)

    def _save(self, connection: Connection, stage: str, total: int | None = None) -> None:
        done = max(self._done, sum(part.records for part in self._parts.values()))  # with what is under way
        state = {"parts": {str(number): vars(part) for number, part in self._parts.items()}}
        self._job.progress(stage, done, total or done, state=state, connection=connection)

    def _catch_up(self, connection: Connection, ends: dict[int, int]) -> None:
        """Read on to `ends`; an id that the partition's earlier entries hold is a repetition."""
        for partition, end in ends.items():
            start = self._next(partition)
            if end <= start:
                continue
            reader = KafkaReader(self._bootstrap, {(self._topic, partition): start})
            try:
                span = OffsetRange(partition, start, end, self._marks.get(partition), self._topic)
                found = read_span(
                    reader, span, self._clock, known=self._known(partition), report=lambda _: self._job.check()
                )
            finally:
                reader.close()
            replays.keep_part(connection, self._job.id, partition, found.cells, found.marks)
            save_ids(self._ids(partition, end), found.ids)
            part = self._parts.setdefault(partition, _Part(0))
            part.next_offset, part.records = end, part.records + found.records
            part.duplicates, part.unreadable = part.duplicates + found.duplicates, part.unreadable + found.unreadable

    def _swap(self, seconds: float) -> None:
        records = sum(part.records for part in self._parts.values())
        with self._database.transaction() as connection:
            self._job.hold(connection)
            self._job.check()
            locked = time.monotonic()
            locks.alone(connection, locks.HISTORY)
            offsets = _history_offsets(connection, self._topic)
            require_whole(self._bootstrap, self._topic, offsets)  # also of what was removed while it was read
            self._catch_up(connection, offsets)
            if not self._job.arguments.get("trust_log"):
                require_entries(self._entries(), inbox.counted(connection))
            result = replays.swap(connection, self._job.id, self._scope)
            result |= {
                "records": sum(part.records for part in self._parts.values()),
                "duplicates": sum(part.duplicates for part in self._parts.values()),
                "unreadable": sum(part.unreadable for part in self._parts.values()),
                "offsets": {str(number): end for number, end in sorted(offsets.items())},
                "inbox_repaired": self._repair(connection),
                "events_per_second": round(records / max(seconds, 1e-6)),
                "seconds": round(time.monotonic() - self._began, 3),
                "run_id": self._retrain(connection),
            }
            result["locked_seconds"] = round(time.monotonic() - locked, 3)
            replays.keep_result(connection, self._job.id, result)
            replays.forget(connection, self._job.id)
            self._job.finish(connection, "succeeded")
        shutil.rmtree(self._folder, ignore_errors=True)
        log.info("replay_done", replay=str(self._job.id), **{k: v for k, v in result.items() if k != "offsets"})

    def _entries(self) -> int:
        """How many entries the shadow was made from."""
        return sum(part.records - part.duplicates - part.unreadable for part in self._parts.values())

    def _repair(self, connection: Connection) -> int:
        """The inbox must know every entry of the log up to the offsets: only looked at when everything is replayed."""
        if not self._scope.whole:
            return 0
        counted = inbox.counted(connection)
        if counted > self._entries() and self._job.arguments.get("trust_log"):
            inbox.forget_all(connection)
        elif counted >= self._entries():
            return 0
        raw = b"".join(path.read_bytes() for path in self._folder.glob("*.ids"))
        return inbox.repair(connection, (raw[place : place + 16].hex() for place in range(0, len(raw), 16)))

    def _retrain(self, connection: Connection) -> str | None:
        if not self._job.arguments.get("retrain"):
            return None
        who = str(self._job.arguments.get("requested_by", SERVICE))
        run_id = queue_run(
            connection, self._settings, as_of=yesterday(self._settings.zone), requested_by=who, cause="replay"
        )
        return None if run_id is None else str(run_id)


def _history_offsets(connection: Connection, topic: str) -> dict[int, int]:
    found = demand.offsets(connection).get(topic, {})
    return {int(partition): offset for partition, offset in found.items()}
