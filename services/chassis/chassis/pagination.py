"""Keyset paging: a cursor is the sort key of the last item, opaque to clients and signed.

Guarantee: what `decode` gives to a query was made by `encode` for the same list, under a key that all processes of the
service have. No list need think of what else a cursor could say.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from chassis.failures import invalid

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=500, description="Items a page")]
Cursor = Annotated[str | None, Query(max_length=4000, description="`next_cursor` of the page before")]


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


# The key, and the list that is asked for: set for each request (`chassis.api`).
_asked: ContextVar[tuple[bytes, str]] = ContextVar("_asked", default=(secrets.token_bytes(32), ""))
_SIGNATURE_BYTES = 16


def key_of(secret: str) -> bytes:
    """The key that cursors are signed with, from a secret of the service: made so slowly that no cursor betrays it."""
    return hashlib.scrypt(secret.encode(), salt=b"cursors", n=2**14, r=8, p=1, dklen=32)


def asked_for(key: bytes, path: str) -> None:
    """Cursors are of this list from here on, in this request."""
    _asked.set((key, path))


def _signature(content: bytes) -> bytes:
    key, path = _asked.get()
    signed = hmac.new(key, path.encode("utf-8", "surrogatepass") + b"\n" + content, "sha256")
    return signed.digest()[:_SIGNATURE_BYTES]


def encode(values: Sequence[Any]) -> str:
    """A cursor for the sort key of the last item."""
    content = orjson.dumps(list(values), default=str)
    return base64.urlsafe_b64encode(_signature(content) + content).decode().rstrip("=")


def decode(cursor: str | None, *types: Callable[[Any], Any]) -> list[Any] | None:
    """The sort key of a cursor, each part made by its type; a 422 for anything we did not make."""
    if cursor is None:
        return None
    try:
        given = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        signature, content = given[:_SIGNATURE_BYTES], given[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, _signature(content)):
            raise ValueError("not ours")
        values = orjson.loads(content)
        if len(values) != len(types):  # of the same list, in another order
            raise ValueError("wrong shape")
        return [make(value) for make, value in zip(types, values, strict=True)]
    except (ValueError, TypeError, ArithmeticError, binascii.Error):
        raise invalid("cursor", "is not a cursor of this list", "bad_cursor") from None


def page(found: Sequence[Item], limit: int, key: Callable[[Item], Sequence[Any]]) -> tuple[list[Item], str | None]:
    """Cut `limit + 1` fetched items into a page and the cursor of the next one."""
    items = list(found[:limit])
    return items, encode(key(items[-1])) if len(found) > limit else None
