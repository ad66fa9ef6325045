"""A clock at a time that the test sets."""

from datetime import datetime, timedelta


class SimulatedClock:
    """Time passes when the test says so."""

    def __init__(self, now: str) -> None:
        self.now = datetime.fromisoformat(now)

    def time(self) -> float:
        """Unix time."""
        return self.now.timestamp()

    monotonic = time

    def sleep(self, seconds: float) -> None:
        """So much time passes."""
        self.now += timedelta(seconds=seconds)
