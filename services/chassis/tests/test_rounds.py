"""Work that is looked for again and again: it rests as it is told, waits for what passes, and hides no fault."""

import threading
from typing import Any

import pytest
from chassis.event_log import LogUnavailable
from chassis.logs import logger
from chassis.rounds import repeat


class Rests:
    """A stop that is asked for after so many rests; how long they were."""

    def __init__(self, most: int) -> None:
        self.most, self.rests = most, list[float]()

    def is_set(self) -> bool:
        return len(self.rests) >= self.most

    def wait(self, timeout: float | None = None) -> bool:
        self.rests.append(timeout or 0)
        return self.is_set()


def test_it_rests_as_each_round_asks_and_not_at_all_while_there_is_more() -> None:
    stop, found = Rests(2), iter([True, False, True, True, False])
    repeat(stop, lambda: next(found), lambda busy: 0.0 if busy else 3.0, logger("test"), "waits")
    assert stop.rests == [3.0, 3.0] and list(found) == []


def test_what_passes_is_waited_for_and_a_fault_is_raised() -> None:
    stop, faults = Rests(2), iter([LogUnavailable(""), ConnectionResetError("no such thing passes")])

    def once() -> Any:
        raise next(faults)

    with pytest.raises(ConnectionResetError):
        repeat(stop, once, lambda result: 5.0 if result is None else 0.0, logger("test"), "waits", LogUnavailable)
    assert stop.rests == [5.0]


def test_nothing_is_done_once_it_is_to_stop() -> None:
    stop = threading.Event()
    stop.set()
    repeat(stop, lambda: pytest.fail("was called"), lambda _: 1.0, logger("test"), "waits")
