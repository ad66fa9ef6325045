"""`up --demo=stores`: four shops that do not exist, brought in as any shop would be, then trained on.

Everything goes through the public API and the sales topic: places, products, prices, suppliers, terms, promotions,
holidays, counts, deliveries, and a file of sales. What was planted is known (`infra.demo.stores`).
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as arrow
import pyarrow.parquet as parquet

from infra.demo import SMALL_STORES, stores
from infra.demo.stores import GeneratedShops
from infra.demo.stores import stock as stock_book
from infra.demo.stores.assortment import SHOPS, SUPPLIERS
from infra.launcher import ordering, watch
from infra.launcher.client import Client
from infra.launcher.console import step
from infra.launcher.environment import DEMO
from infra.launcher.imports import import_file

SMALL = stores.Size(products=72, shops=2, weeks=60)
SOURCE = "generated-stores"
ORDERED = ("ALBION", "CARDIFF", "DELTA", "FENWICK")  # the orders with the other two are left to the planner
TERMS = ("sku", "supplier", "unit cost", "minimum", "pack size")
GENERATED = {"generated": "true"}


def load(data: Path, size: str) -> None:
    """Brings the shops in and trains, unless that was done in this data folder before."""
    client, zone = Client.connect(data), ZoneInfo(DEMO.timezone)
    runs = client.get("/forecast/runs", limit=100)["items"]
    under_way = [run["id"] for run in runs if run["status"] not in watch.ENDED]
    if under_way:
        watch.training(client, under_way[0])
    elif not any(run.get("published_at") for run in runs):
        today = datetime.now(UTC).astimezone(zone).date()
        last = today - timedelta(days=today.weekday() + 1)
        world = stores.build(last, SMALL if size == SMALL_STORES else stores.FULL)
        with tempfile.TemporaryDirectory() as folder:
            _set_up(client, world, Path(folder))
            watch.wait_for_lag_zero(data)
            _sell(client, world, Path(folder))
        watch.wait_for_lag_zero(data)
        if watch.train_with_all(client).get("published_at"):
            ordering.order(data, ORDERED)


def _set_up(client: Client, world: GeneratedShops, folder: Path) -> None:
    """All but the sales. What an earlier start has left half done is found again and not doubled."""
    with step("Generating four shops: places, products, prices, suppliers, plans, stock"):
        open_shops(client, world.shops)
        client.post("/products/bulk", {"items": list(_products(world))})
        name_suppliers(client, SUPPLIERS)
        _plans(client, world)
        _stock(client, world)
    send_file(client, folder, "terms", TERMS, _terms(world))
    send_file(client, folder, "prices", ("sku", "price", "valid from"), _prices(world))


def open_shops(client: Client, codes: Iterable[str]) -> None:
    """The shops in the place of the one location that there is at first."""
    there = {place["code"] for place in client.items("/locations")}
    for code in codes:
        if code not in there:
            client.post("/locations", {"code": code, "name": f"{SHOPS[code][0]} (generated)"})
    client.request("PUT", "/locations", json.dumps({"code": "main", "name": "Main", "archived": True}).encode(),
                   {"Content-Type": "application/json"})  # fmt: skip


def name_suppliers(client: Client, suppliers: Iterable[tuple[str, str, int, int]]) -> None:
    """Suppliers, by code, name, lead time and its spread."""
    known = {supplier["code"] for supplier in client.items("/suppliers", limit=500)}
    for code, name, lead, spread in suppliers:
        if code not in known:
            client.post("/suppliers", {"code": code, "name": name, "lead_days": lead, "lead_spread_days": spread})


def _products(world: GeneratedShops) -> Iterable[dict[str, Any]]:
    came = {launch.sku: launch for launch in world.truth.launches}
    went = {ending.sku: ending.day for ending in world.truth.endings}
    for article in world.articles:
        launch = came.get(article.sku)
        yield {
            "sku": article.sku, "name": article.name, "category": article.group.category, "attributes": GENERATED,
            "price": f"{world.list_price(article, world.last):.2f}", "cost": f"{article.cost:.2f}",
            "on_sale_from": launch.day.isoformat() if launch else None,
            "on_sale_until": went[article.sku].isoformat() if article.sku in went else None,
            "like_sku": launch.like if launch else None,
            "replaces_sku": launch.successor_of if launch else None,
        }  # fmt: skip


def _plans(client: Client, world: GeneratedShops) -> None:
    planned = {each["name"] for each in client.items("/promotions", limit=500)}
    for lift in world.truth.promotions:
        if lift.name not in planned:
            content = {
                "name": lift.name,
                "skus": lift.skus,
                "locations": lift.shops,
                "discount": f"{lift.discount:.2f}",
                "kind": lift.kind,
            }
            client.post("/promotions", content | {"starts": lift.first.isoformat(), "ends": lift.last.isoformat()})
    known = {(each["name"], each["starts"]) for each in client.items("/events", limit=500)}
    for holiday in world.truth.holidays:
        days = {"starts": holiday.first.isoformat(), "ends": holiday.last.isoformat()}
        if (holiday.name, days["starts"]) not in known:
            client.post("/events", {"name": holiday.name, "kind": "closed" if holiday.closed else "holiday"} | days)


def _stock(client: Client, world: GeneratedShops) -> None:
    """Before the sales: a count is told with what is on hand when it comes, and each in order of time."""
    if any(client.items("/stock", limit=1)):
        return
    book, zone = stock_book.book(world), ZoneInfo(DEMO.timezone)
    for counts in book.counts:
        for start in range(0, len(counts), 5000):
            items = [
                {name: value for name, value in each.items() if name != "at"}
                | {"counted_at": each["at"].replace(tzinfo=zone).isoformat()}
                for each in counts[start : start + 5000]
            ]
            client.post("/stock/counts", {"items": items})
    for number, (supplier, at, items) in enumerate(stock_book.deliveries(book)):
        body = {"supplier": supplier, "reference": f"generated {number}", "items": items}
        client.post("/receipts", body | {"received_at": at.replace(tzinfo=zone).isoformat()})
    for sku, shop, quantity, at in book.written_off:
        body = {"sku": sku, "location": shop, "quantity": str(-round(quantity)), "reason": "generated: written off"}
        client.post("/stock/adjustments", body | {"at": at.replace(tzinfo=zone).isoformat()})


def _terms(world: GeneratedShops) -> Iterable[Sequence[object]]:
    for article in world.articles:
        yield article.sku, article.group.supplier, f"{article.cost:.2f}", article.pack, article.pack


def _prices(world: GeneratedShops) -> Iterable[Sequence[object]]:
    """The price that each product began with, and those that changed."""
    for article in world.articles:
        yield article.sku, f"{article.price:.2f}", world.first.isoformat()
    for change in world.truth.price_changes:
        yield change.sku, f"{change.after:.2f}", change.day.isoformat()


def send_file(
    client: Client, folder: Path, kind: str, header: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:  # fmt: skip
    """A file of that kind, brought in as any shop's would be."""
    file = folder / f"generated-{kind}.csv"
    with file.open("w", newline="") as content:
        csv.writer(content).writerows([header, *rows])
    import_file(client, file, None, kind)


def _sell(client: Client, world: GeneratedShops, folder: Path) -> None:
    """The tills' lines as one file, in the business's own time."""
    lines = list(world.lines())
    columns: dict[str, list[Any]] = {
        "sale id": [line.id for line in lines], "sku": [line.sku for line in lines],
        "shop": [line.shop for line in lines], "quantity": [line.units for line in lines],
        "unit price": [line.price for line in lines], "sold at": [line.sold_at for line in lines],
    }  # fmt: skip
    send_sales(client, folder / f"{SOURCE}.parquet", SOURCE, columns)


def send_sales(client: Client, file: Path, source: str, columns: Mapping[str, list[Any]]) -> None:
    """A file of the tills' lines, with columns as they are named here."""
    mapping = file.with_name("mapping.json")
    parquet.write_table(arrow.table(dict(columns)), file)
    wanted = {"event_id": "sale id", "location": "shop", "unit_price": "unit price", "sold_at": "sold at"}
    mapping.write_text(
        json.dumps({"source": source, "columns": wanted | {"sku": "sku", "quantity": "quantity"}, "preset": "none"})
    )
    import_file(client, file, mapping)
