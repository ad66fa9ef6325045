"""Sign-in attempts are limited per account and per address, requests for accounts per address; success clears the
account's count."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WAIT_SECONDS = 15 * 60
_PER_ACCOUNT = RateLimitItemPerMinute(10, 15)
_PER_ADDRESS = RateLimitItemPerMinute(100, 15)


class Throttled(Exception):
    """Too many attempts; `WAIT_SECONDS` later there may be others."""


class Throttle:
    """Counts failures in this process's memory; a restart forgives."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def attempt(self, account: str, address: str) -> None:
        """Raises Throttled when no other attempt may be made; counts nothing."""
        by_account = self._limiter.test(_PER_ACCOUNT, "account", account.casefold())
        if not by_account or not self._limiter.test(_PER_ADDRESS, "address", address):
            raise Throttled

    def failed(self, account: str, address: str) -> None:
        """Count a failure."""
        self._limiter.hit(_PER_ACCOUNT, "account", account.casefold())
        self._limiter.hit(_PER_ADDRESS, "address", address)

    def register(self, address: str) -> None:
        """Count a request for an account; raises Throttled when there were too many."""
        if not self._limiter.hit(_PER_ADDRESS, "registration", address):
            raise Throttled

    def succeeded(self, account: str) -> None:
        """Forget the account's failures."""
        self._limiter.clear(_PER_ACCOUNT, "account", account.casefold())
