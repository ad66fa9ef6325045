"""`./almanac bench reads` asks for what is there, and says what was met and what was not."""

from typing import Any

import pytest

from infra.launcher.client import ApiError
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
    broken = Route("/broken", ["/broken"], [1.0] * 20, [503])
    reads.report([quick, slow, broken, Route("/empty")])
    said = capsys.readouterr().out
    lines = {line.split()[0]: line.split()[-1] for line in said.splitlines()}
    assert (lines["/quick"], lines["/slow"], lines["/broken"], lines["/empty"]) == ("met", "MISSED", "503", "for")
    assert said.endswith("1 of 3 routes met the bound\n")
