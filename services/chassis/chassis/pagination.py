"""Keyset paging: a cursor is the sort key of the last item, opaque to clients and checked on return."""

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Query
from pydantic import BaseModel

from chassis.failures import invalid

Item = TypeVar("Item")
Limit = Annotated[int, Query(ge=1, le=500, description="Items a page")]
Cursor = Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the page before")]


class Page(BaseModel, Generic[Item]):
    """One page of a list. `next_cursor` is null on the last."""

    items: list[Item]
    next_cursor: str | None = None


def encode(values: Sequence[Any]) -> str:
    """A cursor for the sort key of the last item."""
    return base64.urlsafe_b64encode(orjson.dumps(list(values), default=str)).decode().rstrip("=")


def decode(cursor: str | None, *types: Callable[[Any], Any]) -> list[Any] | None:
    """The sort key of a cursor, each part made by its type; a 422 for anything we did not make."""
    if cursor is None:
        return None
    try:
        values = orjson.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if not isinstance(values, list) or len(values) != len(types) or "\x00" in str(values):
            raise ValueError("wrong shape")
        return [make(value) for make, value in zip(types, values, strict=True)]
    except (ValueError, TypeError, ArithmeticError, binascii.Error, RecursionError):
        raise invalid("cursor", "is not a cursor of this list", "bad_cursor") from None


def page(found: Sequence[Item], limit: int, key: Callable[[Item], Sequence[Any]]) -> tuple[list[Item], str | None]:
    """Cut `limit + 1` fetched items into a page and the cursor of the next one."""
    items = list(found[:limit])
    return items, encode(key(items[-1])) if len(found) > limit else None
