"""Sign-in attempts are limited per account and per address, requests for accounts per address; success clears the
account's count."""

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

_PER_ACCOUNT = RateLimitItemPerMinute(10, 15)
_PER_ADDRESS = RateLimitItemPerMinute(100, 15)


class Throttle:
    """Counts failures in this process's memory; a restart forgives."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def allowed(self, account: str, address: str) -> bool:
        """Whether another attempt may be made."""
        return self._limiter.test(_PER_ACCOUNT, "account", account.casefold()) and self._limiter.test(
            _PER_ADDRESS, "address", address
        )

    def failed(self, account: str, address: str) -> None:
        """Count a failure."""
        self._limiter.hit(_PER_ACCOUNT, "account", account.casefold())
        self._limiter.hit(_PER_ADDRESS, "address", address)

    def registers(self, address: str) -> bool:
        """Count a request for an account; whether it may be made."""
        return bool(self._limiter.hit(_PER_ADDRESS, "registration", address))

    def succeeded(self, account: str) -> None:
        """Forget the account's failures."""
        self._limiter.clear(_PER_ACCOUNT, "account", account.casefold())
