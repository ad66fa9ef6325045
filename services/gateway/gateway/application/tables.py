"""A whole list as a file, whatever page a screen has read so far.

Guarantee: a file has every row of the list, in its order, and says how many, or there is none: the owner is asked for
page after page before the first byte is sent, so that a failure on the way never leaves a file that only looks whole.
"""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from typing import IO, Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from chassis.failures import TooLarge, invalid

from gateway.application.narrowing import OwnerRefused, narrowed, read
from gateway.domain import routing, tables
from gateway.upstreams.client import Call, Upstreams, headers_for

PAGE = 500
MOST_ROWS = 500_000
AT_ONCE = 4
_IN_MEMORY = 4 * 1024 * 1024


class Left(Exception):
    """Nobody waits for the file any more."""


class Tables:
    """Writes lists as files, a few at a time: the others wait."""

    def __init__(self, upstreams: Upstreams, most: int = MOST_ROWS) -> None:
        self._upstreams, self._most = upstreams, most
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def write(
        self, of: str, columns: Sequence[str], token: str | None, gone: Callable[[], Awaitable[bool]]
    ) -> tuple[int, IO[bytes]]:
        """(rows, the file from its beginning) of the list at a path of the API, with its filters and order.

        Raises OwnerRefused, Left, Invalid, TooLarge, Unavailable.
        """
        service, path, query = _list_at(of)
        try:
            chosen = [tables.column(said) for said in columns]
        except tables.NoColumn:
            raise invalid("column", "a field of a row, and after a colon what to call it") from None
        async with self._turn:
            file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (whoever sends it closes it)
            file.write(tables.head(chosen).encode())
            headers, rows, cursor, more = headers_for(token), 0, None, True
            while more:
                if await gone():
                    raise Left
                page = await self._page(service, path, query, cursor, headers)
                file.write("".join(tables.line(chosen, row) for row in page["items"]).encode())
                rows, cursor = rows + len(page["items"]), page.get("next_cursor")
                if rows > self._most:
                    raise TooLarge(f"More than {self._most:,} rows; narrow the list down.", code="too_many_rows")
                more = cursor is not None
        file.seek(0)
        return rows, file

    async def _page(
        self, service: str, path: str, query: list[tuple[str, str]], cursor: str | None,
        headers: list[tuple[bytes, bytes]],
    ) -> dict[str, Any]:  # fmt: skip
        asked = urlencode([*query, ("limit", str(PAGE)), *([("cursor", cursor)] if cursor else [])])
        call = Call("GET", f"{path}?{asked}", headers, None, routing.READ_SECONDS)
        status, content = await self._upstreams.whole(service, await narrowed(self._upstreams, call))
        told = read(content)
        if status != 200:
            raise OwnerRefused(status, told)
        if not isinstance(told, dict) or not isinstance(told.get("items"), list):
            raise invalid("of", "is no list", "no_list")
        return told


def _list_at(of: str) -> tuple[str, str, list[tuple[str, str]]]:
    """(service, path, filters) of a list as the API's clients name it."""
    try:
        parts = urlsplit(of)
        target = routing.upstream(parts.path.removeprefix("/api"))
    except ValueError:
        target = None
    if target is None or not of.startswith("/api/") or ".." in unquote(parts.path).split("/"):
        raise invalid("of", "is no list of this API", "no_list")
    filters = [(name, value) for name, value in parse_qsl(parts.query) if name not in ("limit", "cursor")]
    return *target, filters
