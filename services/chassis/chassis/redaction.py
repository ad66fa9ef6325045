"""What no log line may hold: passwords, tokens, keys and cookies, however deep they lie, whatever text they stand in.

Guarantee: a value under a name that speaks of a secret is replaced whole; in any other text what looks like a
credential (in an address, an Authorization header, a connection string, a token of ours) is, and the rest stays.
"""

import re
from collections.abc import Mapping
from typing import Any

REDACTED = "[redacted]"
SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "api_key")
_CREDENTIALS = (
    re.compile(r"(?<=://)([^\s/:@]*:)[^\s/@]+(?=@)"),  # scheme://user:password@host
    re.compile(r"(?i)\b((?:bearer|basic)\s+)[\w.~+/=-]{8,}"),
    re.compile(r"(?i)\b((?:password|passwd|pwd|secret|token|api_key)\s*[=:]\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;&'\"]+)"),
    re.compile(r"()\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"),  # a JSON web token
    re.compile(r"()\bfk_live_[\w-]{8,}"),  # an API key of ours
)


def redacted(value: Any, name: str = "") -> Any:
    """A value as a log may hold it."""
    if any(word in name.lower() for word in SECRET_WORDS):
        return REDACTED
    if isinstance(value, BaseException):
        value = repr(value)
    if isinstance(value, bytes):
        value = value.decode(errors="replace")
    if isinstance(value, str):
        for pattern in _CREDENTIALS:
            value = pattern.sub(rf"\1{REDACTED}", value)
        return value
    if isinstance(value, Mapping):
        return {key: redacted(one, str(key)) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [redacted(one) for one in value]
    return value
