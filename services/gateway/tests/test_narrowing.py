"""A list narrowed by what another service knows: no filter is passed over in silence, on the screen or in a file."""

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from gateway.domain.narrowing import NARROWED, OWNER
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from infra.launcher.paths import ROOT
from services.gateway.tests.conftest import NOBODY, Token, served
from services.gateway.tests.upstream import Upstream

Services = dict[str, Upstream]
OF_ACME = {"items": [{"sku": "P1", "location": "main"}, {"sku": "P2", "location": "main"}]}


class Summaries:
    """The forecaster's list: what it was asked, two rows a page."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str], Any]] = []

    async def __call__(self, request: Request, _: str) -> Response:
        content = await request.body()
        self.asked.append((request.method, dict(request.query_params), json.loads(content) if content else None))
        more = None if "cursor" in request.query_params else "2"
        return JSONResponse({"items": [{"sku": "P1"}, {"sku": "P2"}], "next_cursor": more})


@pytest.fixture
def summaries(upstreams: Services) -> Summaries:
    made = Summaries()
    upstreams["forecaster"].on_summary = made  # type: ignore[attr-defined]
    upstreams["catalog"].answers["/series"] = OF_ACME
    return made


def test_the_filters_of_another_service_are_asked_there_and_the_list_of_what_they_leave(
    gateway: httpx2.Client, upstreams: Services, summaries: Summaries
) -> None:
    answer = gateway.get(
        "/api/forecast/summary", params={"supplier": "A&B", "segment": "AX", "sort": "-next4", "q": "tea"}
    )
    assert [item["sku"] for item in answer.json()["items"]] == ["P1", "P2"]
    (asked,) = upstreams["catalog"].seen
    assert (asked["method"], asked["path"], asked["query"]) == ("GET", "/series", "supplier=A%26B&segment=AX")
    assert "authorization" in dict(asked["headers"])
    assert summaries.asked == [("POST", {"sort": "-next4", "q": "tea"}, OF_ACME)]


def test_a_list_without_such_filters_asks_nobody_else(
    gateway: httpx2.Client, upstreams: Services, summaries: Summaries
) -> None:
    gateway.get("/api/forecast/summary", params={"q": "tea"})
    assert upstreams["catalog"].seen == []
    assert summaries.asked == [("GET", {"q": "tea"}, None)]


def test_a_file_has_the_rows_that_the_filters_leave_and_no_others(
    gateway: httpx2.Client, upstreams: Services, summaries: Summaries
) -> None:
    answer = gateway.get("/api/table.csv", params={"of": "/api/forecast/summary?supplier=ACME", "column": "sku"})
    assert answer.headers["x-rows"] == "4"
    assert [(method, body) for method, _, body in summaries.asked] == [("POST", OF_ACME)] * 2


@pytest.mark.parametrize(
    "path", ["/api/forecast/summary?segment=QQ", "/api/table.csv?column=sku&of=/api/forecast/summary?segment=QQ"]
)  # fmt: skip
def test_what_the_other_service_refuses_is_told_in_its_own_words(
    gateway: httpx2.Client, upstreams: Services, summaries: Summaries, path: str
) -> None:
    async def refuse(request: Request, _: str) -> Response:
        error = {"field": "segment", "message": "no class", "code": "bad"}
        return JSONResponse({"detail": "No class.", "code": "invalid", "errors": [error]}, 422)

    upstreams["catalog"].on_series = refuse  # type: ignore[attr-defined]
    answer = gateway.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "segment")
    assert summaries.asked == []


def test_while_the_other_service_is_away_there_is_a_problem_and_no_list(
    build: Callable[..., Any], signed_in: Token, summaries: Summaries
) -> None:
    with (
        served(build(catalog_url=NOBODY)) as address,
        httpx2.Client(base_url=address, headers=signed_in(), trust_env=False, timeout=20) as client,
    ):
        answer = client.get("/api/forecast/summary", params={"supplier": "ACME"})
        assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")
        assert "catalog" in answer.json()["detail"]
        assert client.get("/api/forecast/summary").status_code == 200
    assert [method for method, _, _ in summaries.asked] == ["GET"]


def test_every_filter_that_is_answered_elsewhere_is_described_and_its_list_can_be_asked_of_series() -> None:
    paths = json.loads((ROOT / "frontend" / "openapi.json").read_text())["paths"]
    for path, foreign in NARROWED.items():
        named = {each["name"] for each in paths[f"/api{path}"]["get"]["parameters"]}
        own = {each["name"] for each in paths[f"/api{path}"]["post"]["parameters"]}
        assert set(foreign) <= named and named - set(foreign) == own
    assert OWNER == "catalog"
