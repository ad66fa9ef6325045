"""A large shop that does not exist, to measure Almanac with: many products at four locations, most of which sell a few
times a year. Generated with a fixed seed.

    shop = large.build(last_day, 50_000)   # a bit more than a year to that Sunday
    for weeks in shop.parts(): shop.lines(weeks)   # what its tills recorded, as columns

The same seed, day and number of products give the same bytes. A week of a product at a location is one line at most.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infra.demo.stores.assortment import GROUPS, SHOPS, SUPPLIERS, Article, articles

SEED = 20261128
WEEKS = 56  # a whole year, so that a season can be learned, and what a backtest takes
SELDOM, SPREAD = 6.0, 1.4  # weeks with a sale of the median series, and how widely others sell more or less (log)
OF_A_SUPPLIER = 400
PROMOTIONS = 12  # of one thing each, the last four of them planned
LIFT, DISCOUNT = 2.0, 0.2
WEEKS_OF_A_PART = 8
# Weeks that what lies there lasts, and how many of ten series it is so: out, low, well, too much.
COVER, SHARES = (0.0, 1.5, 6.0, 30.0), (0.06, 0.24, 0.55, 0.15)


@dataclass(frozen=True)
class LargePromotion:
    """A promotion of everything that is one thing, at every location, for whole weeks from the first on."""

    name: str
    skus: tuple[str, ...]
    first: date
    weeks: int = 2


@dataclass(frozen=True)
class LargeShop:
    """The shop. Arrays are (product, location, week): units sold, and (product, location): units on the shelf."""

    articles: list[Article]
    locations: tuple[str, ...]
    first: date
    last: date
    promotions: tuple[LargePromotion, ...]
    units: NDArray[np.int64]
    stock: NDArray[np.int64]

    def category(self, article: Article) -> str:
        """The path in the tree: department, group, thing."""
        return f"{article.group.category} / {article.thing}"

    def supplier(self, number: int) -> str:
        """Who delivers the product of that number."""
        count = max(1, len(self.articles) // OF_A_SUPPLIER // len(SUPPLIERS))
        return f"{self.articles[number].group.supplier}-{number // len(GROUPS) % count + 1}"

    def suppliers(self) -> dict[str, tuple[str, int, int]]:
        """By code: name, lead time and its spread in days."""
        usual = {code: (name, lead, spread) for code, name, lead, spread in SUPPLIERS}
        codes = sorted({self.supplier(number) for number in range(len(self.articles))})
        told = {code: usual[code.partition("-")[0]] for code in codes}
        return {
            code: (name.replace(" (generated)", f" {code.partition('-')[2]} (generated)"), lead, spread)
            for code, (name, lead, spread) in told.items()
        }

    def parts(self) -> list[range]:
        """The weeks, a file's together."""
        return [range(begin, min(begin + WEEKS_OF_A_PART, WEEKS)) for begin in range(0, WEEKS, WEEKS_OF_A_PART)]

    def lines(self, weeks: range) -> dict[str, list[Any]]:
        """What the tills recorded in some weeks, by column."""
        columns: dict[str, list[Any]] = {
            name: [] for name in ("sale id", "sku", "shop", "quantity", "unit price", "sold at")
        }
        for week in weeks:
            day = self.first + timedelta(days=7 * week)
            cheaper = {sku for each in self.promotions if 0 <= (day - each.first).days < 7 * each.weeks
                       for sku in each.skus}  # fmt: skip
            for place, shop in np.argwhere(self.units[:, :, week] > 0).tolist():
                article, code = self.articles[place], self.locations[shop]
                minute = (place * 7 + shop * 131 + week * 17) % 600  # open from 9 to 19
                sold_at = datetime.combine(day + timedelta(days=(place + shop + week) % 6), time(9 + minute // 60))
                price = round(article.price * (1 - DISCOUNT), 2) if article.sku in cheaper else article.price
                row = (f"{code}-{day:%Y%m%d}-{article.sku}", article.sku, code, int(self.units[place, shop, week]),
                       price, sold_at + timedelta(minutes=minute % 60))  # fmt: skip
                for column, value in zip(columns.values(), row, strict=True):
                    column.append(value)
        return columns

    def counts(self) -> Iterator[tuple[str, str, int]]:
        """What lies on every shelf after the last day."""
        for (place, shop), units in np.ndenumerate(self.stock):
            yield self.articles[place].sku, self.locations[shop], int(units)


def build(last: date, products: int) -> LargeShop:
    """The shop until a Sunday."""
    if last.weekday() != 6:
        raise ValueError(f"{last} is no Sunday: a week that has not ended is none")
    rng = np.random.default_rng(SEED)
    goods, locations, first = articles(products, rng), tuple(SHOPS), last - timedelta(days=7 * WEEKS - 1)
    promotions = _promotions(goods, first, rng)
    rate = SELDOM / WEEKS * rng.lognormal(0, SPREAD, (len(goods), len(locations)))
    expected = rate[:, :, None] * _season(goods, first)[:, None, :]
    for promotion in promotions:
        begin, skus = (promotion.first - first).days // 7, set(promotion.skus)
        own = [place for place, article in enumerate(goods) if article.sku in skus]
        expected[own, :, begin : begin + promotion.weeks] *= LIFT
    stock = np.ceil(rate * rng.choice(COVER, rate.shape, p=SHARES)).astype(int)
    return LargeShop(goods, locations, first, last, promotions, rng.poisson(expected), stock)


def _season(goods: list[Article], first: date) -> NDArray[np.float64]:
    """(product, week): around one, highest in the best week of the product's group."""
    days = np.array([(first + timedelta(days=7 * week + 3)).timetuple().tm_yday for week in range(WEEKS)])
    strength, best = (np.array([article.group.season[which] for article in goods])[:, None] for which in (0, 1))
    found: NDArray[np.float64] = 1 + strength * np.cos(2 * np.pi * (days[None, :] - best) / 365.25)
    return found


def _promotions(goods: list[Article], first: date, rng: np.random.Generator) -> tuple[LargePromotion, ...]:
    things = sorted({(article.group.category, article.thing) for article in goods})
    found = []
    for number, place in enumerate(rng.choice(len(things), PROMOTIONS, replace=len(things) < PROMOTIONS).tolist()):
        week = WEEKS + 1 + number - 8 if number >= 8 else 4 + 6 * number
        skus = tuple(each.sku for each in goods if (each.group.category, each.thing) == things[place])
        name = f"{things[place][1]} fortnight {number + 1} (generated)"
        found.append(LargePromotion(name, skus, first + timedelta(days=7 * week)))
    return tuple(found)
