"""JSON log lines on standard error, with the request's or the event's trace id."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from chassis import tracing
from chassis.redaction import redacted


def _redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in event:
        if not name.startswith("_"):  # those are structlog's own
            event[name] = redacted(event[name], name)
    return event


def _trace(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    current = tracing.current()
    if current:
        event["trace_id"] = current.split("-")[1]
    return event


def configure(service: str, role: str, level: str) -> None:
    """Send structlog and the standard library's loggers to one stream of JSON lines."""

    def who(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["service"], event["role"] = service, role  # no context variable: threads begin without those
        return event

    shared: list[Any] = [
        who, structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True), structlog.processors.format_exc_info, _trace, _redact,
    ]  # fmt: skip
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(True)
    logging.getLogger("uvicorn.access").setLevel(logging.WARNING)


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger that carries the bound context."""
    return structlog.stdlib.get_logger(name)
