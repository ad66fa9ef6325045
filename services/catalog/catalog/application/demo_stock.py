"""The demo's stock: what each product's own policy would have led to over the last half year of its real sales.

Generated: opening counts, receipts, the open orders with their days, the lead times that suppliers showed, and goods
written off of three good sellers at the start of a stretch in which they really sold nothing. All of it says so, by its
reason or by whose it is. The rules are `catalog.domain.stock_history`'s.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from chassis.database import Connection

from catalog.application import announce
from catalog.application.orders import existing
from catalog.domain.demand import Array
from catalog.domain.products import Product
from catalog.domain.segments import SEGMENT_WEEKS, SERVICE_LEVELS, classify
from catalog.domain.stock import Series, StockEntry
from catalog.domain.stock_history import Buying, DeliveringSupplier, Shop, Simulated, gaps
from catalog.storage import generated, stock

SEED = 20111209
ACTOR = "demo (generated)"
DAYS = 7 * SEGMENT_WEEKS
STOCKOUTS = 3
OPENS, CLOSES = time(7), time(23)
_IDS = uuid.UUID("5b1f8c5e-8a5e-5d0b-9c43-1d8b7f0a6c11")


@dataclass(frozen=True)
class Sold:
    """What was sold a day of series that sold anything in the last half year: (series, day), to the end of a week."""

    series: list[Series]
    daily: Array
    first: date
    worth: Array

    @cached_property
    def monthly(self) -> dict[str, float]:
        """Units in four weeks, of the last quarter, by product."""
        sums = self.daily[:, -7 * 12 :].sum(axis=1) / 3
        return {sku: float(units) for (sku, _), units in zip(self.series, sums, strict=True)}


def sold(connection: Connection, zone: ZoneInfo, known: Mapping[str, Product]) -> Sold | None:
    """The daily sales of products, as far as they are needed; None while there is less than half a year of them."""
    found = generated.sold_by_day(connection, zone.key, known)
    if not found:
        return None
    newest = max(day for _, _, day, _ in found)
    last = newest + timedelta(days=6 - newest.weekday())
    first = last - timedelta(days=(last - min(day for _, _, day, _ in found)).days // 7 * 7 - 1)
    if (last - first).days + 1 < DAYS:
        return None
    recent = last - timedelta(days=DAYS)
    series = sorted({(sku, location) for sku, location, day, _ in found if day > recent})
    places = {each: place for place, each in enumerate(series)}
    daily = np.zeros((len(series), (last - first).days + 1))
    for sku, location, day, units in found:
        place = places.get((sku, location))
        if place is not None and day >= first:
            daily[place, (day - first).days] = units
    prices = np.array([float(known[sku].price or 1) for sku, _ in series])
    return Sold(series, daily, first, daily[:, -DAYS:].sum(axis=1) * prices)


def generate(
    connection: Connection, zone: ZoneInfo, sold: Sold, suppliers: Iterable[tuple[str, str, int, int, int]]
) -> str:
    """Enter the history of every series, the open orders and the lead times; what that was, in a line."""
    sources = [DeliveringSupplier(code, days, spread, weekday) for code, _, days, spread, weekday in suppliers]
    stretches = gaps(sold.daily, DAYS, sold.worth, STOCKOUTS)
    terms = generated.terms(connection, {sku for sku, _ in sold.series})
    shop = Shop(sold.daily, _buying(sold, terms), sources, DAYS, SEED, stretches)
    calendar = Calendar(sold.first + timedelta(days=shop.before), zone)
    histories = dict(zip(sold.series, shop.run(), strict=True))
    entries = [entry for series, history in histories.items() for entry in _entries(series, history, calendar)]
    stock.enter(connection, entries)
    told = [told for series, history in histories.items() for told in _told(series, history, calendar)]
    announce.stock(connection, sorted(told, key=lambda each: each[2]))
    orders = _orders(connection, shop, histories, calendar, terms)
    out = [sold.series[place][0] for place in stretches]
    return f"{len(entries)} counts and receipts, {orders} open orders; were out of stock: {', '.join(out) or 'none'}"


@dataclass(frozen=True)
class Calendar:
    """The moments of simulated days."""

    first: date
    zone: ZoneInfo

    def day(self, number: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=number)

    def at(self, number: int, hour: time) -> datetime:
        """A moment of a day, never one that is yet to come."""
        return min(datetime.combine(self.day(number), hour, self.zone), datetime.now(UTC))


def _buying(sold: Sold, terms: Mapping[str, Any]) -> list[Buying]:
    """How each series is bought; its service level is that of its class."""
    weekly = sold.daily[:, -DAYS:].reshape(len(sold.series), SEGMENT_WEEKS, 7).sum(axis=2)
    classes = classify(sold.worth.tolist(), weekly)
    found = []
    for (sku, _), segment in zip(sold.series, classes, strict=True):
        term = terms[sku]
        level = SERVICE_LEVELS[segment.name]
        found.append(Buying(term["supplier"], float(term["moq"]), float(term["multiple"]), level))
    return found


def _entries(series: Series, history: Simulated, calendar: Calendar) -> Iterator[StockEntry]:
    """What a series was counted, received and lost."""

    def entry(kind: str, day: int, hour: time, quantity: float, reason: str) -> StockEntry:
        id_ = uuid.uuid5(_IDS, f"{kind}{day}{series[1]}{series[0]}")
        amount = Decimal(str(round(quantity, 3)))
        return StockEntry(id_, kind, *series, amount, calendar.at(day, hour), f"generated: {reason}", ACTOR)

    yield entry("count", 0, time(0), history.opening, "what its policy would have begun with")
    for day, quantity in history.receipts:
        yield entry("receipt", day, OPENS, quantity, "a delivery by its own policy")
    if history.written_off:
        day, quantity = history.written_off
        yield entry("adjustment", day, OPENS, -quantity, "damaged goods, written off")


def _told(series: Series, history: Simulated, calendar: Calendar) -> Iterator[tuple[Series, Decimal, datetime, str]]:
    """What others need to know of a series: where it began, a stock-out that was planted, and whether it is out now."""
    if history.opening > 0:
        yield series, Decimal(str(history.opening)), calendar.at(0, time(0)), "count"
    if history.written_off:
        out, _ = history.written_off
        back = next((day for day in range(out, len(history.stock)) if history.stock[day] > 0), None)
        yield series, Decimal(0), calendar.at(out, OPENS), "adjustment"
        if back is not None:
            yield series, Decimal(str(round(history.stock[back], 3))), calendar.at(back, OPENS), "receipt"
    if history.stock[-1] <= 0 < max(history.stock):
        ran_out = max(day for day, left in enumerate(history.stock) if left > 0) + 1
        yield series, Decimal(0), calendar.at(ran_out, CLOSES), "sales"


def _orders(
    connection: Connection,
    shop: Shop,
    histories: Mapping[Series, Simulated],
    calendar: Calendar,
    terms: Mapping[str, Any],
) -> int:
    """The orders that are still open, each approved on its day; the lead times of those that came."""
    lines: dict[tuple[str, int, int], list[tuple[Series, float]]] = {}
    for (series, history), buying in zip(histories.items(), shop.buying, strict=True):
        for day, comes, quantity in history.open_lines:
            lines.setdefault((buying.supplier, day, comes), []).append((series, quantity))
    tomorrow = datetime.now(calendar.zone).date() + timedelta(days=1)
    for (supplier, day, comes), goods in sorted(lines.items()):
        rows = [(*series, Decimal(str(quantity)), terms[series[0]]["unit_cost"]) for series, quantity in goods]
        order = {
            "id": uuid.uuid5(_IDS, f"order{supplier}{day}"), "supplier": supplier, "actor": ACTOR,
            "total": sum(quantity * cost for _, _, quantity, cost in rows), "day": calendar.day(day),
            "at": calendar.at(day, OPENS), "confirmed_on": max(calendar.day(comes), tomorrow),
        }  # fmt: skip
        generated.add_order(connection, order, rows)
        announce.order_approved(connection, existing(connection, order["id"]))
    generated.observe(connection, _observed(shop, calendar))
    return len(lines)


def _observed(shop: Shop, calendar: Calendar) -> Iterator[tuple[Any, ...]]:
    for source in shop.sources.values():
        for day in shop.review_days(source):
            comes = shop.arrival(source, day)
            if comes < shop.days:
                id_ = uuid.uuid5(_IDS, f"order{source.code}{day}")
                yield id_, source.code, comes - day, calendar.at(comes, OPENS)
