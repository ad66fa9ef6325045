"""The forecaster over HTTP: what is live, page by page; who may do what; clear errors."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Database
from chassis.security import Principal, Role, unauthenticated
from contracts.envelope import new_event
from contracts.events import ProductChanged
from fastapi import FastAPI
from fastapi.testclient import TestClient
from forecaster.app import build_api
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings
from forecaster.storage import forecasts
from forecaster.storage import live as storage

from services.forecaster.tests.helpers import flat_engine, record, sale, weekly_sales
from services.forecaster.tests.test_training import train
from tests.row_counts import rows_read

PRODUCT = uuid4()
AS_OF = date(2026, 2, 8)
NOBODY = "0d9c0f3e-7c43-4a39-9f30-6a4c9fb1c0de"  # fixed: parallel test processes must collect the same names


class ByRole:
    """Tokens that are role names."""

    def verify(self, token: str) -> Principal:
        if token.upper() not in Role.__members__:
            raise unauthenticated("unknown")
        return Principal(token, token, Role[token.upper()])


@pytest.fixture
def app(database: Database, settings: Settings) -> FastAPI:
    built = build_api(settings, database)
    built.state.verifier = ByRole()
    return built


@pytest.fixture
def client(app: FastAPI) -> Iterator[Callable[..., Any]]:
    plain = TestClient(app, raise_server_exceptions=False)

    def call(method: str, path: str, role: str | None = "viewer", **more: Any) -> Any:
        return plain.request(method, path, headers={"Authorization": f"Bearer {role}"} if role else {}, **more)

    yield call


@pytest.fixture
def live(database: Database, settings: Settings, project) -> dict[str, Any]:  # type: ignore[no-untyped-def]
    project(
        *weekly_sales("A1", "2026-01-05", [4, 6, 5, 5, 6]), *weekly_sales("B", "2026-01-05", [10, 20]),
        *weekly_sales("B", "2026-01-05", [1, 1, 1, 1, 1], location="shop"),
    )  # fmt: skip
    changed = ProductChanged(product_id=PRODUCT, sku="A1", name="Red lamp", category="Lamps", revision=1)
    event = new_event(changed, "catalog")
    with database.transaction() as connection:
        CatalogHandler(settings.zone).apply(connection, Batch([Delivery(event, record(changed, 0))]))
    return train(database, settings)


def pages(client: Callable[..., Any], path: str, **query: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        answer = client("GET", path, params={**query, **({"cursor": cursor} if cursor else {})})
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return items


@pytest.mark.usefixtures("live")
def test_weekly_pages_of_any_size_give_every_week_once(client: Callable[..., Any]) -> None:
    whole = pages(client, "/forecast/weekly", limit=500)
    assert len(whole) == 3 * 13
    assert len(whole[0]["quantiles"]) == 17
    for limit in (1, 5, 12, 13, 14, 27):
        assert pages(client, "/forecast/weekly", limit=limit) == whole
    assert {item["sku"] for item in pages(client, "/forecast/weekly", q="lamp")} == {"A1"}
    assert len(pages(client, "/forecast/weekly", sku="b", location="shop")) == 13


def test_a_products_page(client: Callable[..., Any], live: dict[str, Any]) -> None:
    for key in (str(PRODUCT), "A1", "a1"):
        found = client("GET", f"/forecast/{key}").json()
        assert (found["sku"], found["name"], found["run_id"]) == ("A1", "Red lamp", str(live["id"]))
    assert [week["units"] for week in found["history"]] == [4, 6, 5, 5, 6]
    assert [week["week"] for week in found["forecast"]][:2] == ["2026-02-09", "2026-02-16"]
    assert found["sums"][3]["weeks"] == 4
    assert found["sums"][3]["mean"] == pytest.approx(22)
    assert found["stale"] is False
    assert len(client("GET", "/forecast/A1", params={"horizon": 4}).json()["forecast"]) == 4
    assert client("GET", "/forecast/B").json()["locations"] == ["main", "shop"]
    assert client("GET", "/forecast/B", params={"location": "shop"}).json()["history"][0]["units"] == 1


def test_what_was_wanted_stands_beside_what_was_sold(
    client: Callable[..., Any], database: Database, settings: Settings, project: Any
) -> None:
    project(*weekly_sales("A1", "2026-01-05", [4, 6, 5, 5, 6]))

    def censored(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        answer.demand = {"main:A1": {date(2026, 1, 19): 7.5, date(2026, 1, 26): 5.0}}  # type: ignore[union-attr]
        return answer

    train(database, settings, censored)
    weeks = client("GET", "/forecast/A1").json()["history"]
    assert [(week["units"], week["demand"]) for week in weeks] == [(4, 4), (6, 6), (5, 7.5), (5, 5), (6, 6)]


@pytest.mark.usefixtures("live")
def test_the_product_list_sorts_filters_and_pages(client: Callable[..., Any]) -> None:
    first = client("GET", "/forecast/summary").json()["items"][0]
    assert (first["sku"], first["last_weeks"][-5:]) == ("A1", [4, 6, 5, 5, 6])
    assert first["next4"]["p10"] <= first["next4"]["p50"] <= first["next4"]["p90"]
    for sort in ("name", "sku", "next4", "-next4", "wape", "-wape"):
        whole = pages(client, "/forecast/summary", sort=sort)
        assert len(whole) == 3
        assert pages(client, "/forecast/summary", sort=sort, limit=1) == whole
    assert len(pages(client, "/forecast/summary", category="Lamps")) == 1
    assert pages(client, "/forecast/summary", q="no such thing") == []


def test_a_series_is_found_by_its_code_before_the_catalog_has_told_of_its_product_and_by_the_name_after(
    client: Callable[..., Any], database: Database, settings: Settings, live: dict[str, Any]
) -> None:
    def found(path: str, q: str, **more: Any) -> set[str]:
        return {item["sku"] for item in pages(client, path, q=q, **more)}

    asked: list[tuple[str, dict[str, Any]]] = [
        ("/forecast/summary", {}), ("/forecast/weekly", {}), ("/forecast/weekly", {"run": live["id"]}),
    ]  # fmt: skip
    for path, more in asked:
        assert (found(path, "b", **more), found(path, "HOOK", **more)) == ({"B"}, set())
    changed = ProductChanged(product_id=uuid4(), sku="B", name="Green hook", revision=1)
    with database.transaction() as connection:
        CatalogHandler(settings.zone).apply(
            connection, Batch([Delivery(new_event(changed, "catalog"), record(changed, 1))])
        )
    for path, more in asked:
        assert (found(path, "b", **more), found(path, "HOOK", **more), found(path, "1", **more)) == (
            {"B"}, {"B"}, {"A1"}
        )  # fmt: skip


def test_a_name_that_few_have_leads_to_their_series_and_no_other_is_read(
    database: Database, live: dict[str, Any]
) -> None:
    with database.transaction() as connection:
        for statement in (
            "INSERT INTO forecast SELECT run_id, 'X' || n, location, mean, quantiles, sum_quantiles, method, reason,"
            " active, next4 FROM forecast, generate_series(1, 900) AS n WHERE sku = 'B'",
            "INSERT INTO product (product_id, sku, name, archived, attributes, revision)"
            " SELECT gen_random_uuid(), 'X' || n, 'Thing', false, '{}', 1 FROM generate_series(1, 900) AS n",
        ):
            connection.exec_driver_sql(statement)
        forecasts.publish(connection, live["id"], "train", "somebody", None)
        for table in ("live_forecast", "forecast", "product"):
            connection.exec_driver_sql(f"ANALYZE {table}")
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = {table: rows_read(connection, table) for table in ("live_forecast", "forecast")}
        given: dict[str, Any] = {"location": None, "search": "%red l%"}
        page = storage.summary_page(
            connection, sort="-next4", category=None, active=None, series=None, after=None, limit=50, **given
        )
        weekly = storage.weekly_page(connection, run_id=None, sku=None, start=None, weeks=100, **given)
        assert [row["sku"] for row in page + weekly] == ["A1", "A1"]
        for table, rows_before in before.items():
            assert rows_read(connection, table) - rows_before < 50, table


@pytest.mark.usefixtures("live")
def test_the_product_list_of_some_series_is_the_whole_one_without_the_others(client: Callable[..., Any]) -> None:
    def asked(*series: tuple[str, str], **query: Any) -> list[dict[str, Any]]:
        body = {"items": [{"sku": sku, "location": location} for sku, location in series]}
        found: list[dict[str, Any]] = []
        while query.get("cursor", "") is not None:
            page = client("POST", "/forecast/summary", params=query, json=body).json()
            found, query["cursor"] = found + page["items"], page["next_cursor"]
        return found

    chosen = [("A1", "main"), ("B", "shop"), ("GONE", "main")]
    for sort in ("name", "-next4", "-wape"):
        whole = pages(client, "/forecast/summary", sort=sort)
        kept = [item for item in whole if (item["sku"], item["location"]) in chosen]
        assert len(kept) == 2
        assert asked(*chosen, sort=sort) == asked(*chosen, sort=sort, limit=1) == kept
    assert [item["sku"] for item in asked(*chosen, category="Lamps")] == ["A1"]
    assert asked() == []


@pytest.mark.usefixtures("live")
def test_past_forecasts_of_weeks_that_have_ended(
    client: Callable[..., Any], database: Database, settings: Settings, project
) -> None:  # type: ignore[no-untyped-def]
    project(sale("A1", "2026-02-10", "9"))
    train(database, settings, as_of=date(2026, 2, 15))
    past = client("GET", "/forecast/A1").json()["past"]
    assert [(item["week"], item["lag"]) for item in past] == [("2026-02-09", 1)]
    assert past[0]["p50"] == pytest.approx(5.5)


@pytest.mark.usefixtures("live")
def test_totals_are_exact_text(client: Callable[..., Any]) -> None:
    found = client("GET", "/forecast/history/totals").json()
    assert (found["units"], found["revenue"], found["events"]) == ("61.000", "152.5000", 12)


def test_training_by_http(client: Callable[..., Any]) -> None:
    assert client("POST", "/forecast/train").status_code == 403
    answer = client("POST", "/forecast/train", "planner", json={"as_of": "2026-02-08"})
    assert answer.status_code == 202
    run_id = answer.json()["run_id"]
    assert client("GET", f"/forecast/runs/{run_id}").json()["status"] == "waiting"
    assert [run["id"] for run in pages(client, "/forecast/runs", limit=1)] == [run_id]
    assert client("POST", f"/forecast/runs/{run_id}/cancel", "planner").json()["status"] == "cancelled"
    assert client("POST", f"/forecast/runs/{run_id}/cancel", "planner").status_code == 409


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("method", "path", "query", "body", "status"),
    [
        ("GET", "/forecast/nothing-here", {}, None, 404),
        ("GET", "/forecast/A1", {"location": "moon"}, None, 404),
        ("GET", "/forecast/A1", {"horizon": 0}, None, 422),
        ("GET", "/forecast/A1", {"horizon": 14}, None, 422),
        ("GET", "/forecast/A%00", {}, None, 422),
        ("GET", "/forecast/weekly", {"cursor": "%%%"}, None, 422),
        ("GET", "/forecast/weekly", {"limit": 501}, None, 422),
        ("GET", "/forecast/weekly", {"q": "\x00"}, None, 422),
        ("GET", "/forecast/weekly", {"run": NOBODY}, None, 404),
        ("GET", "/forecast/weekly", {"run": "x"}, None, 422),
        ("GET", "/forecast/summary", {"sort": "mood"}, None, 422),
        ("GET", "/forecast/runs/x", {}, None, 422),
        ("GET", f"/forecast/runs/{NOBODY}", {}, None, 404),
        ("POST", "/forecast/train", {}, {"as_of": "2999-01-01"}, 422),
        ("POST", "/forecast/train", {}, {"as_of": "0001-01-01"}, 422),
        ("POST", "/forecast/train", {}, {"as_of": "yesterday"}, 422),
        ("POST", "/forecast/train", {}, {"horizon": 27}, 422),
    ],
)
def test_wrong_input_is_a_problem_and_never_a_500(
    client: Callable[..., Any], method: str, path: str, query: dict[str, Any], body: Any, status: int
) -> None:
    answer = client(method, path, "planner", params=query, json=body)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_every_operation_asks_who_calls(app: FastAPI, client: Callable[..., Any]) -> None:
    paths = app.openapi()["paths"]
    assert paths
    for path, operations in paths.items():
        for method, operation in operations.items():
            concrete = path
            for parameter in operation.get("parameters", []):
                concrete = concrete.replace("{" + parameter["name"] + "}", str(uuid4()))
            answer = client(method.upper(), concrete, None)
            assert answer.status_code == 401, (method, path, answer.text)
