"""Hands events to the open streams. A slow client is dropped; a client that comes back gets what it missed.

Guarantee: an event is given to every open stream in order, or that stream ends. Ids grow; the last `KEPT` events
are kept for `Last-Event-ID`. A stream begins with the id that it can come back with, even if nothing happens in
between. A client whose id is unknown, or too old, is told to fetch everything again.
"""

import asyncio
import threading
import time
from collections import deque
from typing import Any, NamedTuple

import orjson

KEPT = 2000
QUEUE = 500
EVERYTHING = "*"


class StreamEvent(NamedTuple):
    """One event of the stream."""

    id: str
    name: str
    data: bytes

    def encoded(self) -> bytes:
        """As server-sent event."""
        return b"id: %b\nevent: %b\ndata: %b\n\n" % (self.id.encode(), self.name.encode(), self.data)


class Stream:
    """One client's queue. `None` in it ends the stream."""

    def __init__(self, missed: list[StreamEvent]) -> None:
        self.loop = asyncio.get_running_loop()
        self.queue: asyncio.Queue[StreamEvent | None] = asyncio.Queue()
        self.open = True
        for event in missed:
            self.queue.put_nowait(event)

    def put(self, event: StreamEvent | None) -> None:
        """Runs in the stream's loop."""
        if event is not None and self.queue.qsize() >= QUEUE + KEPT:
            self.open, event = False, None
        self.queue.put_nowait(event)


class Hub:
    """Thread-safe: the log is read in a thread, streams live in the event loop."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._boot = format(time.time_ns(), "x")
        self._last = 0
        self._kept: deque[StreamEvent] = deque(maxlen=KEPT)
        self._streams: set[Stream] = set()
        self._closed = False

    def publish(self, name: str, data: dict[str, Any]) -> None:
        """Give an event to all streams."""
        with self._lock:
            self._last += 1
            event = self._event(name, data)
            self._kept.append(event)
            for stream in [stream for stream in self._streams if stream.open]:
                stream.loop.call_soon_threadsafe(stream.put, event)

    def invalidate(self, resources: list[str]) -> None:
        """Say what is to be fetched again."""
        self.publish("invalidate", {"keys": resources})

    def _event(self, name: str, data: dict[str, Any]) -> StreamEvent:
        return StreamEvent(f"{self._boot}-{self._last}", name, orjson.dumps(data))

    def subscribe(self, last_id: str | None) -> Stream:
        """A stream, beginning after `last_id` where that is still known."""
        with self._lock:
            stream = Stream(self._missed(last_id) if last_id else [self._event("welcome", {})])
            if self._closed:
                stream.put(None)
            self._streams.add(stream)
            return stream

    def _missed(self, last_id: str) -> list[StreamEvent]:
        boot, _, number = last_id.rpartition("-")
        behind = self._last - int(number) if boot == self._boot and number.isdecimal() else -1
        if 0 <= behind <= len(self._kept):
            return list(self._kept)[len(self._kept) - behind :]
        return [self._event("invalidate", {"keys": [EVERYTHING]})]

    def unsubscribe(self, stream: Stream) -> None:
        """The client has gone."""
        with self._lock:
            self._streams.discard(stream)

    def close(self) -> None:
        """End every stream: the process is about to stop. Called from a signal handler, so it takes no lock."""
        self._closed = True
        for stream in list(self._streams):
            stream.loop.call_soon_threadsafe(stream.put, None)
