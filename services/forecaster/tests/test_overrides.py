"""Overrides end to end: kept over retraining, undone, locked, never lost when two people are at it."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Database, rows, scalar
from contracts.envelope import new_event
from contracts.events import ProductChanged
from forecaster.application.planning.overrides import expire_overrides
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings

from services.forecaster.tests.helpers import record, weekly_sales
from services.forecaster.tests.test_api import app, client, pages
from services.forecaster.tests.test_training import published, train

__all__ = ["app", "client"]

Call = Callable[..., Any]
WEEK = "2026-02-09"


def products(database: Database, settings: Settings, skus: list[str]) -> None:
    deliveries = []
    for sku in skus:
        changed = ProductChanged(product_id=uuid4(), sku=sku, name=f"Lamp {sku}", category="Lamps", revision=1)
        deliveries.append(Delivery(new_event(changed, "catalog"), record(changed, 0)))
    with database.transaction() as connection:
        CatalogHandler(settings.zone).apply(connection, Batch(deliveries))


@pytest.fixture
def live(database: Database, settings: Settings, project: Any) -> None:
    project(*weekly_sales("A", "2026-01-05", [4, 6, 5, 5, 6]), *weekly_sales("B", "2026-01-05", [10] * 5))
    products(database, settings, ["A", "B"])
    train(database, settings)


def put(client: Call, role: str = "planner", **body: Any) -> Any:
    target = {name: body[name] for name in ("sku", "category", "location") if name in body}
    revision = client("GET", "/overrides/revision", params=target).json()["revision"]
    given = {"first_week": WEEK, "reason": "trade fair", "revision": revision, **body}
    return client("POST", "/overrides", role, json=given)


def mean(client: Call, sku: str = "A", step: int = 0) -> float:
    return float(client("GET", f"/forecast/{sku}").json()["forecast"][step]["mean"])


@pytest.mark.usefixtures("live")
def test_an_override_is_seen_everywhere_and_undone_again(client: Call, database: Database) -> None:
    made = put(client, sku="A", value="120")
    assert made.status_code == 201, made.text
    assert made.json()["after_total"] == 120
    page = client("GET", "/forecast/A").json()
    assert (page["forecast"][0]["mean"], page["forecast"][0]["model"], page["overridden"]) == (120, 5.5, True)
    assert page["sums"][0]["mean"] == 120
    assert client("GET", "/forecast/weekly", params={"sku": "A"}).json()["items"][0]["mean"] == 120
    ready = published(database, "forecast-ready")[-1]
    assert (ready["sku"], ready["mean"][0], ready["overridden"]) == ("A", 120, True)
    assert client("POST", f"/overrides/{made.json()['id']}/undo", "planner").status_code == 200
    assert mean(client) == 5.5
    assert published(database, "forecast-ready")[-1]["overridden"] is False
    assert client("POST", f"/overrides/{made.json()['id']}/undo", "planner").status_code == 409
    assert {event["action"] for event in published(database, "audit-recorded")} >= {
        "forecast-overridden", "override-undone",
    }  # fmt: skip


@pytest.mark.usefixtures("live")
def test_the_list_is_in_the_order_of_what_it_shows_through_override_training_and_undo(
    client: Call, database: Database, settings: Settings
) -> None:
    def listed() -> list[tuple[str, float]]:
        shown = [(item["sku"], item["next4"]["mean"]) for item in pages(client, "/forecast/summary", sort="-next4")]
        assert shown == sorted(shown, key=lambda item: -item[1])
        up = [item["sku"] for item in pages(client, "/forecast/summary", sort="next4")]
        assert up == [sku for sku, _ in reversed(shown)]
        return shown

    assert [sku for sku, _ in listed()] == ["B", "A"]
    made = put(client, sku="A", value="120").json()
    assert [sku for sku, _ in listed()] == ["A", "B"]
    train(database, settings)
    assert [sku for sku, _ in listed()] == ["A", "B"]
    client("POST", f"/overrides/{made['id']}/undo", "planner")
    assert [sku for sku, _ in listed()] == ["B", "A"]


@pytest.mark.usefixtures("live")
def test_undoing_the_newest_brings_the_one_before_back(client: Call) -> None:
    put(client, sku="A", value="100")
    newest = put(client, sku="A", kind="formula", value="*2").json()
    assert mean(client) == 11
    client("POST", f"/overrides/{newest['id']}/undo", "planner")
    assert mean(client) == 100


@pytest.mark.usefixtures("live")
def test_overrides_hold_over_retraining(
    client: Call, database: Database, settings: Settings, project: Any
) -> None:
    put(client, sku="A", value="120")
    put(client, sku="B", kind="formula", value="*1.5")
    put(client, sku="B", kind="formula", value="+7", first_week="2026-02-16")
    project(*weekly_sales("B", "2026-01-05", [10] * 5))  # B sells twice as much as was known
    train(database, settings)
    assert mean(client, "A") == 120
    assert (mean(client, "B"), mean(client, "B", 1), mean(client, "B", 2)) == (30, 27, 20)
    ready = [event for event in published(database, "forecast-ready") if event["sku"] == "B"][-1]
    assert (ready["mean"][:3], ready["overridden"]) == ([30, 27, 20], True)


def test_a_category_of_a_thousand_adds_up_exactly(
    client: Call, database: Database, settings: Settings, project: Any
) -> None:
    skus = [f"S{number:04d}" for number in range(1000)]
    project(*(entry for number, sku in enumerate(skus) for entry in weekly_sales(sku, "2026-01-26", [1 + number % 7])))
    products(database, settings, skus)
    train(database, settings)
    made = put(client, category="Lamps", value="123457")
    assert made.status_code == 201, made.text
    assert made.json()["cells"] == 1000
    with database.transaction() as connection:
        assert scalar(connection, "SELECT sum(after) FROM override_cell") == 123457
    found = pages(client, "/forecast/weekly", limit=500)
    assert sum(item["mean"] for item in found if item["week"] == WEEK) == 123457


@pytest.mark.usefixtures("live")
def test_an_edit_on_an_old_revision_is_refused(client: Call) -> None:
    assert put(client, sku="A", value="100").status_code == 201
    refused = put(client, sku="A", value="50", revision=0)
    assert refused.status_code == 409
    assert refused.json()["code"] == "revision_conflict"
    assert mean(client) == 100
    assert put(client, category="Lamps", value="50", revision=0).status_code == 409


@pytest.mark.usefixtures("live")
def test_a_hundred_edits_at_once_lose_nothing(client: Call, database: Database) -> None:
    faults: list[str] = []

    def edit(number: int) -> None:
        for _ in range(500):
            answer = put(client, sku="A", kind="formula", value=f"+{number}", reason=f"edit {number}")
            if answer.status_code == 201:
                return
            if answer.status_code != 409:
                faults.append(answer.text)
        faults.append(f"{number} never got through")

    def edit_ten(start: int) -> None:
        for number in range(start, start + 10):
            edit(number)

    threads = [threading.Thread(target=edit_ten, args=(start,)) for start in range(0, 100, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with database.transaction() as connection:
        kept = rows(connection, "SELECT seq, reason, before_total, after_total FROM override_set ORDER BY seq")
    assert {row["reason"] for row in kept} == {f"edit {number}" for number in range(100)}
    for earlier, later in pairwise(kept):
        assert later["before_total"] == pytest.approx(earlier["after_total"])  # each was made on the one before


@pytest.mark.usefixtures("live")
def test_a_locked_override_is_others_to_see_but_not_to_change(client: Call) -> None:
    made = put(client, "planner", sku="A", value="100", lock=True).json()
    assert put(client, "operator", sku="A", value="1").status_code == 409
    assert put(client, "operator", category="Lamps", value="150").status_code == 201
    assert (mean(client, "A"), mean(client, "B")) == (100, 50)
    assert client("POST", f"/overrides/{made['id']}/undo", "operator").status_code == 409
    assert client("POST", f"/overrides/{made['id']}/lock", "operator", json={"locked": False}).status_code == 403
    assert client("POST", f"/overrides/{made['id']}/lock", "planner", json={"locked": False}).status_code == 200
    assert put(client, "operator", sku="A", value="1").status_code == 201


@pytest.mark.usefixtures("live")
def test_an_expired_override_ends_and_everybody_is_told(
    client: Call, database: Database, settings: Settings
) -> None:
    today = datetime.now(UTC).date()
    assert put(client, sku="A", value="9", expires_on=str(today - timedelta(days=1))).status_code == 422
    put(client, sku="A", value="100", expires_on=str(today))
    with database.transaction() as connection:
        assert expire_overrides(connection, today) == 0
        assert expire_overrides(connection, today + timedelta(days=1)) == 1
        assert expire_overrides(connection, today + timedelta(days=1)) == 0
    ready = published(database, "forecast-ready")[-1]
    assert ready["sku"] == "A"


@pytest.mark.usefixtures("live")
def test_the_plan_goes_out_as_csv_and_comes_back(client: Call) -> None:
    put(client, sku="B", kind="formula", value="+5")
    out = client("GET", "/overrides/table.csv", params={"category": "Lamps"})
    revision = out.headers["x-plan-revision"]

    def back(text: str, given: str = revision) -> Any:
        return client(
            "POST", "/overrides/table.csv", "planner", content=text.encode(),
            params={"reason": "from the sheet", "revision": given},
        )  # fmt: skip

    same = back(out.text)
    assert (same.status_code, same.json()["cells"]) == (201, 0)
    edited = out.text.replace(f"A,main,{WEEK},5.5,5.5", f"A,main,{WEEK},5.5,77")
    assert back(edited.replace("A,main", "Z,main")).status_code == 422
    assert back(edited.replace(",77,", ",much,")).status_code == 422
    assert mean(client) == 5.5
    changed = back(edited)
    assert (changed.status_code, changed.json()["cells"]) == (201, 1)
    assert (mean(client), mean(client, "B")) == (77, 15)
    assert back(edited).status_code == 409


@pytest.mark.usefixtures("live")
def test_a_dry_run_says_what_would_be_and_changes_nothing(client: Call) -> None:
    tried = put(client, category="Lamps", kind="formula", value="+10", dry_run=True).json()
    assert (tried["id"], tried["cells"]) == (None, 2)
    assert tried["after_total"] - tried["before_total"] == pytest.approx(10)
    assert client("GET", "/overrides").json()["items"] == []


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"sku": "A", "value": "x"}, 422), ({"sku": "A", "value": "-5"}, 422), ({"sku": "NOPE", "value": "5"}, 404),
        ({"sku": "A", "value": "5", "first_week": "2030-01-07"}, 422), ({"sku": "A", "value": "5", "reason": " "}, 422),
        ({"sku": "A", "value": "5", "last_week": "2026-01-01"}, 422), ({"sku": "A", "value": "\x00"}, 422),
        ({"category": "Lamps", "kind": "formula", "value": "-9999"}, 422),
        ({"sku": "A", "value": "5", "revision": -1}, 422),
    ],
)  # fmt: skip
def test_wrong_overrides_change_nothing(client: Call, body: dict[str, Any], status: int) -> None:
    answer = put(client, **body)
    assert answer.status_code == status, answer.text
    assert client("GET", "/overrides").json()["items"] == []


@pytest.mark.usefixtures("live")
def test_a_viewer_may_look_and_not_touch(client: Call) -> None:
    assert put(client, "viewer", sku="A", value="1").status_code == 403
    made = put(client, sku="A", value="1").json()
    assert client("GET", f"/overrides/{made['id']}").json()["changes"][0]["after"] == 1
    assert client("GET", "/overrides", params={"sku": "A", "in_force": True}).json()["items"][0]["author"] == "planner"
    assert client("GET", f"/overrides/{uuid4()}").status_code == 404
    assert date.fromisoformat(client("GET", "/overrides").json()["items"][0]["first_week"]) == date(2026, 2, 9)
