"""Refresh tokens: rotated at every use; a token used twice ends its family, but for tabs that raced.

Strict reuse detection signs people out whose browser opened two tabs; so a token that was rotated a moment ago
is still accepted, and joins the family instead of ending it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

GRACE = timedelta(seconds=15)


class NotSignedIn(Exception):
    """The password, session or key does not say who this is; the message may be told to anybody."""


class CodeNeeded(Exception):
    """The password is right, and a code of the second factor is asked for."""


class Verdict(Enum):
    """What a presented refresh token deserves."""

    ROTATE = "rotate"
    REUSED = "reused"
    ENDED = "ended"


@dataclass(frozen=True)
class Token:
    """A stored refresh token."""

    expires_at: datetime
    used_at: datetime | None
    family_revoked: bool


def judge(token: Token, now: datetime) -> Verdict:
    """ROTATE a current or just rotated token; REUSED means theft is possible: end the family."""
    if token.family_revoked or now >= token.expires_at:
        return Verdict.ENDED
    if token.used_at is None or now - token.used_at <= GRACE:
        return Verdict.ROTATE
    return Verdict.REUSED
