"""Passwords: argon2id (OWASP's m=46 MiB, t=1, p=1), normalised, long enough, not common.

At most two hashes are computed at once, so that a flood of sign-ins cannot take the machine's memory.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import secrets
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH, MAX_LENGTH = 12, 128
_HASHER = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)
_AT_ONCE = threading.BoundedSemaphore(2)
_COMMON = frozenset(
    (
        "123456789012",
        "1234567890123",
        "password1234",
        "passwordpassword",
        "qwertyuiop12",
        "qwerty123456",
        "administrator",
        "letmeinletmein",
        "changemechangeme",
        "welcome12345",
        "iloveyou1234",
        "abcdefghijkl",
        "111111111111",
        "000000000000",
        "password12345",
        "adminadminadmin",
        "almanacalmanac",
    )
)


def normalise(password: str) -> str:
    """The same password however the keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, username: str) -> str | None:
    """Why the password is not accepted, or None."""
    plain = normalise(password)
    if len(plain) < MIN_LENGTH:
        return f"must have at least {MIN_LENGTH} characters"
    if len(plain) > MAX_LENGTH:
        return f"must have at most {MAX_LENGTH} characters"
    if plain.lower() in _COMMON or len(set(plain)) < 4:
        return "is too common"
    if username.lower() in plain.lower() and len(plain) < len(username) + 8:
        return "must not be made of the user name"
    return None


def invented() -> str:
    """A password for somebody who is to replace it: told once, to be read aloud and typed."""
    return "-".join(secrets.token_hex(2) for _ in range(5))


def hashed(password: str) -> str:
    """An argon2id hash with its salt and parameters."""
    with _AT_ONCE:
        return _HASHER.hash(normalise(password))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password is the stored one; takes as long for an unknown user, whose `stored` is None."""
    with _AT_ONCE:
        try:
            return _HASHER.verify(stored or _NOBODY, normalise(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def outdated(stored: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(stored)


_NOBODY = _HASHER.hash("nobody has this password")
