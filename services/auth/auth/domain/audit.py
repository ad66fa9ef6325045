"""The audit trail's hash chain: each entry's hash covers the one before, so a removed or changed entry shows."""

import hashlib
from typing import Any

import orjson


def chained(previous: str, entry: dict[str, Any]) -> str:
    """The hash of an entry that follows the one with the hash `previous`."""
    content = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(previous.encode() + content).hexdigest()
