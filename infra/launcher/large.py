"""`up --demo=large`: a generated shop of 50,000 products at four locations, to measure with; brought in as any shop's
data would be, through the public API and files, then trained on.

What an earlier start has left half done is gone on with: nothing is counted twice.
"""

import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from infra.demo import large
from infra.demo.large import LargeShop
from infra.launcher import ordering, watch
from infra.launcher.client import Client
from infra.launcher.console import step
from infra.launcher.environment import DEMO
from infra.launcher.stores import GENERATED, TERMS, name_suppliers, open_shops, send_file, send_sales

T = TypeVar("T")
SOURCE = "generated-large"
BULK = 5000
SUPPLIERS_ORDERED = 2
PATIENCE = 3600.0  # seconds for consumers to read all of it


def load(data: Path, products: int) -> None:
    """Brings the shop in and trains, unless that was done in this data folder before."""
    client = Client.connect(data)
    runs = client.get("/forecast/runs", limit=100)["items"]
    under_way = [run["id"] for run in runs if run["status"] not in watch.ENDED]
    if under_way:
        watch.training(client, under_way[0])
    elif not any(run.get("published_at") for run in runs):
        today = datetime.now(UTC).astimezone(ZoneInfo(DEMO.timezone)).date()
        shop = large.build(today - timedelta(days=today.weekday() + 1), products)
        with tempfile.TemporaryDirectory() as folder:
            _set_up(client, shop, Path(folder))
            watch.wait_for_lag_zero(data, PATIENCE)
            _sell(client, shop, Path(folder))
        watch.wait_for_lag_zero(data, PATIENCE)
        if watch.train_with_all(client).get("published_at"):
            watch.wait_for_lag_zero(data, PATIENCE)
            ordering.order(data, list(islice(shop.suppliers(), SUPPLIERS_ORDERED)), PATIENCE)


def _set_up(client: Client, shop: LargeShop, folder: Path) -> None:
    with step(f"Generating {len(shop.articles):,} products at {len(shop.locations)} locations") as progress:
        open_shops(client, shop.locations)
        for number, articles in enumerate(_batches(shop.articles)):
            progress.note = f"{number * BULK:,} products are there"
            client.post("/products/bulk", {"items": [
                {"sku": article.sku, "name": article.name, "category": shop.category(article),
                 "attributes": GENERATED, "price": f"{article.price:.2f}", "cost": f"{article.cost:.2f}"}
                for article in articles
            ]})  # fmt: skip
        name_suppliers(client, ((code, *told) for code, told in shop.suppliers().items()))
        _promote(client, shop)
        _count(client, shop)
    terms = (
        (article.sku, shop.supplier(number), f"{article.cost:.2f}", article.pack, article.pack)
        for number, article in enumerate(shop.articles)
    )
    send_file(client, folder, "terms", TERMS, terms)


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(islice(left, BULK)):
        yield batch


def _promote(client: Client, shop: LargeShop) -> None:
    planned = {each["name"] for each in client.items("/promotions", limit=500)}
    for each in shop.promotions:
        last = each.first + timedelta(days=7 * each.weeks - 1)
        if each.name not in planned:
            client.post("/promotions", {"name": each.name, "skus": each.skus, "starts": each.first.isoformat(),
                                        "ends": last.isoformat(), "discount": f"{large.DISCOUNT:.2f}"})  # fmt: skip


def _count(client: Client, shop: LargeShop) -> None:
    """What lies there once the last week has ended. Before the sales: each is earlier, and moves nothing any more."""
    if any(client.items("/stock", limit=1)):
        return
    closed = datetime.combine(shop.last, datetime.max.time().replace(microsecond=0), ZoneInfo(DEMO.timezone))
    for counts in _batches(shop.counts()):
        items = [
            {"sku": sku, "location": location, "quantity": str(units), "counted_at": closed.isoformat()}
            for sku, location, units in counts
        ]
        client.post("/stock/counts", {"items": items})


def _sell(client: Client, shop: LargeShop, folder: Path) -> None:
    """The tills' lines, a file for some weeks of them."""
    told = client.items("/imports", limit=100)
    there = {each["name"] for each in told if each["status"] == watch.SUCCEEDED}
    for weeks in shop.parts():
        file = folder / f"{SOURCE}-{weeks.start:02}.parquet"
        if file.name not in there:
            send_sales(client, file, SOURCE, shop.lines(weeks))
