"""`./almanac bench reads [--data DIR] [--json OUT]`: how long every read of the API takes while others read and sell.

On the demo that runs from DIR; without DIR on the project's own one, or where none runs on one made for it. Every GET
of the merged OpenAPI document is asked again and again with parameters that lead somewhere: ids from its own list, and
each filter with a value that is there.
What lists may lack is made first: a second run to compare with, an override, an order. Meanwhile some clients page
through the dashboard's reads, and sales stream in: all of it is kept, so measure no system whose data you care for.
Exit code 1 when a route misses the bound at p95 or answers with a failure. A list as a file is asked twice, timed and
not judged: it is whole, and takes as long as there are rows. Then each read is asked alone: what the services and
PostgreSQL use of a core for it is what other work on the machine changes least.
"""

import argparse
import contextlib
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote, urlencode
from uuid import uuid4

from infra.launcher.client import ApiError, Client, administrator
from infra.launcher.errors import LauncherError
from infra.launcher.local import System
from infra.launcher.paths import ROOT
from tests.bench.backbone_system import GatewayConnection
from tests.bench.workers import cpu_seconds

BOUND_MS = 150
TURN_SECONDS = 0.5  # between two reads of a client, and two bursts of sales
BUSY = ("/overview", "/forecast/summary", "/replenishment", "/attention", "/excess", "/sales", "/stock", "/products")
ENDLESS = ("/stream",)
WHOLE_LISTS = ("/table.csv", "/overrides/table.csv")
ALONE = 5  # times that a read is asked alone for its CPU, after one that warms up
FILTERS = ("sku", "location", "supplier", "category", "q")  # each is tried alone, with a value that is there


@dataclass
class Route:
    """One GET: its path as the document writes it, the addresses that are asked in turn, and what was seen."""

    path: str
    addresses: list[str] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    cpu_ms: dict[str, float] = field(default_factory=dict)

    def at(self, percent: int) -> float:
        """A percentile of the times."""
        return quantiles(self.milliseconds, n=100, method="inclusive")[percent - 1]

    @property
    def met(self) -> bool:
        """Whether the route answers, and in time where it has a bound."""
        return not self.failures and (self.path in WHOLE_LISTS or self.at(95) <= BOUND_MS)


def main(arguments: list[str]) -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser("almanac bench reads", description=__doc__)
    parser.add_argument("--data", type=Path, metavar="DIR", help="the folder of a running demo")
    parser.add_argument("--requests", type=int, default=40, help="how often each route is asked (40)")
    parser.add_argument("--clients", type=int, default=4, help="how many others read meanwhile (4)")
    parser.add_argument("--sales", type=int, default=50, help="sales a second meanwhile (50)")
    parser.add_argument("--only", default="", metavar="TEXT", help="only routes whose path has this in it")
    parser.add_argument("--json", type=Path, help="write the figures there")
    options = parser.parse_args(arguments)
    with running(options.data) as data:
        client = Client(Client.connect(data).url, administrator(data))
        furnish(client)
        routes = [route for route in find_routes(client) if options.only in route.path]
        with busy(client, options.clients, options.sales, [address for r in routes for address in busy_ones(r)]):
            measure(client, [route for route in routes if route.addresses], options.requests)
        measure_cpu(client, System(data=data), routes)
    report(routes)
    if options.json:
        options.json.write_text(json.dumps(document(routes, options), indent=1) + "\n")
    return int(any(route.milliseconds and not route.met for route in routes))


@contextlib.contextmanager
def running(data: Path | None, *, dashboard: bool = False) -> Iterator[Path]:
    """The folder of the system to measure: the one named, which must run; else the project's own, or a new demo's.

    A named folder never becomes a demo: whoever names one means what runs there.
    """
    folder = (data or ROOT / ".almanac").resolve()
    try:
        Client.connect(folder)
    except LauncherError:
        if data is not None:
            raise
        print("No system runs: a demo is made for this, which takes some minutes.", flush=True)
        with System(demo=True, dashboard=dashboard) as system:
            yield system.data
    else:
        yield folder


def furnish(client: Client) -> None:
    """A second run, an override and an order, where there is none."""
    forecasts = client.get("/forecast/summary", limit=1)["items"]
    if not forecasts:
        raise LauncherError("There are no forecasts to read yet: wait for the training, or start one.")
    if len(succeeded(client)) < 2:
        updated = client.post("/forecast/update", {})["run_id"]
        while (run := client.get(f"/forecast/runs/{updated}"))["status"] in ("waiting", "running"):
            say(f"A second run to compare with: {run['stage'] or run['status']}, {run['done']} of {run['total']}")
            time.sleep(1)
        if run["status"] != "succeeded":
            raise LauncherError(f"The second run came to nothing: {run['status']} ({run['error']}).")
    if not client.get("/overrides", limit=1)["items"]:
        sku = forecasts[0]["sku"]
        week = client.get(f"/forecast/{quote(sku, safe='')}")["forecast"][0]["week"]
        plan = client.get("/overrides/revision", sku=sku)["revision"]
        client.post("/overrides", {"sku": sku, "first_week": week, "kind": "percent", "value": "1", "revision": plan,
                                   "reason": "for the bench"})  # fmt: skip
    if not client.get("/orders", limit=1)["items"]:
        client.post("/orders", {})


def succeeded(client: Client) -> list[dict[str, Any]]:
    """The runs that can be compared, newest first."""
    return [run for run in client.get("/forecast/runs", limit=50)["items"] if run["series"] and not run["pruned_at"]]


def find_routes(client: Client) -> list[Route]:
    """Every GET that ends, with addresses to ask; without any where its list is empty."""
    paths: dict[str, Any] = client.get("/openapi.json")["paths"]
    values = known_values(client)
    routes = []
    for full, methods in sorted(paths.items()):
        path = full.removeprefix("/api")
        if "get" in methods and path not in ENDLESS:
            routes.append(Route(path, list(addresses(client, path, methods["get"].get("parameters", []), values))))
    return routes


def known_values(client: Client) -> dict[str, str]:
    """Values of parameters that lead somewhere: the best seller's, and the two ends of the runs."""
    best = client.get("/forecast/summary", limit=1)["items"][0]
    newest, *_, oldest = succeeded(client)
    supplier = client.get("/suppliers", limit=1)["items"]
    found = {
        "sku": best["sku"], "key": best["sku"], "product_id": best["sku"], "location": best["location"],
        "category": best.get("category"), "q": str(best.get("name") or best["sku"])[:4],
        "supplier": supplier[0]["code"] if supplier else None, "run_id": oldest["id"], "to": newest["id"],
        "run": newest["id"], "day": datetime.now(UTC).date().isoformat(),
        "of": "/api/forecast/summary", "column": "sku",
    }  # fmt: skip
    return {name: str(value) for name, value in found.items() if value}


def addresses(
    client: Client, path: str, parameters: list[dict[str, Any]], values: dict[str, str]
) -> Iterator[str]:  # fmt: skip
    """The route bare, then with one filter each; nothing where a part of its path is not to be had."""
    for parameter in parameters:
        name = parameter["name"]
        if parameter["in"] == "path":
            value = values.get(name) or first_of(client, path.partition(f"/{{{name}}}")[0])
            if value is None:
                return
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
    asked = [parameter for parameter in parameters if parameter["in"] == "query"]
    needed = {p["name"]: values[p["name"]] for p in asked if p.get("required")}
    filters = [{p["name"]: values[p["name"]]} for p in asked if p["name"] in FILTERS and p["name"] in values]
    for given in [{}, *filters]:
        query = urlencode(needed | given)
        yield f"{path}?{query}" if query else path


def first_of(client: Client, path: str) -> str | None:
    """What the first item of a list is named by."""
    try:
        items = client.get(path, limit=1)["items"]
    except (ApiError, KeyError, TypeError):
        return None
    return str(items[0].get("id") or items[0].get("code")) if items else None


def busy_ones(route: Route) -> list[str]:
    """The addresses of a route that the dashboard's pages ask for all the time."""
    return route.addresses if route.path in BUSY else []


@contextlib.contextmanager
def busy(client: Client, clients: int, sales: int, reads: list[str]) -> Iterator[None]:
    """Others read, and tills sell, until the block ends."""
    done = threading.Event()
    others = [threading.Thread(target=_read, args=(client, reads[n:] + reads[:n], done)) for n in range(clients)]
    others = [*(others if reads else []), threading.Thread(target=_sell, args=(client, sales, done))]
    for other in others:
        other.start()
    try:
        yield
    finally:
        done.set()
        for other in others:
            other.join()


def _read(client: Client, reads: list[str], done: threading.Event) -> None:
    caller = GatewayConnection(client.url, client.token())
    for address in cycle(reads):
        if done.wait(TURN_SECONDS):
            return
        caller.get(address)


def _sell(client: Client, rate: int, done: threading.Event) -> None:
    skus = [item["sku"] for item in islice(client.items("/forecast/summary", limit=100), 100)]
    caller, size = GatewayConnection(client.url, client.token()), max(1, int(rate * TURN_SECONDS))
    while rate and not done.wait(TURN_SECONDS):
        now = datetime.now(UTC).isoformat()
        sales = [
            {"id": str(uuid4()), "sku": sku, "quantity": "1", "unit_price": "2.50", "sold_at": now}
            for sku in islice(cycle(skus), size)
        ]
        caller.post("/sales/bulk", {"items": sales})


def say(progress: str) -> None:
    """How far it is, on one line of a terminal; a file gets none of it."""
    if sys.stderr.isatty():
        print(f"\r{progress[:110]:<110}", end="", file=sys.stderr, flush=True)


def measure(client: Client, routes: list[Route], requests: int) -> None:
    """Every route in turn, so that a busy moment falls on all of them alike."""
    for turn in range(requests):
        caller = GatewayConnection(client.url, client.token())
        for route in routes:
            if route.path in WHOLE_LISTS and turn >= 2:
                continue
            say(f"Turn {turn + 1} of {requests}: {route.path}")
            began = time.perf_counter()
            status = caller.get(route.addresses[turn % len(route.addresses)])
            route.milliseconds.append((time.perf_counter() - began) * 1000)
            if status >= 400:
                route.failures.append(status)


def measure_cpu(client: Client, system: System, routes: list[Route]) -> None:
    """What a request of each address uses of a core, by all APIs and PostgreSQL; of a whole list it is not asked."""
    pids = [unit["pid"] for unit in system.processes() if unit["name"] == "postgres" or unit["name"].endswith("-api")]
    for route in routes:
        caller = GatewayConnection(client.url, client.token())
        for address in route.addresses if route.path not in WHOLE_LISTS else []:
            say(f"CPU: {address}")
            caller.get(address)
            before = sum(map(cpu_seconds, pids))
            for _ in range(ALONE):
                caller.get(address)
            route.cpu_ms[address] = round((sum(map(cpu_seconds, pids)) - before) / ALONE * 1000, 1)
    say("")


def report(routes: list[Route]) -> None:
    """A line a route, the slowest first, with the CPU of its dearest address."""
    measured = sorted((route for route in routes if route.milliseconds), key=lambda route: -route.at(95))
    print(f"{'':<52} {'p50':>8} {'p95':>8} {'CPU ms':>8}   of {BOUND_MS} ms at p95")
    for route in measured:
        verdict = f"FAILED {route.failures[0]}" if route.failures else "met" if route.met else "MISSED"
        verdict = "a whole list" if route.met and route.path in WHOLE_LISTS else verdict
        cpu = f"{max(route.cpu_ms.values()):.0f}" if route.cpu_ms else ""
        print(f"{route.path:<52} {route.at(50):>8.1f} {route.at(95):>8.1f} {cpu:>8}   {verdict}")
    for route in routes:
        if not route.milliseconds:
            print(f"{route.path:<52} not measured: there is nothing to ask for")
    judged = [route for route in measured if route.path not in WHOLE_LISTS]
    print(f"{sum(route.met for route in judged)} of {len(judged)} routes met the bound")


def document(routes: list[Route], options: argparse.Namespace) -> dict[str, Any]:
    """The figures for programs."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"), "cores": os.cpu_count(),
        "load": os.getloadavg()[0], "clients": options.clients, "sales_per_s": options.sales, "bound_ms": BOUND_MS,
        "routes": {
            route.path: {"p50_ms": round(route.at(50), 1), "p95_ms": round(route.at(95), 1), "met": route.met,
                         "failures": route.failures, "cpu_ms": route.cpu_ms}
            for route in routes if route.milliseconds
        },
    }  # fmt: skip
