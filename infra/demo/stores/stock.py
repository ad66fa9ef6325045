"""The generated shops' stock: eight weeks of what each product's own policy led to (`stock_history`), as counts
and deliveries that a shop could have typed in; earlier out-of-stock spells as two counts each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from catalog.domain.stock_history import Buying, DeliveringSupplier, Shop, Simulated

from infra.demo.stores.assortment import SUPPLIERS
from infra.demo.stores.truth import Shortage
from infra.demo.stores.world import SEED, GeneratedShops

DAYS = 56
SERVICE = 0.95
REFUSED_EACH = 12  # of so many series one waits for its open deliveries: its stock is low
_OPENS, _CLOSES = time(7), time(23)
Count = dict[str, Any]


@dataclass
class Book:
    """What is typed in, in this order: counts, deliveries by (supplier, day), goods written off."""

    counts: list[list[Count]] = field(default_factory=list)
    deliveries: dict[tuple[str, date], dict[tuple[str, str], float]] = field(default_factory=dict)
    written_off: list[tuple[str, str, float, datetime]] = field(default_factory=list)


def book(world: GeneratedShops) -> Book:
    """Every count and delivery; a series that was not sold in the last eight weeks has neither."""
    series = [
        (place, shop) for place in range(len(world.articles)) for shop in range(len(world.shops))
        if world.units[place, shop, -DAYS:].any()
    ]  # fmt: skip
    began = world.last - timedelta(days=DAYS - 1)
    running = {(each.sku, each.shop): each for each in world.truth.shortages if each.last == world.last}
    over = [each for each in world.truth.shortages if each.last < began]
    found = Book([[_count(each.sku, each.shop, 0, each.first - timedelta(days=1), _CLOSES) for each in over]])
    found.counts.append([_count(each.sku, each.shop, 50, each.last, _CLOSES) for each in over])
    opening: list[Count] = []
    for (place, shop), history in zip(series, _simulate(world, series, running), strict=True):
        sku, code = world.articles[place].sku, world.shops[shop]
        opening.append(_count(sku, code, history.opening, began - timedelta(days=1), _CLOSES))
        _deliver(found, world, place, code, began, history, waits=(sku, code) in running)
        if history.written_off:
            day, quantity = history.written_off
            found.written_off.append((sku, code, quantity, datetime.combine(began + timedelta(days=day), _OPENS)))
    found.counts.append(opening)
    return found


def _simulate(
    world: GeneratedShops, series: list[tuple[int, int]], running: dict[tuple[str, str], Shortage]
) -> list[Simulated]:  # fmt: skip
    daily = world.units[[place for place, _ in series], [shop for _, shop in series]].astype(float)
    buying = [
        Buying(article.group.supplier, float(article.pack), float(article.pack), SERVICE)
        for article in (world.articles[place] for place, _ in series)
    ]
    suppliers = [DeliveringSupplier(code, lead, spread, n) for n, (code, _, lead, spread) in enumerate(SUPPLIERS)]
    gaps = {}
    for place, (article, shop) in enumerate(series):
        shortage = running.get((world.articles[article].sku, world.shops[shop]))
        if shortage:
            gaps[place] = (DAYS - (world.last - shortage.first).days - 1, DAYS)
    return Shop(daily, buying, suppliers, DAYS, SEED, gaps).run()


def _deliver(
    found: Book, world: GeneratedShops, place: int, shop: str, began: date, history: Simulated, *, waits: bool
) -> None:  # fmt: skip
    """Receipts on their days; what is still open comes on the last evening, but for a few."""
    article = world.articles[place]
    receipts = list(history.receipts)
    waits = waits or (place * 7 + world.shops.index(shop)) % REFUSED_EACH == 0
    if not waits:
        receipts.append((DAYS - 1, sum(quantity for _, _, quantity in history.open_lines)))
    for day, quantity in receipts:
        if quantity > 0:
            delivery = found.deliveries.setdefault((article.group.supplier, began + timedelta(days=day)), {})
            delivery[article.sku, shop] = delivery.get((article.sku, shop), 0.0) + quantity


def _count(sku: str, shop: str, quantity: float, day: date, hour: time) -> Count:
    return {"sku": sku, "location": shop, "quantity": str(round(quantity)), "at": datetime.combine(day, hour)}


def deliveries(found: Book) -> Iterator[tuple[str, datetime, list[dict[str, str]]]]:
    """(supplier, moment, items) of each delivery, in order of time."""
    for (supplier, day), goods in sorted(found.deliveries.items(), key=lambda each: (each[0][1], each[0][0])):
        items = [
            {"sku": sku, "location": shop, "quantity": str(round(quantity))} for (sku, shop), quantity in goods.items()
        ]
        yield supplier, datetime.combine(day, _OPENS), items
