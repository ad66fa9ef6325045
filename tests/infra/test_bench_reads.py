"""`./almanac bench reads` asks for what is there, and says what was met and what was not."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.launcher.client import ApiError
from infra.launcher.errors import LauncherError
from infra.launcher.paths import ROOT
from tests.bench import reads
from tests.bench.reads import Route

PATH = [{"name": "order_id", "in": "path", "required": True}]
VALUES = {"sku": "A/1", "location": "main", "to": "R"}


class Api:
    """Two lists: one with something in it, one empty."""

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        """A list's first page."""
        if path == "/orders":
            return {"items": [{"id": "O 1"}]}
        if path == "/imports":
            return {"items": []}
        raise ApiError(404, {}, path)


class Shop:
    """One product, one supplier and two runs."""

    def get(self, path: str, **_: Any) -> dict[str, Any]:
        """A list's first page."""
        one = {"sku": "A/1", "location": "main", "code": "ACME", "series": 1, "pruned_at": None}
        return {"items": [one | {"id": "R2"}, one | {"id": "R1"}]}


def asked(path: str, parameters: list[dict[str, Any]]) -> list[str]:
    """The addresses of a route."""
    return list(reads.addresses(Api(), path, parameters, VALUES))  # type: ignore[arg-type]


def test_a_route_is_asked_bare_and_with_each_filter_that_leads_somewhere() -> None:
    parameters = [{"name": name, "in": "query"} for name in ("sku", "location", "supplier", "limit")]
    assert asked("/stock", parameters) == ["/stock", "/stock?sku=A%2F1", "/stock?location=main"]


def test_ids_come_from_the_routes_own_list_and_what_is_needed_is_always_given() -> None:
    needed = {"name": "to", "in": "query", "required": True}
    assert asked("/orders/{order_id}/diff", [*PATH, needed]) == ["/orders/O%201/diff?to=R"]


@pytest.mark.parametrize("path", ["/imports/{order_id}", "/nothing/{order_id}"])
def test_a_route_of_an_empty_list_is_not_asked(path: str) -> None:
    assert asked(path, PATH) == []


def test_the_report_says_what_was_met_missed_failed_and_not_measured(capsys: pytest.CaptureFixture[str]) -> None:
    quick, slow = Route("/quick", ["/quick"], [1.0] * 20), Route("/slow", ["/slow"], [1.0] * 10 + [900.0] * 10)
    broken, file = Route("/broken", ["/broken"], [1.0] * 20, [503]), Route("/table.csv", ["/table.csv"], [900.0] * 20)
    reads.report([quick, slow, broken, file, Route("/empty")])
    said = capsys.readouterr().out
    lines = {line.split()[0]: line.split()[-1] for line in said.splitlines()}
    assert (lines["/quick"], lines["/slow"], lines["/broken"], lines["/empty"]) == ("met", "MISSED", "503", "for")
    assert lines["/table.csv"] == "list"
    assert said.endswith("1 of 3 routes met the bound\n")


def test_a_named_folder_where_nothing_runs_is_refused_and_no_demo_is_made_of_it(tmp_path: Path) -> None:
    with pytest.raises(LauncherError, match="No system runs from"), reads.running(tmp_path):
        pytest.fail("something was measured")


def test_every_parameter_that_a_read_needs_is_known_to_the_bench() -> None:
    """A new read with a parameter of its own would end the whole measurement."""
    document = json.loads((ROOT / "frontend" / "openapi.json").read_text())
    needed = {
        (path, parameter["name"])
        for path, methods in document["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", [])
        if parameter["in"] == "query" and parameter.get("required")
    }
    known = reads.known_values(Shop())  # type: ignore[arg-type]
    assert {(path, name) for path, name in needed if name not in known} == set()
