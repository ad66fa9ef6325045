"""Which records of a batch somebody asked to follow, and how a batch is cut so that each keeps its own trace.

A batch is applied in one trace, and what a handler publishes carries it. So neighbours of different requested traces
are applied one after the other, each run in a transaction of its own. Of a batch of more than `TRACED` records only the
first is looked at: headers cost as much as all the rest of a record.
"""

from collections.abc import Sequence
from itertools import groupby

from chassis import tracing
from chassis.event_log import Record

TRACED = 100


def cut(records: list[Record]) -> list[list[Record]]:
    """The records in their order, cut wherever the requested trace changes; mostly a single run."""
    looked_at = records if len(records) <= TRACED else records[:1]
    asked = [_requested(record) for record in looked_at]
    if not any(asked):
        return [records]
    runs = [
        [record for record, _ in run] for _, run in groupby(zip(records, asked, strict=False), lambda pair: pair[1])
    ]
    rest = records[len(looked_at) :]
    return [*runs, rest] if rest else runs


def trace_of(run: Sequence[Record]) -> str | None:
    """The trace that a run of `cut` is applied in: its first; never one that was asked for a single record of many."""
    looked_at = run if len(run) <= TRACED else run[:1]
    found = next(filter(None, map(_trace, looked_at)), None)
    return None if len(run) > TRACED and tracing.sampled(found) else found


def _trace(record: Record) -> str | None:
    raw = next((value for name, value in record.headers if name == "traceparent"), None)
    return None if raw is None else raw.decode(errors="replace")


def _requested(record: Record) -> str | None:
    """The id of the trace that was asked for, whatever span of it the record came from."""
    trace = _trace(record)
    return trace.split("-")[1] if trace is not None and tracing.sampled(trace) else None
