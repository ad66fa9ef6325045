"""Bodies that are here as a whole before a service is asked, so that who sends slowly holds none of its connections.

Guarantee: together they are never more than `MOST_BYTES`; what would go beyond is told to come again.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from chassis.failures import TooLarge, Unavailable

MOST_BYTES = 128 * 1024 * 1024


class HeldBodies:
    """Counts what is held. Owned by the event loop."""

    def __init__(self) -> None:
        self._bytes = 0

    @asynccontextmanager
    async def whole(self, parts: AsyncIterator[bytes], most: int) -> AsyncIterator[bytes]:
        """The body, held as long as the block runs. Raises TooLarge beyond `most`, Unavailable when all is full."""
        mine, kept = 0, []
        try:
            async for part in parts:
                if mine + len(part) > most:
                    raise TooLarge(f"The body is larger than {most} bytes.", code="too_large")
                if self._bytes + len(part) > MOST_BYTES:
                    raise Unavailable("Too much is being sent now; try again.", code="busy")
                mine, self._bytes = mine + len(part), self._bytes + len(part)
                kept.append(part)
            yield b"".join(kept)
        finally:
            self._bytes -= mine
