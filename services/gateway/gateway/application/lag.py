"""How far the consumers are behind, asked of Kafka itself."""

import asyncio
import time

from chassis.event_log import LogUnavailable
from chassis.kafka_lag import KafkaLag
from pydantic import BaseModel

from gateway.domain.routing import SERVICES


class ConsumerStatus(BaseModel):
    """A consumer and how many events it has not applied yet."""

    service: str
    name: str
    behind: int
    topics: dict[str, int]


class LagMeter:
    """Consumer lag, measured at most every two seconds whoever asks."""

    def __init__(self, bootstrap: str, kept_seconds: float = 2.0) -> None:
        self._bootstrap, self._kept = bootstrap, kept_seconds
        self._lag: KafkaLag | None = None
        self._last: list[ConsumerStatus] | None = None
        self._at = float("-inf")
        self._lock = asyncio.Lock()

    async def consumers(self) -> list[ConsumerStatus] | None:
        """All consumers by name, or None."""
        async with self._lock:
            if time.monotonic() - self._at > self._kept:
                self._last = await asyncio.to_thread(self._measure)
                self._at = time.monotonic()
            return self._last

    def _measure(self) -> list[ConsumerStatus] | None:
        self._lag = self._lag or KafkaLag(self._bootstrap)
        try:
            found = self._lag.measure()
        except (LogUnavailable, TimeoutError):
            self._lag = None  # a new connection waits for no pause that an old one has come to
            return None
        return [
            ConsumerStatus(
                service=group.split(".")[0], name=group.split(".")[1], behind=sum(lag.values()), topics=lag
            )
            for group, lag in sorted(found.items())
            if group.split(".")[0] in SERVICES
        ]  # fmt: skip
