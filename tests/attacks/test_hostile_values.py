"""Whatever is sent to any route, of the gateway and so of every service: no 5xx, every error a problem.

And the next request on the connection is answered. Every route of the whole OpenAPI is asked, each parameter and each
field of a body with a share of the values that broke systems before.
"""

import re
from typing import Any

import pytest

from tests.attacks.asker import Asker, operations

HOSTILE = (
    "%00", "%0d", "%0d%0aX-Y:%201", "%ed%a0%80", "%ff", "%EF%BF%BF", "9223372036854775808", "-9223372036854775809",
    "1e400", "NaN", "-Infinity", "9" * 400, "0001-01-01", "9999-12-31", "9999-12-31T23:59:59-14:00", "....//",
    "'%22;--",
    "%F0%9F%98%80" * 30, "WzFd", "true", "%5B" * 200,
)  # fmt: skip
BODIES = (
    b"", b"null", b"[]", b"{", b"\xff\xfe", b"NaN", b"-Infinity", b"1e400", b"9" * 5000, b'"\\ud800"', b'"\\u0000"',
    b"[" * 50_000 + b"]" * 50_000, b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
)  # fmt: skip
HOSTILE_JSON = (b"1e400", b"NaN", b"-9223372036854775809", b'"\\ud800"', b'"\\u0000"', b"[[]]", b"9" * 5000)


def _concrete(path: str, value: str = "00000000-0000-4000-8000-000000000000") -> str:
    return re.sub(r"{\w+}", value, path)


@pytest.mark.timeout(900)
def test_no_parameter_has_a_value_that_breaks_its_route(asker: Asker, document: dict[str, Any]) -> None:
    asker.wrong, asker.sent = [], 0
    for method, path, operation in operations(document):
        for value in HOSTILE[len(path) % 3 :: 3] if "{" in path else ():
            asker.ask(method, _concrete(path, value))
        queries = [given["name"] for given in operation.get("parameters", ()) if given["in"] == "query"]
        for place, name in enumerate(queries):
            for value in HOSTILE[(place + len(path)) % 4 :: 4]:
                asker.ask(method, f"{_concrete(path)}?{name}={value}")
        asker.must_still_be_answered()
    assert asker.sent > 1000 and asker.wrong == []


def _fields(document: dict[str, Any], operation: dict[str, Any]) -> list[str]:
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    schema = content.get("schema", {})
    named = document["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], schema)
    return list(named.get("properties", ()))


@pytest.mark.timeout(900)
def test_no_body_and_no_field_of_one_breaks_its_route(asker: Asker, document: dict[str, Any]) -> None:
    asker.wrong.clear()
    headers = {"content-type": "application/json"}
    for method, path, operation in operations(document):
        if method in ("GET", "DELETE"):
            continue
        for body in BODIES[len(path) % 2 :: 2]:
            asker.ask(method, _concrete(path), content=body, headers=headers)
        for place, field in enumerate(_fields(document, operation)):
            for value in HOSTILE_JSON[place % 2 :: 2]:
                asker.ask(method, _concrete(path), content=b'{"%s": %s}' % (field.encode(), value), headers=headers)
        asker.must_still_be_answered()
    assert asker.sent > 500 and asker.wrong == []
