"""The generated shops: the same seed gives the same bytes, and what is said to have been planted is in the sales."""

import hashlib
from datetime import date, timedelta

import numpy as np
import pytest

from infra.demo import stores
from infra.demo.stores import GeneratedShops, stock
from infra.demo.stores.planting import KINDS
from infra.demo.stores.truth import PlantedPromotion

LAST = date(2026, 11, 22)


@pytest.fixture(scope="module")
def world() -> GeneratedShops:
    return stores.build(LAST)


def digest(world: GeneratedShops) -> str:
    return hashlib.sha256(repr(list(world.lines())).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    small = stores.Size(products=48, shops=2, weeks=60)
    first, again, other = (stores.build(LAST, small, seed) for seed in (1, 1, 2))
    assert digest(first) == digest(again) != digest(other)
    assert first.truth == again.truth != other.truth


def test_there_are_four_shops_400_products_in_a_tree_and_two_whole_years(world: GeneratedShops) -> None:
    assert (len(world.articles), len(world.shops), world.last) == (400, 4, LAST)
    assert (world.last - world.first).days + 1 == 728 and world.first.weekday() == 0
    assert len({article.sku for article in world.articles}) == len({article.name for article in world.articles}) == 400
    assert len({article.group.category for article in world.articles}) == 24
    kinds = vars(world.truth)
    assert all(len(kinds[kind]) >= 10 for kind in kinds), {kind: len(found) for kind, found in kinds.items()}


def test_each_line_is_one_sale_of_a_day_a_shop_and_a_product_at_the_price_that_held(world: GeneratedShops) -> None:
    lines = list(world.lines())
    assert len({line.id for line in lines}) == len(lines)
    assert sum(line.units for line in lines) == world.units.sum()
    for line in lines[:: len(lines) // 300]:
        day = line.sold_at.date()
        discount = [lift.discount for lift in world.truth.promotions if lift.covers(line.sku, line.shop, day)]
        wanted = world.list_price(world.articles[world.place(line.sku)], day)
        for each in discount:
            wanted = round(wanted * (1 - each), 2)
        assert line.price == pytest.approx(wanted)
        assert not any(holiday.closed and holiday.first <= day <= holiday.last for holiday in world.truth.holidays)


def span(world: GeneratedShops, first: date, last: date) -> slice:
    return slice(max(0, world.day(first)), world.day(last) + 1)


def test_nothing_is_sold_out_of_stock_before_a_launch_or_after_an_ending(world: GeneratedShops) -> None:
    truth = world.truth
    for shortage in truth.shortages:
        place, shop = world.place(shortage.sku), world.shops.index(shortage.shop)
        assert world.units[place, shop, span(world, shortage.first, shortage.last)].sum() == 0
        assert world.units[place, shop].sum() > 0
    for launch in truth.launches:
        sold = world.units[world.place(launch.sku)].sum(axis=0)
        assert sold[: world.day(launch.day)].sum() == 0 < sold[world.day(launch.day) :].sum()
    for ending in truth.endings:
        sold = world.units[world.place(ending.sku)].sum(axis=0)
        assert sold[world.day(ending.day) + 1 :].sum() == 0 < sold.sum()


def test_a_successor_begins_the_day_after_its_predecessor_ends(world: GeneratedShops) -> None:
    ended = {ending.sku: ending.day for ending in world.truth.endings}
    followed = [launch for launch in world.truth.launches if launch.successor_of]
    assert len(followed) >= 5
    assert all(launch.day == ended[launch.successor_of or ""] + timedelta(days=1) for launch in followed)


def lift_in_sales(world: GeneratedShops, lift: PlantedPromotion) -> tuple[float, float]:
    """(units over what was expected without the lift, how far chance may take that)."""
    shops = [world.shops.index(code) for code in lift.shops] or list(range(len(world.shops)))
    places = [world.place(sku) for sku in lift.skus]
    cells = np.ix_(places, shops, range(*span(world, lift.first, lift.last).indices(world.units.shape[2])))
    expected = world.expected[cells] / lift.factor
    calm = np.ones(len(places), bool)
    for outlier in world.truth.outliers:
        if outlier.sku in lift.skus and lift.first <= outlier.day <= lift.last:
            calm[lift.skus.index(outlier.sku)] = False
    without, sold = expected[calm].sum(), world.units[cells][calm].sum()
    shapes = np.array([world.articles[place].dispersion for place in places])[calm][:, None, None]
    mean = world.expected[cells][calm]
    deviation = float(np.sqrt((mean + mean**2 / shapes).sum()))
    return float(sold / without), 4 * deviation / float(without)


def test_promotions_lifted_sales_by_what_the_truth_says_and_planned_ones_lie_ahead(world: GeneratedShops) -> None:
    past = [lift for lift in world.truth.promotions if lift.first <= LAST]
    assert len(world.truth.promotions) - len(past) == 2
    for lift in past:
        found, doubt = lift_in_sales(world, lift)
        assert abs(found - lift.factor) < doubt, lift.name
        assert week_on_week(world, lift) == pytest.approx(lift.factor, rel=0.15), lift.name


def test_kinds_bring_of_the_same_depth_what_is_said_of_them(world: GeneratedShops) -> None:
    brought: dict[str, list[float]] = {}
    for lift in world.truth.promotions:
        brought.setdefault(lift.kind, []).append((lift.factor - 1) / lift.discount)
    assert {kind: len(found) for kind, found in brought.items()} == {"display": 4, "leaflet": 4, "price_cut": 4}
    for kind, brings in KINDS:
        assert all(4 * brings <= each <= 7 * brings + 0.02 for each in brought[kind]), kind
    assert {lift.kind for lift in world.truth.promotions if lift.first > LAST} <= {
        lift.kind for lift in world.truth.promotions if lift.last <= LAST
    }, "what is planned is of kinds that were seen"


def week_on_week(world: GeneratedShops, lift: PlantedPromotion) -> float:
    """What was expected in the promotion's first week over what was in the one before it; the usual product's."""
    shops = [world.shops.index(code) for code in lift.shops] or list(range(len(world.shops)))
    cells = world.expected[np.ix_([world.place(sku) for sku in lift.skus], shops)]
    first = world.day(lift.first)
    week, before = cells[:, :, first : first + 7].sum(axis=2), cells[:, :, first - 7 : first].sum(axis=2)
    return float(np.median(week[before > 0] / before[before > 0]))


def test_outliers_stand_out_and_are_no_part_of_what_was_expected(world: GeneratedShops) -> None:
    for outlier in world.truth.outliers:
        cell = world.place(outlier.sku), world.shops.index(outlier.shop), world.day(outlier.day)
        assert world.units[cell] >= outlier.units > 10 * world.expected[cell]


def test_a_price_that_rose_is_paid_from_its_day_and_demand_follows_the_elasticity(world: GeneratedShops) -> None:
    for change in world.truth.price_changes:
        article = world.articles[world.place(change.sku)]
        day = change.day
        assert world.list_price(article, day - timedelta(days=1)) == change.before
        assert world.list_price(article, day) == change.after
        assert change.factor == pytest.approx((change.after / change.before) ** article.elasticity)
        assert (change.factor < 1) == (change.after > change.before)


def test_what_was_sold_is_what_was_expected_but_for_chance(world: GeneratedShops) -> None:
    without = world.units.astype(float)
    for outlier in world.truth.outliers:
        without[world.place(outlier.sku), world.shops.index(outlier.shop), world.day(outlier.day)] -= outlier.units
    assert without.sum() == pytest.approx(world.expected.sum(), rel=0.01)


def test_a_week_that_has_not_ended_is_refused() -> None:
    with pytest.raises(ValueError, match="no Sunday"):
        stores.build(date(2026, 11, 25))


def test_the_counts_and_deliveries_that_are_typed_in_never_leave_less_than_nothing(world: GeneratedShops) -> None:
    book = stock.book(world)
    opening = {(each["sku"], each["location"]): float(each["quantity"]) for each in book.counts[-1]}
    left = dict(opening)
    for _, _, items in stock.deliveries(book):
        for item in items:
            left[item["sku"], item["location"]] += float(item["quantity"])
    for sku, shop, quantity, _ in book.written_off:
        left[sku, shop] -= quantity
    for sku, shop in left:
        left[sku, shop] -= world.units[world.place(sku), world.shops.index(shop), -stock.DAYS :].sum()
    assert min(left.values()) > -1.5  # quantities are typed in whole
    out = {series for series, units in left.items() if units < 1}
    running = {(each.sku, each.shop) for each in world.truth.shortages if each.last == LAST}
    assert running <= out and 0.005 < len(out) / len(left) < 0.06
