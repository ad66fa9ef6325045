"""docs/api-surface.md lists every route of the services, and no other."""

import json
import re
import sys
from importlib import util

import pytest
from gateway.domain.routing import SERVICES

from infra.launcher.paths import ROOT

ROUTE = re.compile(r"^\| `(GET|POST|PUT|PATCH|DELETE) (/[^`]+)` \|", re.MULTILINE)
PAGE = ROOT / "docs" / "api-surface.md"


def script(name: str) -> object:
    """A script of frontend/scripts as a module."""
    spec = util.spec_from_file_location(name, ROOT / "frontend" / "scripts" / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def document() -> dict[str, dict[str, dict[str, object]]]:
    """The merged description, from the services' own code."""
    return dict(json.loads(script("openapi").text()))  # type: ignore[attr-defined]


def listed(text: str) -> set[tuple[str, str]]:
    """The page's routes, those of every service written out."""
    found = set(ROUTE.findall(text))
    every = {route for route in found if "{service}" in route[1]}
    return found - every | {
        (method, path.replace("{service}", name)) for method, path in every for name in SERVICES
        if not (name == "auth" and "/republications/" in path)  # auth keeps nothing that could be told again
    }  # fmt: skip


def test_the_page_lists_every_route_of_the_services_and_no_other(
    document: dict[str, dict[str, dict[str, object]]],
) -> None:
    served = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert listed(PAGE.read_text()) == served, "run frontend/scripts/openapi.py"


def test_the_page_says_of_each_route_what_the_services_say(document: dict[str, dict[str, dict[str, object]]]) -> None:
    text = PAGE.read_text()
    assert script("surface").page(text, document) == text, "run frontend/scripts/openapi.py"  # type: ignore[attr-defined]
