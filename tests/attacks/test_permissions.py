"""Who may do what: each route, for each role and each scope of a key, as one table says; asked of what is served."""

import re
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from chassis.security import Role
from fastapi import FastAPI
from fastapi.routing import APIRoute
from gateway.domain import routing

from tests.attacks.conftest import Whole

SCOPES = ("read", "sales:write", "catalog:write")
HIDDEN = {"/livez", "/readyz", "/metrics", "/api/openapi.json", "/api/docs", "/api/{path:path}", "/{path:path}"}
# A key may ask, and is told that it has no such thing.
OF_PERSONS = {f"POST /api/auth/{what}" for what in (
    "password", "second-factor", "second-factor/confirm", "second-factor/remove"
)}  # fmt: skip
ANYBODY, SIGNED_IN = (None, None), (Role.VIEWER, "any")
# By the gateway's path; the first that fits counts. (The least role, the scope that does as well.)
TABLE: tuple[tuple[str, tuple[Role | None, str | None]], ...] = (
    (r"POST /api/auth/(login|register|refresh|logout|token)", ANYBODY),
    (r"GET /api/\.well-known/jwks\.json", ANYBODY),
    (r"GET /api/config", ANYBODY),
    (r"\w+ /api/auth/(me|password|second-factor(/.*)?)", SIGNED_IN),
    (r"\w+ /api/(users|api-keys|audit)(/.*)?", (Role.ADMIN, None)),
    (r"\w+ /api/(dead-letters|consumers|republications)(/.*)?", (Role.OPERATOR, None)),
    # What is decided about money and forecasts is decided by people.
    (r"POST /api/orders/{order_id}/(approve|cancel|close)", (Role.PLANNER, None)),
    (r"PUT /api/orders/{order_id}/(lines|confirmation)", (Role.PLANNER, None)),
    (r"POST /api/attention/.*", (Role.PLANNER, None)),
    (r"POST /api/sales/(unknown-codes|code-decisions)/.*", (Role.PLANNER, None)),
    (r"DELETE /api/(sales/import-mappings|shop-imports/mappings)/.*", (Role.PLANNER, None)),
    (r"(POST|PUT|PATCH|DELETE) /api/overrides(/.*)?", (Role.PLANNER, None)),
    (r"POST /api/forecast/(runs/{run_id}/reproduce|reproductions/.*)", (Role.OPERATOR, None)),
    (r"POST /api/(replays(/.*)?|digest/send)", (Role.OPERATOR, None)),
    # Questions, of more products than a URL holds.
    (r"POST /api/(forecast/(totals|summary|what-if)|what-if|scenarios/(scope|stock))", (Role.VIEWER, "read")),
    (r"POST /api/scenarios/approve", (Role.PLANNER, None)),
    (r"POST /api/forecast/.*", (Role.PLANNER, None)),
    (r"GET /api/.*", (Role.VIEWER, "read")),
    (r"POST /api/sales/fates", (Role.VIEWER, "sales:write")),  # a question, of more events than a URL holds
    (r"(POST|PUT|PATCH|DELETE) /api/(sales|imports)(/.*)?", (Role.PLANNER, "sales:write")),
    (r"(POST|PUT|PATCH|DELETE) /api/.*", (Role.PLANNER, "catalog:write")),
)


def expected(operation: str) -> tuple[Role | None, str | None]:
    return next(said for pattern, said in TABLE if re.fullmatch(pattern, operation))


def routes(router: Any) -> Iterator[APIRoute]:
    """Every route, those of routers that were taken in too."""
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif hasattr(route, "original_router"):
            yield from routes(route.original_router)


def declared(dependant: Any) -> Iterator[Any]:
    """What a route's dependencies say of who may call it: None for anybody."""
    for dependency in dependant.dependencies:
        if hasattr(dependency.call, "permission"):
            yield dependency.call.permission
        elif dependency.call.__name__ == "current_principal":
            yield SIGNED_IN
        else:
            yield from declared(dependency)


def operations(name: str, app: FastAPI) -> Iterator[tuple[str, APIRoute]]:
    for route in routes(app):
        path = route.path if name == "gateway" else routing.public(name, route.path)
        for method in sorted(route.methods - {"HEAD"}):
            yield f"{method} {path}", route


def test_every_route_declares_who_may_call_it_as_the_table_says(whole: Whole) -> None:
    wrong = []
    for name, app in whole.apps.items():
        for operation, route in operations(name, app):
            if route.path in HIDDEN:
                assert [*declared(route.dependant)] == [None], operation  # whoever is handed on to decides
                continue
            said = [permission or ANYBODY for permission in declared(route.dependant)]
            if said != [expected(operation)]:
                wrong.append((operation, said, expected(operation)))
    assert wrong == []


def test_every_route_is_in_the_openapi_that_the_rest_is_made_from(whole: Whole) -> None:
    for name, app in whole.apps.items():
        listed = app.openapi()["paths"]
        assert [route.path for route in routes(app) if route.path not in HIDDEN | listed.keys()] == [], name


def asked(whole: Whole, client: httpx2.Client, operation: str, caller: dict[str, str]) -> int:
    method, path = operation.split(" ")
    concrete = re.sub(r"{\w+}", "00000000-0000-4000-8000-000000000000", path)
    # nothing that is sent is valid, so whoever may call gets as far as a 404 or a 422
    body = None if method in ("GET", "DELETE") else b"[]"
    headers = {"content-type": "application/json"} if body else {}
    return client.request(method, whole.url + concrete, content=body, headers=headers | caller).status_code


@pytest.mark.timeout(600)
def test_each_route_lets_in_each_caller_as_the_table_says(whole: Whole) -> None:
    callers: dict[str, tuple[Role | None, set[str], dict[str, str]]] = {
        role: (Role[role], set(), whole.token(role.lower())) for role in Role.__members__
    }
    callers |= {scope: (None, {scope}, whole.token(scopes=scope)) for scope in SCOPES}
    wrong = []
    with httpx2.Client(trust_env=False, timeout=60) as client:
        for name, app in whole.apps.items():
            for operation, route in operations(name, app):
                least, scope = expected(operation) if route.path not in HIDDEN else ANYBODY
                if least is None or operation == "GET /api/stream":  # which does not end
                    continue
                for caller, (role, scopes, token) in callers.items():
                    may = scope == "any" or (role >= least if role is not None else scope in scopes)
                    status = asked(whole, client, operation, token)
                    if (status == 403) is may and not (operation in OF_PERSONS and role is None):
                        wrong.append((operation, caller, status))
                    if status in (401, 500):
                        wrong.append((operation, caller, status))
                if asked(whole, client, operation, {}) != 401:
                    wrong.append((operation, "nobody", "let in"))
    assert wrong == []
