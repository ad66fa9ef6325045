"""Sums one partition of `sale-recorded` from offset to offset: each entry once, whatever the log repeats.

An entry's key decides its partition, so a repeated entry repeats within its partition, and partitions can be read
by processes of their own. Memory: about 150 bytes an entry of the partition under way.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from chassis.event_log import LogReader, LogUnavailable
from contracts.lean import read_value
from contracts.topics import SALE_RECORDED
from numpy.typing import NDArray

from forecaster.domain.history import SeriesWeek, Total, WeekClock, WeeklySum

BATCH = 10_000
SILENCE_POLLS = 150  # of 0.2 s: a log that gives nothing for half a minute does not answer

Ids = NDArray[np.void]


@dataclass(frozen=True)
class OffsetRange:
    """Offsets `start` up to, not including, `end`. Entries from `marked` on mark the weeks they touch."""

    partition: int
    start: int
    end: int
    marked: int | None = None
    topic: str = SALE_RECORDED.name


@dataclass
class PartitionSum:
    """What a span holds. `marks` are the weeks touched from `OffsetRange.marked` on."""

    cells: list[tuple[SeriesWeek, Total]] = field(default_factory=list)
    marks: set[SeriesWeek] = field(default_factory=set)
    ids: list[str] = field(default_factory=list)
    records: int = 0
    duplicates: int = 0
    unreadable: int = 0


def read_span(
    reader: LogReader, span: OffsetRange, clock: WeekClock, *, known: Callable[[str], bool] | None = None,
    report: Callable[[int], None] = lambda records: None,
) -> PartitionSum:  # fmt: skip
    """Read a span to its end. `known` tells the ids of earlier spans; `report` may raise to stop."""
    found, weekly, marked = PartitionSum(), WeeklySum(clock), WeeklySum(clock)
    seen: set[str] = set()
    add, remember = weekly.add, seen.add
    mark = span.end if span.marked is None else span.marked
    position, silent = span.start, 0
    while position < span.end:
        batch = reader.poll_values(min(BATCH, span.end - position), 0.2)  # more would be waited for in vain
        silent = 0 if batch else silent + 1
        if silent > SILENCE_POLLS:
            raise LogUnavailable(f"partition {span.partition} gives nothing at offset {position}")
        for offset, value in batch:
            if offset >= span.end:
                break
            try:
                sale = read_value(value or b"")
                sale_id = sale.sale_id
                if sale_id in seen or (known is not None and known(sale_id)):
                    found.duplicates += 1
                    continue
                add(sale)
            except ValueError:
                found.unreadable += 1
                continue
            remember(sale_id)
            if offset >= mark:
                marked.add(sale)
        if batch:
            found.records += min(batch[-1][0] + 1, span.end) - position
            position = batch[-1][0] + 1
        report(found.records)
    found.cells, found.ids = list(weekly.cells()), list(seen)
    found.marks = {cell for cell, _ in marked.cells()}
    return found


def packed(ids: Iterable[str]) -> Ids:
    """Ids as a sorted array of 16 bytes each."""
    raw = bytes.fromhex("".join(ids).replace("-", ""))
    return np.sort(np.frombuffer(raw, dtype="S16").astype("S16")).view("V16")


def save_ids(path: Path, ids: Iterable[str]) -> None:
    """Keep a partition's ids; the file is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")
    whole.write_bytes(packed(ids).tobytes())
    whole.rename(path)


def known_ids(path: Path) -> Callable[[str], bool]:
    """Whether an id is among a partition's."""
    held = np.frombuffer(path.read_bytes(), dtype="S16")

    def known(sale_id: str) -> bool:
        wanted = np.frombuffer(bytes.fromhex(sale_id.replace("-", "")), dtype="S16")[0]
        place = int(np.searchsorted(held, wanted))
        return place < len(held) and bool(held[place] == wanted)

    return known
