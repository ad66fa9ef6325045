"""A list as a file: every row that its filters leave, the columns asked for, or a problem; never a part of it."""

import asyncio
import csv
import io
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import pytest
from gateway.application.shares import Shares
from gateway.application.tables import PAGE, Tables
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.tests.conftest import NOBODY, Token, served
from services.gateway.tests.upstream import Upstream

Services = dict[str, Upstream]
COLUMNS = {"column": ["sku:Code", "name", "next4.mean:Next 4 weeks", "locations:Where", "archived"]}


def row(place: int) -> dict[str, Any]:
    return {"sku": f"P{place}", "name": "Tea", "next4": {"mean": place / 2}, "locations": ["a", "b"], "archived": False}


class Listed:
    """A list of a service, page by page; what it was asked; at which row it breaks."""

    def __init__(self, rows: list[dict[str, Any]], breaks_at: int | None = None) -> None:
        self.rows, self.breaks_at = rows, breaks_at
        self.asked: list[dict[str, str]] = []

    async def __call__(self, request: Request, _: str) -> Response:
        self.asked.append(dict(request.query_params))
        begin, limit = int(request.query_params.get("cursor", 0)), int(request.query_params["limit"])
        if self.breaks_at is not None and begin >= self.breaks_at:
            return JSONResponse({"detail": "The cursor is too old.", "code": "cursor_old"}, 422)
        end = begin + limit
        return JSONResponse(
            {"items": self.rows[begin:end], "next_cursor": str(end) if end < len(self.rows) else None}
        )  # fmt: skip


def listed(upstreams: Services, *given: Any) -> Listed:
    made = Listed(*given)
    upstreams["catalog"].on_replenishment = made  # type: ignore[attr-defined]
    return made


def get(gateway: httpx2.Client, of: str = "/api/replenishment", **other: Any) -> httpx2.Response:
    return gateway.get("/api/table.csv", params={"of": of, **COLUMNS, **other})


def test_a_file_has_every_row_of_a_list_in_the_columns_asked_for_and_says_how_many(
    gateway: httpx2.Client, upstreams: Services
) -> None:
    asked = listed(upstreams, [row(place) for place in range(2 * PAGE + 1)]).asked
    answer = get(gateway, "/api/replenishment?supplier=A%26B&sort=-value&limit=3&cursor=x")
    assert answer.headers["content-type"].startswith("text/csv")
    head, *rows = csv.reader(io.StringIO(answer.text, newline=""))
    assert head == ["Code", "name", "Next 4 weeks", "Where", "archived"]
    assert answer.headers["x-rows"] == str(len(rows)) == str(2 * PAGE + 1)
    assert rows[-1] == ["P1000", "Tea", "500.0", "a; b", "no"]
    assert [each.pop("cursor", None) for each in asked] == [None, "500", "1000"]
    assert asked[0] == {"supplier": "A&B", "sort": "-value", "limit": str(PAGE)}


def test_a_cell_that_looks_like_a_formula_stays_a_text_and_a_number_a_number(
    gateway: httpx2.Client, upstreams: Services
) -> None:
    listed(upstreams, [{"sku": "=1+1", "name": "@x", "next4": {"mean": "-2.50"}, "locations": ["-a"], "archived": -1}])
    (_, cells) = csv.reader(io.StringIO(get(gateway).text, newline=""))
    assert cells == ["'=1+1", "'@x", "-2.50", "'-a", "-1"]


def test_a_list_that_breaks_on_the_way_is_no_file(gateway: httpx2.Client, upstreams: Services) -> None:
    listed(upstreams, [row(place) for place in range(PAGE + 1)], PAGE)
    answer = get(gateway)
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_old")


def test_more_rows_than_a_file_may_have_are_refused(
    build: Callable[..., Any], upstreams: Services, signed_in: Token
) -> None:
    listed(upstreams, [row(place) for place in range(PAGE + 1)])
    app = build()
    app.state.tables = Tables(app.state.upstreams, most=PAGE)
    with served(app) as address, httpx2.Client(base_url=address, headers=signed_in(), trust_env=False) as client:
        answer = get(client)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")


def test_a_service_that_does_not_answer_is_told(build: Callable[..., Any], signed_in: Token) -> None:
    with (
        served(build(catalog_url=NOBODY)) as address,
        httpx2.Client(base_url=address, headers=signed_in(), trust_env=False, timeout=20) as client,
    ):
        assert get(client).json()["code"] == "upstream_unavailable"


@pytest.mark.parametrize(
    "of",
    ["/api/nothing", "https://elsewhere/api/replenishment", "/api/replenishment/../users", "/api/%2e%2e/users",
     "//elsewhere/x", "/api/[", "/api/stock/P1"],
)  # fmt: skip
def test_what_is_no_list_of_ours_is_not_asked_for(gateway: httpx2.Client, of: str) -> None:
    answer = get(gateway, of)
    assert (answer.status_code, answer.json()["code"]) == (422, "no_list")


def test_the_owner_decides_who_may_read_a_list(build: Callable[..., Any], upstreams: Services) -> None:
    asked = listed(upstreams, [row(1)]).asked
    with served(build()) as address:
        answer = httpx2.get(f"{address}/api/table.csv", params={"of": "/api/replenishment", **COLUMNS}, trust_env=False)
    assert answer.status_code == 401 and asked == []


def test_who_asks_for_many_files_has_one_at_a_time_and_others_have_theirs_meanwhile(
    build: Callable[..., Any], upstreams: Services, signed_in: Token
) -> None:
    under_way: Counter[str] = Counter()
    most: Counter[str] = Counter()
    ended: list[str] = []

    async def on_replenishment(request: Request, _: str) -> Response:
        who = request.headers["authorization"]
        under_way[who] += 1
        most[who] = max(most[who], under_way[who])
        await asyncio.sleep(0.3)
        under_way[who] -= 1
        ended.append(who)
        return JSONResponse({"items": [row(1)], "next_cursor": None})

    upstreams["catalog"].on_replenishment = on_replenishment  # type: ignore[attr-defined]
    one, another = signed_in(), signed_in(who="another")
    app = build()

    def ask(headers: dict[str, str]) -> int:
        with httpx2.Client(base_url=address, headers=headers, trust_env=False, timeout=30) as client:
            return get(client).status_code

    with served(app) as address, ThreadPoolExecutor(12) as pool:
        many = [pool.submit(ask, one) for _ in range(8)]
        time.sleep(0.1)
        assert ask(another) == 200
        assert [each.result() for each in many] == [200] * 8
    assert ended.index(another["authorization"]) <= 2
    assert most == {one["authorization"]: 1, another["authorization"]: 1}
    assert app.state.files.idle


def test_who_waits_for_his_own_files_too_long_is_told(
    build: Callable[..., Any], upstreams: Services, signed_in: Token
) -> None:
    async def on_replenishment(request: Request, _: str) -> Response:
        await asyncio.sleep(1.5)
        return JSONResponse({"items": [], "next_cursor": None})

    upstreams["catalog"].on_replenishment = on_replenishment  # type: ignore[attr-defined]
    app = build()
    app.state.files = Shares(1, 0.3)
    with served(app) as address, ThreadPoolExecutor(2) as pool:
        client = httpx2.Client(base_url=address, headers=signed_in(), trust_env=False, timeout=30)
        first, second = sorted(pool.map(lambda _: get(client).status_code, range(2)))
    assert (first, second) == (200, 429)
