"""A list that is narrowed by what another service knows.

Guarantee: a filter is never passed over in silence. The service that knows it is asked which series it leaves, and the
list's owner is asked for those alone, as a question in a body; where either refuses or does not answer, so do we.
"""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from gateway.domain.narrowing import OWNER, SERIES, split
from gateway.upstreams.client import Call, Upstreams

# What belongs to the question as it came; the answer that we read ourselves is to come as it is.
_OF_THE_QUESTION = (b"accept-encoding", b"content-type", b"content-length", b"if-none-match")


@dataclass(frozen=True)
class OwnerRefused(Exception):
    """The owner's own answer to what it was asked."""

    status: int
    told: Any


async def narrowed(upstreams: Upstreams, call: Call) -> Call:
    """The call, or the same question of the series that another service's filters leave.

    Raises OwnerRefused, Unavailable.
    """
    path, _, query = call.path.partition("?")
    own, foreign = split(path, parse_qsl(query, keep_blank_values=True))
    if call.method != "GET" or not foreign:
        return call
    headers = [(name, value) for name, value in call.headers if name.lower() not in _OF_THE_QUESTION]
    asked = replace(call, path=f"{SERIES}?{urlencode(foreign)}", headers=headers)
    status, series = await upstreams.whole(OWNER, asked)
    if status != 200:
        raise OwnerRefused(status, read(series))
    return Call("POST", f"{path}?{urlencode(own)}", [*headers, (b"content-type", b"application/json")], series,
                call.seconds)  # fmt: skip


def read(content: bytes) -> Any:
    """The JSON of an answer; None where it is none."""
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None
