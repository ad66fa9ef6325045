"""W3C trace context from the HTTP request through outbox and Kafka to the last handler.

Who sends a `traceparent` with the flag `01` (sampled) is told: each request and each handler that the trace reaches
writes a log line with its id. Traces that we begin are not sampled: a line for every event would be no log any more.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_TRACEPARENT = re.compile(r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
_ODD = frozenset("13579bdf")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def current() -> str | None:
    """The traceparent of the work under way, if any."""
    return _current.get()


def child(parent: str | None) -> str:
    """A new span of the parent's trace; a new trace where the parent is missing or malformed."""
    trace = parent.split("-")[1] if parent and _TRACEPARENT.match(parent) else secrets.token_hex(16)
    return f"00-{trace}-{secrets.token_hex(8)}-{'01' if sampled(parent) else '00'}"


def sampled(trace: str | None) -> bool:
    """Whether somebody asked for log lines of this trace."""
    # The last bit first: this is asked of every record, and of most the answer is no.
    return trace is not None and trace[-1:] in _ODD and _TRACEPARENT.match(trace) is not None


@contextmanager
def span(parent: str | None) -> Iterator[str]:
    """Run a block as a child span; what it publishes and logs carries the trace."""
    value = child(parent)
    token = _current.set(value)
    try:
        yield value
    finally:
        _current.reset(token)
