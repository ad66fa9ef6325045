"""The HTTP side that every service shares: problems, cursors, health, and the trace to the last handler."""

import threading
import time
import urllib.request
from typing import Annotated
from urllib.error import HTTPError

import orjson
import pytest
from chassis import outbox, pagination, tracing
from chassis.api import create_api
from chassis.consumer import Batch, ConsumerLoop, LoopOptions
from chassis.database import Connection, Database
from chassis.health import Health, recent
from chassis.memory_event_log import MemoryLog
from chassis.pagination import Cursor, Limit
from chassis.problems import Problem
from chassis.relay import Relay
from chassis.security import public
from chassis.settings import CommonSettings
from chassis.worker import serve_health
from fastapi import APIRouter, Body, Depends, Request
from fastapi.testclient import TestClient
from pydantic import BaseModel, field_validator
from sqlalchemy import text

from services.chassis.tests.events import Totals, sale


class Thing(BaseModel):
    amount: int

    @field_validator("amount")
    @classmethod
    def _of_this_world(cls, amount: int) -> int:
        if amount < 0:
            raise ValueError("is less than nothing")
        return amount


def client(database: Database | None = None) -> TestClient:
    router = APIRouter(dependencies=[Depends(public)])

    @router.post("/things")
    def make(thing: Thing) -> Thing:
        return thing

    @router.get("/list")
    def list_things(limit: Limit = 2, cursor: Cursor = None) -> dict[str, object]:
        after = pagination.decode(cursor, int)
        start = after[0] if after else 0
        items, following = pagination.page(list(range(start + 1, 8))[: limit + 1], limit, lambda item: [item])
        return {"items": items, "next_cursor": following}

    @router.get("/boom")
    def boom() -> None:
        raise RuntimeError("secret")

    @router.get("/conflict")
    def conflict() -> None:
        raise Problem(409, "no", code="taken")

    @router.post("/sell")
    def sell(request: Request) -> None:
        with request.app.state.database.transaction() as connection:
            outbox.publish(connection, [sale(id="traced")])

    @router.get("/query")
    def query(request: Request, sql: str) -> None:
        with request.app.state.database.transaction() as connection:
            connection.execute(text(sql))

    @router.post("/echo")
    def echo(words: Annotated[str, Body(max_length=100)]) -> str:
        return words

    app = create_api("test", CommonSettings(), [router], database=database)
    return TestClient(app, raise_server_exceptions=False)


def test_bad_input_names_the_field_and_what_is_wrong() -> None:
    answer = client().post("/things", json={"amount": "many"})
    problem = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [(error["field"], error["code"]) for error in problem["errors"]] == [("amount", "int_parsing")]
    assert problem["instance"] == "/things" and problem["request_id"] == answer.headers["x-request-id"]
    (own,) = client().post("/things", json={"amount": -1}).json()["errors"]
    assert (own["field"], own["message"]) == ("amount", "is less than nothing"), "as the rule says it, no more"


@pytest.mark.parametrize(
    ("path", "status", "code"), [("/boom", 500, "internal"), ("/conflict", 409, "taken"), ("/nowhere", 404, None)]
)
def test_every_error_is_a_problem_and_tells_nothing_secret(path: str, status: int, code: str | None) -> None:
    answer = client().get(path)
    assert (answer.status_code, answer.json().get("code")) == (status, code)
    assert answer.headers["content-type"] == "application/problem+json" and "secret" not in answer.text


def test_a_body_that_is_too_large_is_refused() -> None:
    body = b'"' + b"x" * 9_000_000 + b'"'
    answer = client().post("/echo", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"


def test_pages_lead_through_a_whole_list() -> None:
    browser, found, cursor = client(), list[int](), None
    while True:
        page = browser.get("/list", params={} if cursor is None else {"cursor": cursor}).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == list(range(1, 8))


def test_a_value_out_of_range_is_bad_input_and_a_lost_database_is_503(database: Database) -> None:
    browser = client(database)
    assert browser.get("/query", params={"sql": "SELECT 99999999999::int"}).status_code == 422
    lost = browser.get("/query", params={"sql": "SELECT pg_terminate_backend(pg_backend_pid())"})
    assert (lost.status_code, lost.json()["code"]) == (503, "database_unavailable")
    assert lost.headers["retry-after"] == "2"


def test_the_trace_leads_from_the_request_through_the_log_to_the_last_handler(database: Database) -> None:
    seen: list[str | None] = []

    class Traced(Totals):
        def apply(self, connection: Connection, batch: Batch) -> None:
            seen.append(tracing.current())
            super().apply(connection, batch)

    parent = tracing.child(None)
    assert client(database).post("/sell", headers={"traceparent": parent}).status_code == 200
    log = MemoryLog({"sale-submitted": 1})
    Relay(database, log.producer()).run_once()
    ConsumerLoop(database, lambda: log.consumer("g", ["sale-submitted"]), Traced(), LoopOptions()).process(
        log.records["sale-submitted", 0]
    )
    assert [trace.split("-")[1] for trace in seen if trace] == [parent.split("-")[1]]


def test_readiness_turns_red_when_a_poll_loop_is_stuck_and_green_again() -> None:
    polled = [time.monotonic()]
    health = Health("test", "worker")
    health.add("consumer", recent(lambda: polled[0], 30, "the poll loop"))
    server = serve_health(health, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        assert urllib.request.urlopen(f"{url}/readyz").status == 200
        polled[0] -= 31
        with pytest.raises(HTTPError) as red:
            urllib.request.urlopen(f"{url}/readyz")
        assert red.value.code == 503
        assert "has not moved for 31 s" in orjson.loads(red.value.read())["checks"]["consumer"]
        assert urllib.request.urlopen(f"{url}/livez").status == 200
        polled[0] = time.monotonic()
        assert urllib.request.urlopen(f"{url}/readyz").status == 200
    finally:
        server.shutdown()
        server.server_close()


def test_a_handler_that_hangs_makes_the_loop_look_stuck(database: Database) -> None:
    entered, go_on, stop = threading.Event(), threading.Event(), threading.Event()

    class Hanging(Totals):
        def apply(self, connection: Connection, batch: Batch) -> None:
            entered.set()
            go_on.wait(20)

    log = MemoryLog({"sale-submitted": 1})
    with database.transaction() as connection:
        outbox.publish(connection, [sale()])
    Relay(database, log.producer()).run_once()
    loop = ConsumerLoop(database, lambda: log.consumer("g", ["sale-submitted"]), Hanging(), LoopOptions())
    thread = threading.Thread(target=loop.run, args=(stop,))
    thread.start()
    assert entered.wait(10)
    polled = loop.last_poll
    time.sleep(0.3)
    assert loop.last_poll == polled
    stop.set()
    go_on.set()
    thread.join(10)
    assert not thread.is_alive()


def test_what_is_exported_is_declared_and_told(database: Database) -> None:
    browser = client(database)
    browser.get("/conflict")
    exported = browser.get("/metrics").text
    for name in (
        "almanac_http_requests_total", "almanac_consumer_lag", "almanac_consumer_age_seconds", "almanac_dead_letters",
        "almanac_outbox_oldest_age_seconds", "almanac_consumer_batch_records", "almanac_event_to_forecast_seconds",
    ):  # fmt: skip
        assert f"# HELP {name}" in exported
    assert 'route="/conflict",status="409"' in exported
