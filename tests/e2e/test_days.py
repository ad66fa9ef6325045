"""A planner's Monday and an operator's bad day, from the first screen to the last, with their pictures."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from infra.launcher import processes
from infra.launcher.local import System
from tests.e2e.camera import Camera
from tests.e2e.dashboard import SECONDS, sign_in
from tests.unreadable import submit_unreadable

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with System("--demo=small-stores", dashboard=True) as running:
        yield running


def test_a_planners_monday(page: Page, system: System) -> None:
    camera, api = Camera("monday"), system.client()
    sign_in(page, system)
    entries = page.get_by_role("grid", name="Needs attention").get_by_role("row")
    expect(entries.nth(1)).to_be_visible()
    expect(page.get_by_role("grid", name="Most units expected")).to_be_visible()
    camera.take(page, "what-needs-somebody")
    first = api.get("/attention", status="open", kind="stockout")["items"][0]
    entries.filter(has_text=first["sku"]).first.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(f"/products/{first['sku']}"))
    expect(page.get_by_role("img", name=re.compile("Weekly demand of"))).to_be_visible()
    expect(page.get_by_role("table", name=re.compile("What adds up to"))).to_be_visible()
    camera.take(page, "one-product-understood")
    page.goto("/replenishment")
    page.get_by_role("button", name=re.compile("^Propose")).first.click()
    expect(page.get_by_text(re.compile(r"^\d+ orders? proposed"))).to_be_visible()
    page.get_by_role("button", name=re.compile(r"^Review \d+ line")).first.click()
    why = page.get_by_role("button", name=re.compile("^Why this quantity of")).first
    expect(why).to_be_visible()
    camera.take(page, "an-order-line-by-line")
    why.click()
    expect(page.get_by_role("dialog", name="Why this quantity")).to_be_visible()
    camera.take(page, "why-this-quantity")
    page.keyboard.press("Escape")
    before = {order["id"] for order in api.items("/orders", status="approved")}
    page.get_by_role("button", name=re.compile("^Approve")).click()
    page.get_by_role("dialog").get_by_role("button", name="Approve", exact=True).click()
    expect(page.get_by_role("button", name="Receive all that is open")).to_be_visible()
    (order,) = (order for order in api.items("/orders", status="approved") if order["id"] not in before)
    assert order["line_count"] >= 1 and order["approved_by"]
    week = date.fromisoformat(api.get("/status")["last_week"]) + timedelta(weeks=3)
    best = api.get("/forecast/summary", limit=1)["items"][0]["sku"]
    page.goto(f'/what-if?skus=["{best}"]&starts={week}&ends={week + timedelta(days=6)}&discount=0.2')
    expect(page.get_by_role("heading", name="What it does")).to_be_visible(timeout=2 * SECONDS)
    camera.take(page, "what-a-promotion-would-do")
    page.goto("/accuracy")
    expect(page.get_by_role("heading", name="Accuracy", level=1)).to_be_visible()
    expect(page.get_by_text("Rehearsing the weeks before")).to_have_count(0, timeout=240_000)
    expect(page.get_by_role("main").locator("[aria-busy=true]")).to_have_count(0)
    camera.take(page, "how-right-it-has-been")


def test_an_operators_bad_day(page: Page, system: System) -> None:
    camera = Camera("bad-day")
    sign_in(page, system, "/pipeline")
    expect(page.get_by_role("heading", name="Pipeline", level=1)).to_be_visible()
    the_broker_falls_and_tills_go_on(page, system, camera)
    a_tills_events_cannot_be_read(page, system, camera)
    the_log_is_replayed(page, system, camera)
    the_run_before_is_live_again(page, system, camera)


def the_broker_falls_and_tills_go_on(page: Page, system: System, camera: Camera) -> None:
    api, main = system.client(), page.get_by_role("main")
    system.stop("kafka")
    try:
        expect(main.get_by_text(re.compile("Not answering or not ready: .*kafka"))).to_be_visible(timeout=60_000)
        camera.take(page, "kafka-is-down")
        sku = api.get("/forecast/summary", limit=1)["items"][0]["sku"]
        taken = api.post("/sales", {"id": "in-the-dark", "sku": sku, "quantity": "1"})
        assert taken["status"] == "recorded", "a till is not stopped by Kafka"
    finally:
        system.start("kafka")
    expect(main.get_by_text(re.compile("Not answering"))).to_have_count(0, timeout=90_000)


def a_tills_events_cannot_be_read(page: Page, system: System, camera: Camera) -> None:
    submit_unreadable(system.kafka, "two", "three")
    letters = page.get_by_role("grid", name="Dead letters").get_by_role("row").nth(1)
    expect(letters).to_be_visible(timeout=60_000)
    expect(letters.get_by_role("button", name="Redrive")).to_be_in_viewport(ratio=1)
    camera.take(page, "a-tills-events-cannot-be-read")
    letters.get_by_role("button", name="Discard").click()
    asked = page.get_by_role("dialog", name="Discard events")
    expect(asked.get_by_text(re.compile("^2 events will be marked as discarded"))).to_be_visible()
    asked.get_by_role("button", name="Discard", exact=True).click()
    expect(page.get_by_text("No event failed")).to_be_visible()


def the_log_is_replayed(page: Page, system: System, camera: Camera) -> None:
    before = system.client().get("/forecast/history/totals")["units"]
    page.get_by_role("button", name="Replay", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Replay", exact=True).click()
    row = page.get_by_role("grid", name="Replays").get_by_role("row").nth(1)
    expect(row.get_by_text("Succeeded")).to_be_visible(timeout=120_000)
    camera.take(page, "the-log-is-replayed")
    assert system.client().get("/forecast/history/totals")["units"] == before


def the_run_before_is_live_again(page: Page, system: System, camera: Camera) -> None:
    api, why = system.client(), "The till's fault is in it"
    live = next(run for run in api.get("/forecast/runs")["items"] if run["live"])
    again = api.post("/forecast/update", {})["run_id"]
    processes.wait_until(lambda: api.get(f"/forecast/runs/{again}")["live"], 120, "The update")
    page.goto("/training")
    page.get_by_role("button", name="Roll back").click()
    asked = page.get_by_role("dialog", name="Roll back")
    expect(asked.get_by_label("Why")).to_be_focused()
    expect(asked.get_by_role("button", name="Roll back")).to_be_disabled()
    page.keyboard.type(why)
    camera.take(page, "back-to-the-run-before")
    asked.get_by_role("button", name="Roll back").click()
    expect(page.get_by_text(f"Run {live['version']} is live again.")).to_be_visible()
    expect(page.get_by_role("grid", name="Runs").get_by_text(f"“{why}”")).to_be_visible()
    page.goto("/admin?view=audit")
    expect(page.get_by_text(why).first).to_be_visible()
    camera.take(page, "the-trail-tells-of-it")
