"""One list of what needs somebody: what is out of stock first, then by money; the same verbs for stock and findings;
entries that end by themselves and come back only for a reason."""

import math
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from catalog.domain.segments import Segment
from catalog.storage import segments
from chassis.database import Database
from chassis.security import Role
from contracts.envelope import Event, new_event
from contracts.events import FindingChanged
from fastapi.testclient import TestClient

Deliver = Callable[..., None]
Told = Callable[..., list[dict[str, Any]]]
TOMORROW = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()


def listed(client: TestClient, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get("/attention", params=query).json()["items"]
    ranked = [(item["urgency"], item["money"]) for item in found]
    assert ranked == sorted(ranked, reverse=True)
    return found


def shown(client: TestClient, status: str = "open") -> list[tuple[str, str]]:
    return sorted((item["kind"], item["sku"]) for item in listed(client, status=status))


def entry(client: TestClient, sku: str, kind: str = "stockout") -> str:
    return next(str(item["id"]) for item in listed(client, kind=kind) if item["sku"] == sku)


def say(client: TestClient, id_: str, verb: str, **body: Any) -> Any:
    return client.post(f"/attention/{id_}/{verb}", json=body)


def finding(root: str = "bias/A1", *, money: float = 500.0, week: str | None = "2026-09-28", **more: Any) -> Event:
    day = date.fromisoformat(week) if week else None
    content = {"open": True, "kind": "bias", "sku": "A1", "location": "main", "title": "Too high"} | more
    return new_event(FindingChanged(root=root, money=money, week=day, found_at=datetime.now(UTC), **content), "f")


def test_what_is_ordered_now_comes_a_lead_time_from_now_and_never_in_the_past(stocked: TestClient) -> None:
    today = datetime.now(UTC).date()
    for item in listed(stocked, kind="stockout"):
        told = item["detail"]
        begins = max(date.fromisoformat(told["as_of"]) + timedelta(days=1), today)
        assert date.fromisoformat(told["arrives_on"]) == begins + timedelta(days=math.ceil(told["lead_days"])) >= today


def test_stock_that_runs_out_is_named_until_ordered_snoozed_or_settled(stocked: TestClient) -> None:
    a1 = entry(stocked, "A1")
    assert shown(stocked) == [("stockout", "A1"), ("stockout", "B2")]
    assert say(stocked, a1, "snooze", until="2020-01-01").status_code == 422
    assert say(stocked, a1, "snooze", until=TOMORROW).json()["status"] == "snoozed"
    assert (shown(stocked), shown(stocked, "snoozed")) == ([("stockout", "B2")], [("stockout", "A1")])
    say(stocked, entry(stocked, "B2"), "assign", assignee="ann")
    assert [item["sku"] for item in listed(stocked, assignee="ann")] == ["B2"]
    assert say(stocked, a1, "acknowledge", note="on it").json()["status"] == "acknowledged"
    say(stocked, a1, "resolve", note="called them")
    assert shown(stocked, "resolved") == [("stockout", "A1")]
    assert say(stocked, a1, "reopen").json()["status"] == "open"
    order = stocked.post("/orders", json={}).json()[0]
    stocked.post(f"/orders/{order['id']}/approve")
    assert shown(stocked) == []
    refused = say(stocked, a1, "resolve")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_longer_so")
    ended = stocked.get(f"/attention/{a1}").json()
    assert (ended["status"], ended["changed_by"]) == ("resolved", "system")
    stocked.post(f"/orders/{order['id']}/cancel")
    assert shown(stocked) == [("stockout", "A1"), ("stockout", "B2")]


def test_what_was_settled_comes_back_only_with_a_newer_forecast(
    stocked: TestClient, deliver: Deliver, telling: tuple[Callable[..., Event], Callable[..., Event]]
) -> None:
    forecast, completed = telling
    say(stocked, entry(stocked, "A1"), "resolve")
    stocked.post("/stock/counts", json={"items": [{"sku": "A1", "quantity": 1}]})
    assert shown(stocked) == [("stockout", "B2")]
    again = uuid4()
    deliver(forecast("A1", again), forecast("B2", again))
    deliver(completed(again, 5))
    assert shown(stocked) == [("stockout", "B2")]
    newer = uuid4()
    deliver(*(forecast(sku, newer, as_of=date(2026, 10, 11)) for sku in ("A1", "B2")))
    deliver(completed(newer, 9, as_of=date(2026, 10, 11)))
    assert shown(stocked) == [("stockout", "A1"), ("stockout", "B2")]


def test_far_too_much_is_an_entry_until_it_is_not(stocked: TestClient) -> None:
    stocked.post("/stock/counts", json={"items": [{"sku": "B2", "quantity": 500}]})
    (item,) = listed(stocked, kind="excess")
    assert (item["sku"], item["supplier"], item["name"]) == ("B2", "ACME", "=B2")
    assert item["money"] == pytest.approx(5 * item["detail"]["units"], abs=0.01)
    stocked.post("/stock/counts", json={"items": [{"sku": "B2", "quantity": 12}]})
    assert listed(stocked, kind="excess") == []


def test_findings_stand_beside_stock_with_the_same_verbs(stocked: TestClient, deliver: Deliver, told: Told) -> None:
    deliver(finding(), finding("late", kind="late-data", sku=None, location=None, week=None, money=1.5))
    found = listed(stocked)
    assert [item["kind"] for item in found] == [*["stockout"] * (len(found) - 2), "bias", "late-data"]
    assert [item["kind"] for item in listed(stocked, kind=["bias", "late-data"])] == ["bias", "late-data"]
    assert [item["root"] for item in listed(stocked, q="too HIGH")] == ["bias/A1", "late"]
    assert [item["root"] for item in listed(stocked, q="high", limit=1)] == ["bias/A1"]
    page = stocked.get("/attention", params={"limit": 1}).json()
    assert page["items"] == found[:1]
    rest = stocked.get("/attention", params={"cursor": page["next_cursor"]}).json()["items"]
    assert rest == found[1:]
    bias = entry(stocked, "A1", "bias")
    for verb, body in (("acknowledge", {}), ("assign", {"assignee": "bo"}), ("snooze", {"until": TOMORROW}),
                       ("resolve", {}), ("reopen", {})):  # fmt: skip
        assert say(stocked, bias, verb, **body).status_code == 200
    actions = [item["action"] for item in told("audit-recorded") if item["subject"] == "bias/A1"]
    assert actions == [f"attention-{verb}" for verb in ("acknowledged", "assigned", "snoozed", "resolved", "reopened")]


def test_the_list_is_narrowed_by_category_and_class_over_all_entries(
    stocked: TestClient, deliver: Deliver, database: Database
) -> None:
    deliver(finding("late", kind="late-data", sku=None, location=None, week=None, money=1.5))
    stocked.patch("/products/A1", json={"category": "Tea"})
    classes = {("A1", "main"): Segment("A", "X", 1, 0, 0), ("B2", "main"): Segment("C", "Z", 1, 0, 0)}
    with database.transaction() as connection:
        segments.change(connection, (), classes)
    assert {item["sku"] for item in listed(stocked)} == {"A1", "B2", None}
    for narrowed in ({"category": "Tea"}, {"segment": "AX"}, {"category": "Tea", "segment": "AX", "supplier": "ACME"}):
        assert {item["sku"] for item in listed(stocked, **narrowed)} == {"A1"}, narrowed
        page = stocked.get("/attention", params={**narrowed, "limit": 1}).json()
        assert page["items"] and page["next_cursor"] is None
    assert listed(stocked, category="Tea", segment="CZ") == []
    assert stocked.get("/attention", params={"segment": "QQ"}).status_code == 422


def test_a_finding_that_ends_resolves_itself_and_one_that_returns_is_open(
    stocked: TestClient, deliver: Deliver
) -> None:
    deliver(finding())
    bias = entry(stocked, "A1", "bias")
    deliver(finding(open=False))
    ended = stocked.get(f"/attention/{bias}").json()
    assert (ended["status"], ended["changed_by"]) == ("resolved", "system")
    deliver(finding(money=700))
    assert listed(stocked, kind="bias")[0]["money"] == 700
    say(stocked, bias, "resolve")
    deliver(finding(money=800))
    assert listed(stocked, kind="bias") == []
    deliver(finding(money=900, week="2026-10-05"))
    assert [(item["id"], item["money"]) for item in listed(stocked, kind="bias")] == [(bias, 900)]
    deliver(finding(open=False), finding(money=901, week="2026-10-05"))
    assert listed(stocked, kind="bias")[0]["money"] == 901


def test_a_snooze_ends_by_itself_on_its_day(stocked: TestClient, deliver: Deliver, database: Database) -> None:
    deliver(finding())
    bias = entry(stocked, "A1", "bias")
    say(stocked, bias, "snooze", until=TOMORROW)
    assert listed(stocked, kind="bias", status="open") == []
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE attention SET snoozed_until = '2026-01-01' WHERE kind = 'bias'")
    (item,) = listed(stocked, kind="bias", status="open")
    assert (item["status"], item["snoozed_until"]) == ("open", None)


def test_a_viewer_reads_the_list_and_says_nothing(stocked: TestClient) -> None:
    a1 = entry(stocked, "A1")
    stocked.app.state.role = Role.VIEWER  # type: ignore[attr-defined]
    assert len(listed(stocked)) == 2
    assert say(stocked, a1, "resolve").status_code == 403
    assert stocked.get(f"/attention/{uuid4()}").status_code == 404


def test_news_are_what_began_or_came_back_since_somebody_looked(stocked: TestClient, deliver: Deliver) -> None:
    def news(since: str | None = None) -> tuple[int, list[str]]:
        told = stocked.get("/attention/news", params={"since": since} if since else {}).json()
        return told["new"], [item["title"] for item in told["items"]]

    new, titles = news()
    assert new == len(titles) == 2  # A1 and B2 may run out
    looked = datetime.now(UTC).isoformat()
    assert news(looked) == (0, titles)  # nothing new: what is open stands there still
    deliver(finding())
    assert news(looked) == (1, ["Too high", *titles])
    deliver(finding(open=False))
    assert news(looked) == (0, titles)
    looked = datetime.now(UTC).isoformat()
    deliver(finding(week="2026-10-05"))
    assert news(looked) == (1, ["Too high", *titles])  # it came back
    say(stocked, entry(stocked, "A1", "bias"), "acknowledge")
    assert news(looked) == (0, titles)
