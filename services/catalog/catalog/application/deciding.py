"""The worker's thread that decides: what is marked, classes after sales, and runs that are complete."""

import time

from chassis.database import Database
from chassis.logs import logger
from chassis.ports import Stop
from chassis.rounds import repeat

from catalog.application import runs

log = logger(__name__)
IDLE_SECONDS = 0.5
CLASSIFY_SECONDS = 300.0  # a class changes over weeks


class Deciding:
    """Rounds until told to stop; two workers take turns, since each batch is one transaction that one may have."""

    def __init__(self, database: Database, classify_seconds: float = CLASSIFY_SECONDS) -> None:
        self._database, self._pause = database, classify_seconds
        self._classified = float("-inf")

    def run(self, stop: Stop) -> None:
        """Decide as long as there is something to decide; a database that is away is waited for."""
        repeat(stop, self.round, lambda busy: 0.0 if busy else IDLE_SECONDS, log, "deciding_waits")

    def round(self) -> bool:
        """One batch of what is marked, the classes if it is time, the next run; whether there was anything."""
        busy = runs.catch_up(self._database)
        if time.monotonic() - self._classified >= self._pause and runs.classify(self._database):
            self._classified, busy = time.monotonic(), True
        return runs.advance(self._database) or busy

    def settle(self) -> None:
        """Rounds until there is nothing to decide."""
        while self.round():
            pass
