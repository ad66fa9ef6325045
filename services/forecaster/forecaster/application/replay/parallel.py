"""Reads partitions in processes of their own, two at a time on a small machine: Python sums on one core only.

A child that loses its parent ends by itself; the parent ends its children when it is cancelled or fails.
"""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

from chassis.kafka import KafkaReader

from forecaster.application.replay.reader import OffsetRange, PartitionSum, read_span, save_ids
from forecaster.domain.history import WeekClock

_shared: dict[str, Any] = {}


class Stopped(Exception):
    """The parent has no more use for this child's work."""


def _start(counter: "Synchronized[int]", stop: Event, parent: int, clock: WeekClock, bootstrap: str) -> None:
    # The clock remembers from span to span, and the reader keeps its connections.
    _shared.update(counter=counter, stop=stop, parent=parent, clock=clock, reader=KafkaReader(bootstrap, {}))
    os.nice(5)


def _read(span: OffsetRange, ids: Path | None) -> PartitionSum:
    reported = 0

    def report(records: int) -> None:
        nonlocal reported
        with _shared["counter"].get_lock():
            _shared["counter"].value += records - reported
        reported = records
        if _shared["stop"].is_set() or os.getppid() != _shared["parent"]:
            raise Stopped

    reader: KafkaReader = _shared["reader"]
    reader.move({(span.topic, span.partition): span.start})
    found = read_span(reader, span, _shared["clock"], report=report)
    if ids is not None:
        save_ids(ids, found.ids)
    found.ids = []
    return found


def read_all(
    bootstrap: str, spans: Sequence[OffsetRange], clock: WeekClock, *, processes: int,
    ids_of: Callable[[OffsetRange], Path | None], report: Callable[[int], None],
) -> Iterator[tuple[OffsetRange, PartitionSum]]:  # fmt: skip
    """Each span with its sum, as they get done. `report(records)` is called about twice a second; it may raise."""
    context = multiprocessing.get_context("spawn")
    counter, stop = context.Value("q", 0), context.Event()
    longest_first = sorted(spans, key=lambda span: span.start - span.end)
    pool = ProcessPoolExecutor(
        min(processes, max(len(spans), 1)), context, initializer=_start,
        initargs=(counter, stop, os.getpid(), clock, bootstrap),
    )  # fmt: skip
    try:
        open_: dict[Future[PartitionSum], OffsetRange] = {
            pool.submit(_read, span, ids_of(span)): span for span in longest_first
        }
        while open_:
            done, _ = wait(open_, timeout=0.5, return_when=FIRST_COMPLETED)
            report(counter.value)
            for future in done:
                yield open_.pop(future), future.result()
    finally:
        stop.set()
        pool.shutdown(wait=True, cancel_futures=True)
