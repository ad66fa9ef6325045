"""What was read and never changes, held for the next who asks: the newest few of it. Safe between threads."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class NewestFew(Generic[Key, Value]):
    """At most so many values by their keys; the one that came first makes room."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._values: dict[Key, Value] = {}
        self._lock = Lock()

    def get(self, key: Key, read: Callable[[], Value]) -> Value:
        """The value of that key, read where it is not held; two who ask at once may both read it."""
        with self._lock:
            if key in self._values:
                return self._values[key]
        value = read()
        with self._lock:
            self._values[key] = value
            while len(self._values) > self.most:
                self._values.pop(next(iter(self._values)))
        return value

    def __contains__(self, key: Key) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)
