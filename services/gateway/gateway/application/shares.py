"""How much one caller has under way at a time, so that there is room for the others.

Guarantee: never more than `most` of one caller, and whatever becomes of a request its place is given back.
"""

from collections import Counter

ANSWERS = 64  # of the 200 connections to the services
UPLOADS = 10  # of the 20 that are handed on
STREAMS = 64


class Full(Exception):
    """The caller has as much under way as one caller may."""


class Shares:
    """Counts what each caller has under way. Owned by the event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def place(self, caller: str | None) -> "HeldPlace":
        """For a `with`: a place as long as it runs. Strangers (None) need none: nobody answers them at length."""
        return HeldPlace(self, caller)

    def take(self, caller: str) -> None:
        """Raises Full."""
        if self._taken[caller] >= self._most:
            raise Full
        self._taken[caller] += 1

    def give_back(self, caller: str) -> None:
        """What was taken."""
        self._taken[caller] -= 1
        if not self._taken[caller]:
            del self._taken[caller]


class HeldPlace:
    """Taken on entering, which raises Full; given back on leaving."""

    def __init__(self, shares: Shares, caller: str | None) -> None:
        self._shares, self._caller = shares, caller

    def __enter__(self) -> None:
        if self._caller is not None:
            self._shares.take(self._caller)

    def __exit__(self, *_: object) -> None:
        if self._caller is not None:
            self._shares.give_back(self._caller)
