"""A second factor: six digits of a device that shares a secret (TOTP, RFC 6238: SHA-1, 30 seconds), or one of ten
recovery codes.

Guarantees: a code counts once, and within one period of its own; a recovery code counts once, and is kept as a digest:
it has 50 random bits, so that no slow hash is needed.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp

ISSUER = "Almanac"
RECOVERY_CODES = 10
SECONDS = 30
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that are taken for another


@dataclass(frozen=True)
class SecondFactor:
    """What is kept of one. `last_step`: the period whose code was used last; `recovery`: digests of what is left."""

    secret: str
    confirmed: bool
    last_step: int
    recovery: tuple[str, ...]

    def step_of(self, code: str, now: datetime) -> int | None:
        """The period that the code is of, when it is right, near now and later than any that was used."""
        step = int(now.timestamp()) // SECONDS
        totp = pyotp.TOTP(self.secret, interval=SECONDS)
        for near in (step, step - 1, step + 1):
            if near > self.last_step and secrets.compare_digest(totp.generate_otp(near).encode(), typed(code).encode()):
                return near
        return None

    def without(self, code: str) -> tuple[str, ...] | None:
        """The recovery codes that are left once this one is used; None when it is none of them."""
        used = digest(code)
        return tuple(kept for kept in self.recovery if kept != used) if used in self.recovery else None


def new_secret() -> str:
    """160 random bits, as devices take them."""
    return pyotp.random_base32()


def uri(secret: str, username: str) -> str:
    """What a device reads off the picture."""
    return pyotp.TOTP(secret, interval=SECONDS).provisioning_uri(name=username, issuer_name=ISSUER)


def new_recovery_codes() -> list[str]:
    """Ten codes, told once."""
    return ["-".join(_letters(5) for _ in range(2)) for _ in range(RECOVERY_CODES)]


def _letters(count: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(count))


def typed(code: str) -> str:
    """A code as it is meant, however it was typed."""
    return "".join(code.split()).replace("-", "").lower()


def digest(code: str) -> str:
    """What is kept of a recovery code."""
    return hashlib.sha256(typed(code).encode("utf-8", "surrogatepass")).hexdigest()
