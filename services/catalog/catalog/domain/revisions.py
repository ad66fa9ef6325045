"""Two who change the same thing: the second is told, and nothing is lost."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chassis.failures import Conflict

UNREAD: Mapping[str, Any] = MappingProxyType({})


def expect(current: int, read: int | None) -> None:
    """A conflict when the caller read another revision than the newest; one who read none changes whatever there is."""
    if read is not None and read != current:
        raise Conflict(f"It was changed meanwhile: its revision is {current}, not {read}.", code="stale_revision")


def expect_values(now: Mapping[str, Any], read: Mapping[str, Any]) -> None:
    """A conflict when one of the values that the caller read is another now; what was not read is not compared."""
    other = [name for name, value in read.items() if now.get(name) != value]
    if other:
        told = ", ".join(f"{name} is {now.get(name)}, not {read[name]}" for name in other)
        raise Conflict(f"It was changed meanwhile: {told}.", code="stale_value")
