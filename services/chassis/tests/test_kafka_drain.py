"""What is taken of Kafka at a time is bounded by records and by bytes, whatever the size of each."""

from typing import Any

import pytest
from chassis.kafka_fetch import MAX_RECORD_BYTES, drain


class StandingMessage:
    """A record of so many bytes."""

    def __init__(self, offset: int, size: int) -> None:
        self._offset, self._size = offset, size

    def __len__(self) -> int:
        return self._size

    def error(self) -> None:
        return None

    def topic(self) -> str:
        return "t"

    def partition(self) -> int:
        return 0

    def offset(self) -> int:
        return self._offset

    def key(self) -> bytes:
        return b""

    def value(self) -> bytes:
        return b"v"

    def headers(self) -> list[Any]:
        return []

    def timestamp(self) -> tuple[int, int]:
        return 1, 0


class FullLog:
    """A consumer that always has as many records as it is asked for, all of one size."""

    def __init__(self, size: int) -> None:
        self.size, self.given = size, 0

    def consume(self, room: int, seconds: float) -> list[StandingMessage]:
        self.given += room
        return [StandingMessage(self.given + place, self.size) for place in range(room)]


@pytest.mark.parametrize("size", [MAX_RECORD_BYTES, MAX_RECORD_BYTES // 3, 40_000])
def test_large_records_fill_a_batch_by_their_bytes(size: int) -> None:
    most = 8 * MAX_RECORD_BYTES
    log = FullLog(size)
    found = drain(log, 10_000_000, 1.0, size=most)  # type: ignore[arg-type]
    assert most - 2 * MAX_RECORD_BYTES < log.given * size <= most
    assert len(found) == log.given


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_small_records_fill_a_batch_by_their_number(limit: int) -> None:
    log = FullLog(100)
    assert len(drain(log, limit, 1.0)) == limit == log.given  # type: ignore[arg-type]
