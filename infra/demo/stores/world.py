"""The generated shops day by day: what was expected, what was sold at what price, as their tills recorded it.

Expected demand of a day is the product's pace times shop, weekday, season and every planted factor that covers it. What
is sold is drawn around it (negative binomial); outliers are added to it; on closed days, out of stock, before a launch
and after an ending nothing is. All chance comes from the seed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infra.demo.stores.assortment import SHOPS, USUAL_WEEK, WEEKDAYS, Article, articles
from infra.demo.stores.planting import Stage, plant
from infra.demo.stores.truth import PlantedTruth

SEED = 20260105
Array = NDArray[np.float64]


@dataclass(frozen=True)
class Size:
    """How much of it there is."""

    products: int = 400
    shops: int = 4
    weeks: int = 104


FULL = Size()


@dataclass(frozen=True)
class TillLine:
    """What a till recorded of a product in a day."""

    id: str
    sku: str
    shop: str
    units: int
    price: float
    sold_at: datetime


@dataclass(frozen=True)
class GeneratedShops:
    """The shops. Arrays are (product, shop, day): expected units, units sold, and prices that were paid."""

    articles: list[Article]
    shops: tuple[str, ...]
    first: date
    last: date
    truth: PlantedTruth
    expected: Array
    units: NDArray[np.int64]
    prices: Array

    def day(self, day: date) -> int:
        """The place of a day."""
        return (day - self.first).days

    def place(self, sku: str) -> int:
        """The place of a product."""
        return next(place for place, article in enumerate(self.articles) if article.sku == sku)

    def list_price(self, article: Article, day: date) -> float:
        """What a product costs on a day, promotions aside."""
        change = next((each for each in self.truth.price_changes if each.sku == article.sku), None)
        return article.price if change is None or day < change.day else change.after

    def lines(self) -> Iterator[TillLine]:
        """Every sale, day by day."""
        for number, place, shop in np.argwhere(self.units.transpose(2, 0, 1) > 0).tolist():
            day, sku = self.first + timedelta(days=number), self.articles[place].sku
            minute = (place * 7 + shop * 131 + number * 17) % 600  # the shops are open from 9 to 19
            yield TillLine(
                f"{self.shops[shop]}-{day:%Y%m%d}-{sku}", sku, self.shops[shop], int(self.units[place, shop, number]),
                float(self.prices[place, shop, number]),
                datetime.combine(day, time(9 + minute // 60, minute % 60)),
            )  # fmt: skip


def build(last: date, size: Size = FULL, seed: int = SEED) -> GeneratedShops:
    """The shops until a Sunday."""
    if last.weekday() != 6:
        raise ValueError(f"{last} is no Sunday: a week that has not ended is none")
    rng = np.random.default_rng(seed)
    first, shops = last - timedelta(days=7 * size.weeks - 1), tuple(SHOPS)[: size.shops]
    goods = articles(size.products, rng)
    truth = plant(Stage(goods, shops, first, last, rng))
    goods = _successors(goods, truth)
    nothing = np.zeros((len(goods), len(shops), 7 * size.weeks))
    world = GeneratedShops(goods, shops, first, last, truth, nothing, nothing.astype(np.int64), nothing)
    expected, prices = _expected(world), _prices(world)
    return replace(world, expected=expected, prices=prices, units=_drawn(world, expected, rng))


def _successors(goods: list[Article], truth: PlantedTruth) -> list[Article]:
    """A successor sells at the pace and price of what it takes the place of."""
    by_sku = {article.sku: article for article in goods}
    for launch in truth.launches:
        model = launch.successor_of or launch.like
        if model:
            like = by_sku[model]
            name = f"{like.name} II" if launch.successor_of else by_sku[launch.sku].name
            by_sku[launch.sku] = replace(
                like, sku=launch.sku, name=name, pace=like.pace * (1.0 if launch.successor_of else 0.9)
            )
    return [by_sku[article.sku] for article in goods]


def _expected(world: GeneratedShops) -> Array:
    """Units that were to be expected, without chance and without outliers."""
    dates = [world.first + timedelta(days=number) for number in range(world.units.shape[2])]
    weekdays = np.array([day.weekday() for day in dates])
    angle = 2 * np.pi * np.array([day.timetuple().tm_yday for day in dates]) / 365.25
    paces = np.array([article.pace for article in world.articles])
    season = np.array([
        1 + strength * np.cos(angle - 2 * np.pi * best / 365.25)
        for strength, best in (article.group.season for article in world.articles)
    ])  # fmt: skip
    shop = np.array([SHOPS[code][1] * np.array(WEEKDAYS.get(code, USUAL_WEEK))[weekdays] for code in world.shops])
    found: Array = paces[:, None, None] * season[:, None, :] * shop[None, :, :]
    _apply_factors(world, found)
    _apply_absences(world, found)
    return found


def _apply_factors(world: GeneratedShops, found: Array) -> None:
    truth = world.truth
    for lift in truth.promotions:
        shops = [place for place, code in enumerate(world.shops) if not lift.shops or code in lift.shops]
        places = [world.place(sku) for sku in lift.skus]
        found[np.ix_(places, shops, _days(world, lift.first, lift.last))] *= lift.factor
    for change in truth.price_changes:
        found[world.place(change.sku), :, world.day(change.day) :] *= change.factor
    for holiday in truth.holidays:
        days = _days(world, holiday.first, holiday.last)
        for department, factor in holiday.factors.items():
            places = [place for place, each in enumerate(world.articles) if each.group.department == department]
            found[np.ix_(places, range(len(world.shops)), days)] *= factor


def _apply_absences(world: GeneratedShops, found: Array) -> None:
    truth = world.truth
    for holiday in truth.holidays:
        if holiday.closed:
            found[:, :, _days(world, holiday.first, holiday.last)] = 0
    for launch in truth.launches:
        found[world.place(launch.sku), :, : world.day(launch.day)] = 0
    for ending in truth.endings:
        found[world.place(ending.sku), :, world.day(ending.day) + 1 :] = 0
    for shortage in truth.shortages:
        days = _days(world, shortage.first, shortage.last)
        found[world.place(shortage.sku), world.shops.index(shortage.shop), days] = 0


def _days(world: GeneratedShops, first: date, last: date) -> list[int]:
    """The places of some days, of those that there are."""
    return list(range(max(0, world.day(first)), min(world.units.shape[2] - 1, world.day(last)) + 1))


def _prices(world: GeneratedShops) -> Array:
    found = np.tile(np.array([article.price for article in world.articles])[:, None, None], (1, *world.units.shape[1:]))
    for change in world.truth.price_changes:
        found[world.place(change.sku), :, world.day(change.day) :] = change.after
    for lift in world.truth.promotions:
        shops = [place for place, code in enumerate(world.shops) if not lift.shops or code in lift.shops]
        cells: Any = np.ix_([world.place(sku) for sku in lift.skus], shops, _days(world, lift.first, lift.last))
        found[cells] = np.round(found[cells] * (1 - lift.discount), 2)
    return found


def _drawn(world: GeneratedShops, expected: Array, rng: np.random.Generator) -> NDArray[np.int64]:
    """What was sold: around what was expected, more widely for some products than for others."""
    shape = np.array([article.dispersion for article in world.articles])[:, None, None]
    rate = rng.gamma(np.broadcast_to(shape, expected.shape)) / shape
    units: NDArray[np.int64] = rng.poisson(expected * rate)
    for outlier in world.truth.outliers:
        cell = world.place(outlier.sku), world.shops.index(outlier.shop), world.day(outlier.day)
        if expected[cell] > 0:
            units[cell] += outlier.units
    return units
