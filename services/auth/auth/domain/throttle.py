"""Failed sign-ins are limited per account from one address, and per address; requests for accounts per address.

An account is never closed as a whole: its owner comes in from elsewhere while a stranger fails at it, however often.
What holds a stranger with many addresses back is that a password has twelve characters or more, and that two are
checked at a time. Codes of a second factor are short: wrong ones are limited per account, from wherever; only who knows
the password can use that up.
"""

import ipaddress

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

WAIT_SECONDS = 15 * 60
_PER_ACCOUNT = RateLimitItemPerMinute(10, 15)
_PER_ADDRESS = RateLimitItemPerMinute(100, 15)
_CODES = RateLimitItemPerMinute(30, 15)
_ONE_HOUSEHOLD = 64  # bits of an IPv6 address: whoever has one has all that begin alike


class Throttled(Exception):
    """Too many attempts; `WAIT_SECONDS` later there may be others."""


def _place(address: str) -> str:
    """Where an attempt comes from, as it is counted."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, _ONE_HOUSEHOLD), strict=False))
    return str(getattr(found, "ipv4_mapped", None) or found)


class Throttle:
    """Counts failures in this process's memory; a restart forgives."""

    def __init__(self) -> None:
        self._storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self._storage)

    def attempt(self, account: str, address: str) -> None:
        """Raises Throttled when no other attempt may be made; counts nothing."""
        by_account = self._limiter.test(_PER_ACCOUNT, "account", account.casefold(), _place(address))
        if not by_account or not self._limiter.test(_PER_ADDRESS, "address", _place(address)):
            raise Throttled

    def failed(self, account: str, address: str) -> None:
        """Count a failure."""
        self._limiter.hit(_PER_ACCOUNT, "account", account.casefold(), _place(address))
        self._limiter.hit(_PER_ADDRESS, "address", _place(address))

    def code(self, account: str) -> None:
        """Raises Throttled when no other code may be tried for the account; counts nothing."""
        if not self._limiter.test(_CODES, "code", account.casefold()):
            raise Throttled

    def wrong_code(self, account: str) -> None:
        """Count a wrong code."""
        self._limiter.hit(_CODES, "code", account.casefold())

    def register(self, address: str) -> None:
        """Count a request for an account; raises Throttled when there were too many."""
        if not self._limiter.hit(_PER_ADDRESS, "registration", _place(address)):
            raise Throttled

    def succeeded(self, account: str, address: str) -> None:
        """Forget the account's failures from there."""
        self._limiter.clear(_PER_ACCOUNT, "account", account.casefold(), _place(address))
