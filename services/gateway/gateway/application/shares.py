"""How much one caller has under way at a time, so that there is room for the others.

Guarantee: never more than `most` of one caller. What is beyond waits its turn for `patience` seconds, so that a burst
is answered as before, and is refused then. Whatever becomes of a request its place is given back.
"""

import asyncio
from dataclasses import dataclass

ANSWERS = 64  # of the 200 connections to the services
UPLOADS = 10  # of the 20 that are handed on
FILES = 1  # of the four lists that are written as files at a time
STREAMS = 64
PATIENCE_SECONDS = 10.0  # a stream, which lasts, is not waited for
FILE_PATIENCE_SECONDS = 300.0  # the file before it may take a minute or two


class Full(Exception):
    """The caller has as much under way as one caller may."""


@dataclass
class _Share:
    places: asyncio.Semaphore
    asking: int = 0


class Shares:
    """What each caller has under way. Owned by the event loop."""

    def __init__(self, most: int, patience: float = 0.0) -> None:
        self._most, self._patience = most, patience
        self._of: dict[str, _Share] = {}

    @property
    def idle(self) -> bool:
        """Whether nobody has or waits for a place."""
        return not self._of

    def place(self, caller: str | None) -> "HeldPlace":
        """For an `async with`: a place as long as it runs. Strangers (None) need none: nobody answers them long."""
        return HeldPlace(self, caller)

    async def take(self, caller: str) -> None:
        """Wait for a place. Raises Full."""
        share = self._of.setdefault(caller, _Share(asyncio.Semaphore(self._most)))
        share.asking += 1
        try:
            await self._turn(share.places)
        except BaseException:
            self._leave(caller)
            raise

    def give_back(self, caller: str) -> None:
        """What was taken."""
        self._of[caller].places.release()
        self._leave(caller)

    def _leave(self, caller: str) -> None:
        self._of[caller].asking -= 1
        if not self._of[caller].asking:
            del self._of[caller]

    async def _turn(self, places: asyncio.Semaphore) -> None:
        if places.locked() and not self._patience:
            raise Full
        try:
            async with asyncio.timeout(self._patience or None):
                await places.acquire()
        except TimeoutError:
            raise Full from None


class HeldPlace:
    """Taken on entering, which raises Full; given back on leaving."""

    def __init__(self, shares: Shares, caller: str | None) -> None:
        self._shares, self._caller = shares, caller

    async def __aenter__(self) -> None:
        if self._caller is not None:
            await self._shares.take(self._caller)

    async def __aexit__(self, *_: object) -> None:
        if self._caller is not None:
            self._shares.give_back(self._caller)
