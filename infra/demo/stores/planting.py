"""What is to happen in the generated shops: drawn once, before a single sale, and kept as the truth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from dateutil.easter import easter  # type: ignore[import-untyped]

from infra.demo.stores.assortment import Article
from infra.demo.stores.truth import (
    Ending,
    Holiday,
    Launched,
    Outlier,
    PlantedPromotion,
    PlantedTruth,
    PriceChange,
    Shortage,
)

AHEAD = 200  # days beyond the last one for which holidays and plans are known
# Of what kind promotions are, and how much more or less than of the same depth each brings.
KINDS = (("display", 1.3), ("leaflet", 1.0), ("price_cut", 0.75))
CHRISTMAS = {"Toys": 1.9, "Paper": 1.6, "Home": 1.5, "Kitchen": 1.3, "Food": 1.3}
EASTER = {"Food": 1.6, "Garden": 1.4, "Toys": 1.2}


@dataclass(frozen=True)
class Stage:
    """Where things may happen: articles, shops, days."""

    articles: Sequence[Article]
    shops: Sequence[str]
    first: date
    last: date
    rng: np.random.Generator

    @property
    def days(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def day(self, earliest: float, latest: float) -> date:
        """Some day between two shares of the whole time."""
        return self.first + timedelta(days=int(self.rng.integers(int(earliest * self.days), int(latest * self.days))))

    def some(self, number: int, of: Sequence[Article]) -> list[Article]:
        """Different articles, in the order of their codes."""
        chosen = self.rng.choice(len(of), size=min(number, len(of)), replace=False)
        return [of[place] for place in sorted(int(place) for place in chosen)]

    def share(self, number: float) -> int:
        """So many of 400 articles, of those that there are; at least two."""
        return max(2, round(number * len(self.articles) / 400))


def plant(stage: Stage) -> PlantedTruth:
    """Everything that will happen. But for promotions and holidays nothing happens twice to one product, so that each
    can be told from the others."""
    free = list(stage.articles)

    def take(number: float) -> list[Article]:
        chosen = stage.some(stage.share(number), free)
        for article in chosen:
            free.remove(article)
        return chosen

    launches, endings = _comings_and_goings(stage, take(14), take(8), take(8), take(8), free)
    changes = tuple(_price_change(stage, article) for article in take(40))
    quick = sorted(free, key=lambda article: -article.pace)[: len(free) // 2]
    lacking = stage.some(stage.share(40), quick)
    shortages = tuple(_shortages(stage, lacking))
    calm = [article for article in free if article not in lacking]
    outliers = tuple(_outlier(stage, article) for article in stage.some(stage.share(16), calm))
    promotions, holidays = tuple(_promotions(stage)), tuple(_holidays(stage))
    return PlantedTruth(promotions, changes, holidays, shortages, tuple(launches), tuple(endings), outliers)


def _comings_and_goings(
    stage: Stage, new: list[Article], old: list[Article], successors: list[Article], gone: list[Article],
    free: list[Article],
) -> tuple[list[Launched], list[Ending]]:  # fmt: skip
    launches = []
    for article in new:
        alike = next((each for each in free if each.group == article.group), free[0])
        launches.append(Launched(article.sku, stage.day(0.4, 0.93), like=alike.sku))
    endings = [Ending(article.sku, stage.day(0.5, 0.9)) for article in gone]
    for before, after in zip(old, successors, strict=True):
        day = stage.day(0.45, 0.85)
        endings.append(Ending(before.sku, day))
        launches.append(Launched(after.sku, day + timedelta(days=1), successor_of=before.sku))
    return launches, endings


def _price_change(stage: Stage, article: Article) -> PriceChange:
    step = float(stage.rng.choice([-0.15, -0.1, 0.08, 0.12, 0.2]))
    after = round(article.price * (1 + step), 2)
    factor = (after / article.price) ** article.elasticity
    return PriceChange(article.sku, stage.day(0.25, 0.85), article.price, after, factor)


def _promotions(stage: Stage) -> list[PlantedPromotion]:
    """Ten that were and two that are planned; each of one group, every third in one shop alone."""
    groups = sorted({article.group.category for article in stage.articles})
    found = []
    for number in range(12):
        category = groups[int(stage.rng.integers(len(groups)))]
        skus = tuple(article.sku for article in stage.articles if article.group.category == category)
        shops = (stage.shops[number % len(stage.shops)],) if number % 3 == 2 else ()
        length, discount = int(stage.rng.choice([7, 10, 14])), float(stage.rng.choice([0.1, 0.15, 0.2, 0.3]))
        kind, brings = KINDS[(number + number // 3) % len(KINDS)]
        factor = round(1 + brings * discount * float(stage.rng.uniform(4, 7)), 3)
        first = stage.day(0.08 + 0.085 * number, 0.12 + 0.085 * number)
        if number >= 10:
            first = stage.last + timedelta(days=8 + 14 * (number - 10))
        name = f"{category.partition(' / ')[2]} week {number + 1} (generated)"
        last = first + timedelta(days=length - 1)
        found.append(PlantedPromotion(name, skus, shops, first, last, discount, factor, kind))
    return found


def _holidays(stage: Stage) -> list[Holiday]:
    found = []
    for year in range(stage.first.year, stage.last.year + 2):
        sunday = easter(year)
        found += [
            Holiday("New Year's Day", date(year, 1, 1), date(year, 1, 1), {}, closed=True),
            Holiday("Before Easter", sunday - timedelta(days=9), sunday - timedelta(days=1), EASTER),
            Holiday("Easter Sunday", sunday, sunday, {}, closed=True),
            Holiday("Christmas shopping", date(year, 11, 27), date(year, 12, 24), CHRISTMAS),
            Holiday("Christmas Day", date(year, 12, 25), date(year, 12, 25), {}, closed=True),
        ]
    known = stage.last + timedelta(days=AHEAD)
    return [holiday for holiday in found if holiday.last >= stage.first and holiday.first <= known]


def _shortages(stage: Stage, articles: list[Article]) -> list[Shortage]:
    """Each in one shop; two of five are not over, the others are since more than two months."""
    over = len(articles) - round(0.4 * len(articles))
    found = []
    for number, article in enumerate(articles):
        length = timedelta(days=int(stage.rng.integers(8, 22)))
        first = stage.day(0.15, 0.78) if number < over else stage.last - length + timedelta(days=1)
        shop = stage.shops[int(stage.rng.integers(len(stage.shops)))]
        found.append(Shortage(article.sku, shop, first, min(stage.last, first + length - timedelta(days=1))))
    return found


def _outlier(stage: Stage, article: Article) -> Outlier:
    shop = stage.shops[int(stage.rng.integers(len(stage.shops)))]
    units = max(40, round(article.pace * float(stage.rng.uniform(40, 90))))
    return Outlier(article.sku, shop, stage.day(0.2, 0.95), units)
