"""Acts that ask first: what each is done to, what it says in numbers, what is sent, and what is different then."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from infra.launcher import processes
from infra.launcher.local import System
from tests.unreadable import submit_unreadable


@dataclass(frozen=True)
class Made:
    """Something that an act is done to: where, by which button, and what the API says of it. `after`: what has to be
    put right again."""

    address: str
    button: str
    stands: Callable[[], Any]
    after: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Act:
    """An act: what it is done to, the dialog that asks, what that says, its button and what is sent by it.

    `safe` has the focus at first. `undo`: what was done is offered to be taken back, and is by that.
    `asks_server`: the dialog is counted by the server first, with a dry run.
    """

    make: Callable[[System], Made]
    title: str
    says: str
    does: str
    sent: tuple[str, str]
    safe: str = "Cancel"
    typed: dict[str, str] = field(default_factory=dict)
    undo: bool = False
    asks_server: bool = False


def _order(system: System, supplier: str, status: str) -> dict[str, Any]:
    """An order of a supplier of its own, up to a status."""
    api = system.client()
    (order,) = api.post("/orders", {"supplier": supplier, "keep_edits": False})
    if status != "proposed":
        api.post(f"/orders/{order['id']}/approve")
    if status == "begun":
        line = order["lines"][0]
        items = [{"sku": line["sku"], "location": line["location"], "quantity": "1"}]
        api.post("/receipts", {"order_id": order["id"], "items": items})
    found: dict[str, Any] = order
    return found


def order(supplier: str, status: str, button: str) -> Callable[[System], Made]:
    """An order that stands so."""

    def make(system: System) -> Made:
        path = f"/orders/{_order(system, supplier, status)['id']}"
        stands = lambda: system.client().get(path)["status"]  # noqa: E731
        return Made(f"/replenishment?order={path.rpartition('/')[2]}", button, stands)

    return make


def sale(system: System) -> Made:
    """A sale of a product that sells nothing else."""
    system.client().post("/sales", {"sku": "ONCE", "quantity": "3", "unit_price": "9"})
    return Made("/sales?sku=ONCE", "Void", lambda: [item["superseded_by"] for item in _sales(system)])


def _sales(system: System) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = system.client().get("/sales", sku="ONCE")["items"]
    return found


def unknown_code(system: System) -> Made:
    """A code that no product has, with a sale that waits."""
    system.client().post("/sales", {"sku": "ZZ-TYPO", "quantity": "2"})
    codes = lambda: [item["code"] for item in system.client().get("/sales/unknown-codes")["items"]]  # noqa: E731
    return Made("/sales?view=codes", "Dismiss ZZ-TYPO", codes)


def imported(system: System) -> Made:
    """A file of two sales."""
    file = system.data / "regretted.csv"
    file.write_text("sku,quantity,date,price\nP0,5,2026-02-20,10\nP1,6,2026-02-20,10\n")
    system.run("import", str(file), "--data", str(system.data))
    one = next(item for item in system.client().items("/imports") if item["name"] == "regretted.csv")
    undone = lambda: system.client().get(f"/imports/{one['id']}")["undo"] is not None  # noqa: E731
    return Made(f"/imports?id={one['id']}", "Undo the import", undone)


def key(system: System) -> Made:
    """A till's key."""
    api = system.administrator()
    made = api.post("/api-keys", {"name": "till 9", "scopes": ["sales:write"]})
    listed = lambda: next(item for item in api.get("/api-keys")["items"] if item["id"] == made["id"])  # noqa: E731
    return Made("/admin?view=keys", "Revoke till 9", lambda: listed()["revoked_at"])


def user(name: str, button: str) -> Callable[[System], Made]:
    """Somebody who was let in."""

    def make(system: System) -> Made:
        api = system.administrator()
        made = api.post("/users", {"username": name, "role": "planner"})
        listed = lambda: next(item for item in api.get("/users")["items"] if item["id"] == made["id"])  # noqa: E731
        return Made("/admin", button, lambda: (listed()["role"], listed()["status"]))

    return make


def spare_run(system: System) -> Made:
    """A run that is not live and can be."""
    runs = lambda: system.client().get("/forecast/runs")["items"]  # noqa: E731
    spare = next(run for run in runs() if not run["live"] and run["series"] > 0)
    live = lambda: next(run["version"] for run in runs() if run["live"])  # noqa: E731
    return Made("/training", f"Make live: run {spare['version']}", live)


def live_run(system: System) -> Made:
    """The run that is live took the place of another."""
    runs = lambda: system.client().get("/forecast/runs")["items"]  # noqa: E731
    if not any(run["before"] for run in runs()):
        spare = next(run for run in runs() if not run["live"] and run["series"] > 0)
        system.client().post(f"/forecast/runs/{spare['id']}/promote", {"reason": "To go back from"})
    live = lambda: next(run["version"] for run in runs() if run["live"])  # noqa: E731
    return Made("/training", "Roll back", live)


def override(system: System) -> Made:
    """Four weeks of a product, half as much again."""
    api = system.client()
    weeks = [week["week"] for week in api.get("/forecast/P7")["forecast"]]
    made = api.post("/overrides", {
        "sku": "P7", "kind": "percent", "value": "50", "reason": "A fair", "first_week": weeks[0],
        "last_week": weeks[3],
    })  # fmt: skip
    stands = lambda: next(one for one in api.items("/overrides", sku="P7") if one["id"] == made["id"])["in_force"]  # noqa: E731
    return Made("/products/P7", "Undo ", stands)


def left_out(system: System) -> Made:
    """A week that trainings do not learn from."""
    api = system.client()
    day = str(datetime.now(UTC).date() - timedelta(weeks=6))
    made = api.post("/forecast/exclusions", {
        "sku": "P6", "location": "main", "first_day": day, "last_day": None, "reason": "A crate",
    })  # fmt: skip
    listed = lambda: api.get("/forecast/exclusions", sku="P6")["items"]  # noqa: E731
    back = lambda: next(one for one in listed() if one["id"] == made["id"])["restored_at"]  # noqa: E731
    return Made("/products/P6", "Put back: ", back)


def product(system: System) -> Made:
    """A product without stock."""
    api = system.client()
    api.post("/products", {"sku": "OLD", "name": "Old vase"})
    return Made("/catalog?q=OLD", "Archive OLD", lambda: api.get("/products/OLD")["archived"])


def reservation(system: System) -> Made:
    """Units of two products that are held."""
    api = system.client()
    items = [{"sku": sku, "quantity": "2"} for sku in ("P0", "P1")]
    body = json.dumps({"reference": "SO-9", "items": items}).encode()
    api.request("PATCH", "/stock/reservations", body, {"Content-Type": "application/json"})
    held = lambda: sorted(item["sku"] for item in api.get("/stock/reservations")["items"])  # noqa: E731
    return Made("/replenishment?view=held", "Release SO-9", held)


def scenario(system: System) -> Made:
    """A promotion that is only supposed."""
    weeks = [week["week"] for week in system.client().get("/forecast/P5")["forecast"]]
    asked = f"skus={quote(json.dumps(['P5']))}&starts={weeks[2]}&ends={weeks[2]}&discount=0.2&name=Supposed"
    names = lambda: [item["name"] for item in system.client().get("/promotions")["items"]]  # noqa: E731
    return Made(f"/what-if?{asked}", "Make it the plan", names)


def letters(button: str) -> Callable[[System], Made]:
    """Two events that nobody can read."""

    def make(system: System) -> Made:
        api = system.client()
        open_letters = lambda: sum(group["letters"] for group in api.get("/dead-letters")["items"])  # noqa: E731
        before = open_letters()
        submit_unreadable(system.kafka, "two", "three")
        processes.wait_until(lambda: open_letters() == before + 2, 60, "The dead letters")
        settled = lambda: {  # noqa: E731
            status: len(api.get("/dead-letters/sales", status=status)["items"]) for status in ("redriven", "discarded")
        }
        return Made("/pipeline", button, settled)

    return make


def replay(system: System) -> Made:
    """The log of sales."""
    return Made("/pipeline", "Replay", lambda: len(system.client().get("/replays")["items"]))


ACTS = {
    "approve an order": Act(
        order("S0", "proposed", "Approve"), "Approve the order to", r"^1 line worth €[\d,]+ are on order", "Approve",
        ("POST", "/approve"), safe="Approve",
    ),
    "discard a proposal": Act(
        order("S1", "proposed", "Discard"), "Discard the proposal", r"^1 line worth €[\d,]+ are dropped",
        "Discard the proposal", ("POST", "/cancel"),
    ),
    "cancel an order": Act(
        order("S2", "approved", "Cancel order"), "Cancel the order", r"^1 line worth €[\d,]+ are not on order",
        "Cancel the order", ("POST", "/cancel"),
    ),
    "receive an order": Act(
        order("S3", "approved", "Receive all that is open"), "Everything from", r"^[\d,]+ units on 1 line are added",
        "Receive all", ("POST", "/receive"),
    ),
    "close an order": Act(
        order("S4", "begun", "The rest will not come"), "The rest from", r"^[\d,]+ units are not on order any more",
        "Close the order", ("POST", "/close"),
    ),
    "void a sale": Act(
        sale, "Void", r"3 units come back into the stock", "Void it", ("POST", "/void"), safe="Reason (optional)",
    ),
    "dismiss a code": Act(
        unknown_code, "Dismiss ZZ-TYPO", r"^1 waiting sale of 2 units is refused", "Dismiss the code",
        ("POST", "/dismiss"),
    ),
    "undo an import": Act(
        imported, "Undo the import", r"^2 sales recorded by it are voided", "Undo the import", ("POST", "/undo"),
    ),
    "revoke a key": Act(key, "Revoke till 9", r"refused within a minute \(it was never used\)", "Revoke",
                        ("DELETE", "/api-keys/")),
    "disable a user": Act(user("grete", "Disable grete"), "Disable grete", "signed out everywhere", "Disable",
                          ("PATCH", "/users/")),
    "promote a run": Act(
        spare_run, "Make run", r"Everybody then sees the \d+ forecasts", "Make live",
        ("POST", "/promote"), safe="Why", typed={"Why": "It was right more often"},
    ),
    "roll back": Act(
        live_run, "Roll back to run", r"The \d+ forecasts of run \d+, .* give way to the \d+ of run \d+", "Roll back",
        ("POST", "/rollback"), safe="Why", typed={"Why": "It was too high"},
    ),
    "undo an override": Act(
        override, "Undo ", r"[\d.]+ units become what they are without it", "Undo the override", ("POST", "/undo"),
        safe="Undo the override",
    ),
    "put weeks back": Act(
        left_out, "Put weeks back", "^Week of .*, left out by", "Put back", ("POST", "/restore"), safe="Put back",
    ),
    "archive a product": Act(
        product, "Archive Old vase", "Its sales and its history stay", "Archive", ("DELETE", "/products/"),
        safe="Archive", undo=True,
    ),
    "release what is held": Act(
        reservation, "Release SO-9", "^4 units on 2 lines are there to sell again", "Release",
        ("DELETE", "/reservations/"), safe="Release",
    ),
    "make a scenario the plan": Act(
        scenario, "Make it the plan", "^the promotion Supposed from .*, of 1 product", "Make it the plan",
        ("POST", "/scenarios/approve"), safe="Make it the plan",
    ),
    "discard dead letters": Act(
        letters("Discard"), "Discard events", r"^\d+ events will be marked as discarded", "Discard",
        ("POST", "/discard"), asks_server=True,
    ),
    "redrive dead letters": Act(
        letters("Redrive"), "Redrive events", r"^\d+ events will be put back on sale-submitted", "Redrive",
        ("POST", "/redrive"), asks_server=True,
    ),
    "replay the log": Act(
        replay, "Replay the log", "Left empty, everything is read", "Replay", ("POST", "/replays"),
        safe="Sold from (optional)",
    ),
}  # fmt: skip
