"""A request's first line and headers, as far as an app may read them: of a bounded size, and nothing said twice.

The bound is below what the server itself takes, and below what the next hop takes: what passes here passes there too.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Any, get_args, get_origin

from fastapi import Request
from starlette.types import Scope

from chassis.failures import FieldError
from chassis.problems import Problem

MOST_URL_BYTES = 16 * 1024
MOST_HEADER_BYTES = 32 * 1024


def too_long(scope: Scope) -> Problem | None:
    """The refusal of a head that is beyond the bounds."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > MOST_URL_BYTES:
        return Problem(414, f"The URL is longer than {MOST_URL_BYTES} bytes.", code="too_long")
    longest = max(scope["headers"], key=lambda header: len(header[1]), default=(b"", b""))[0].decode("latin-1")
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADER_BYTES:
        said = f"The headers are longer than {MOST_HEADER_BYTES} bytes; the longest is {longest[:100]}."
        return Problem(431, said, code="too_long")
    return None


def said_once(request: Request) -> None:
    """Raises a Problem where a query parameter that has one value is given several: which one counts is no guess."""
    given = [name for name, _ in request.query_params.multi_items()]
    if len(given) == len(set(given)):
        return
    single = set(_single(getattr(request.scope.get("route"), "dependant", None)))
    for name in given:
        if name in single and given.count(name) > 1:
            fault = FieldError(field=name, message="is given more than once", code="repeated")
            raise Problem(422, f"{name}: is given more than once", code="invalid", errors=[fault])


def _single(dependant: Any) -> Iterator[str]:
    """The query parameters of a route, those that are lists left out."""
    if dependant is not None:
        yield from (field.alias for field in dependant.query_params if not _is_list(field.field_info.annotation))
        for dependency in dependant.dependencies:
            yield from _single(dependency)


def _is_list(annotation: Any) -> bool:
    origin = get_origin(annotation)
    if origin in (list, set, tuple):
        return True
    parts: Sequence[Any] = get_args(annotation)[:1] if origin is Annotated else get_args(annotation)
    return any(_is_list(part) for part in parts)
