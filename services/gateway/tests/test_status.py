"""The whole system's state is told while parts of it do not answer, and says which."""

from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from chassis import kafka_lag

from services.gateway.tests.conftest import NOBODY, Token, served
from services.gateway.tests.upstream import Upstream

Services = dict[str, Upstream]
SCHEDULE = {"enabled": True, "next_at": "2026-11-30T01:00:00Z", "last": {"id": "2", "status": "failed"}}
RUNS = {"items": [{"id": "2", "status": "failed"}, {"id": "1", "status": "succeeded"}], "next_cursor": None}


@pytest.fixture
def answering(upstreams: Services, monkeypatch: pytest.MonkeyPatch) -> Services:
    """Services that are ready and have figures."""
    monkeypatch.setattr(kafka_lag, "SECONDS", 0.2)
    for upstream in upstreams.values():
        upstream.answers["/readyz"] = {"ready": True, "checks": {"database": "ok"}}
    upstreams["forecaster"].answers |= {
        "/forecast/runs": RUNS, "/forecast/schedule": SCHEDULE, "/forecast/history/totals": {"last_week": "2026-11-16"},
    }  # fmt: skip
    upstreams["sales"].answers["/sales/totals"] = {"sales": 7}
    return upstreams


def ask(app: Any, path: str, headers: dict[str, str]) -> Any:
    with served(app) as address:
        return httpx2.get(address + path, headers=headers, trust_env=False, timeout=20)


def test_what_all_services_say_is_put_together(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    told = ask(build(), "/api/status", signed_in()).json()
    assert [service["ready"] for service in told["services"]] == [True] * 4
    assert (told["last_training"]["id"], told["last_week"]) == ("2", "2026-11-16")
    assert told["weekly_training"] == SCHEDULE
    assert (told["consumers"], told["degraded"]) == (None, ["kafka"])  # there is none here


def test_a_service_that_is_down_is_named_and_the_rest_is_told(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    told = ask(build(forecaster_url=NOBODY), "/api/status", signed_in()).json()
    assert told["degraded"] == ["forecaster", "kafka"] and told["last_training"] is None
    assert told["weekly_training"] is None
    assert next(s for s in told["services"] if s["name"] == "forecaster")["checks"] == {"api": "does not answer"}


def test_a_service_that_is_not_ready_is_named_with_its_reason(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    answering["sales"].answers["/readyz"] = {"ready": False, "checks": {"database": "does not answer"}}
    told = ask(build(), "/api/status", signed_in()).json()
    assert told["degraded"] == ["sales", "kafka"]
    assert next(s for s in told["services"] if s["name"] == "sales")["checks"] == {"database": "does not answer"}


def test_a_service_that_answers_rubbish_is_not_ready(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    answering["sales"].answers["/readyz"] = ["rubbish"]
    assert "sales" in ask(build(), "/api/status", signed_in()).json()["degraded"]


def test_the_first_pages_figures_are_null_where_their_service_is_down(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    whole = ask(build(), "/api/overview", signed_in()).json()
    assert (whole["ledger"], whole["last_success"]["id"], whole["degraded"]) == ({"sales": 7}, "1", [])
    half = ask(build(sales_url=NOBODY), "/api/overview", signed_in()).json()
    assert (half["ledger"], half["last_success"]["id"], half["degraded"]) == (None, "1", ["sales"])


def test_what_is_asked_of_the_services_is_asked_as_the_caller(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    headers = signed_in()
    ask(build(), "/api/overview", headers)
    sent = [dict(seen["headers"]).get("authorization") for seen in answering["sales"].seen]
    assert sent == [headers["authorization"]]


def test_dead_letters_of_all_services_come_newest_first_and_say_who_did_not_answer(
    build: Callable[..., Any], answering: Services, signed_in: Token
) -> None:
    for name, at in (("sales", "2026-01-01"), ("catalog", "2026-02-01"), ("auth", "2025-01-01")):
        answering[name].answers["/dead-letters/groups"] = [{"last_at": at, "count": 1}]
    told = ask(build(forecaster_url=NOBODY), "/api/dead-letters", signed_in("operator")).json()
    assert [item["service"] for item in told["items"]] == ["catalog", "sales", "auth"]
    assert told["degraded"] == ["forecaster"]
    one = ask(build(), "/api/dead-letters?service=sales", signed_in("operator")).json()
    assert [item["service"] for item in one["items"]] == ["sales"]


@pytest.mark.parametrize(
    ("path", "caller", "status"),
    [("/api/config", {}, 200), ("/api/status", {}, 401), ("/api/overview", {}, 401), ("/api/dead-letters", {}, 401),
     ("/api/status", {"role": "viewer"}, 200), ("/api/dead-letters", {"role": "planner"}, 403),
     ("/api/status", {"role": None, "scopes": "read"}, 200),
     ("/api/status", {"role": None, "scopes": "sales:write"}, 403),
     ("/api/stream", {"role": None, "scopes": "sales:write"}, 403), ("/api/stream", {}, 401)],
)  # fmt: skip
def test_who_may_see_what(
    build: Callable[..., Any], answering: Services, signed_in: Token, path: str, caller: dict[str, Any], status: int
) -> None:
    assert ask(build(), path, signed_in(**caller) if caller else {}).status_code == status
