"""The large generated shop: the same seed gives the same bytes, and it is of the shape that is promised."""

import hashlib
from datetime import date

import numpy as np
import pytest

from infra.demo import large
from infra.demo.large import LargeShop
from infra.launcher import cli

LAST = date(2026, 11, 22)


@pytest.fixture(scope="module")
def shop() -> LargeShop:
    return large.build(LAST, 6000)


def digest(shop: LargeShop) -> str:
    told = [shop.lines(weeks) for weeks in shop.parts()], list(shop.counts()), shop.promotions
    return hashlib.sha256(repr(told).encode()).hexdigest()


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert digest(large.build(LAST, 60)) == digest(large.build(LAST, 60)) != digest(large.build(LAST, 61))


def test_products_stand_in_a_tree_of_three_levels_and_no_code_or_name_comes_twice(shop: LargeShop) -> None:
    assert len({each.sku for each in shop.articles}) == len({each.name for each in shop.articles}) == 6000
    paths = {tuple(shop.category(each).split(" / ")) for each in shop.articles}
    assert {len(path) for path in paths} == {3} and len(paths) > 100 and len({path[0] for path in paths}) == 7
    assert all(told[0].endswith("(generated)") for told in shop.suppliers().values())
    assert {shop.supplier(number) for number in range(6000)} == shop.suppliers().keys()


def test_most_series_sell_a_few_times_in_a_year_and_some_every_week(shop: LargeShop) -> None:
    weeks = (shop.units > 0).sum(axis=2)
    assert 4 <= np.median(weeks) <= 8 and np.percentile(weeks, 99) > 45
    assert 0.04 < (shop.stock == 0).mean() < 0.08  # out of stock


def test_the_files_hold_every_unit_once_in_open_hours_and_at_the_price_that_held(shop: LargeShop) -> None:
    ids: set[str] = set()
    units = 0
    price = {each.sku: each.price for each in shop.articles}
    for weeks in shop.parts():
        told = shop.lines(weeks)
        units += sum(told["quantity"])
        assert not ids & set(told["sale id"])
        ids.update(told["sale id"])
        for sku, paid, at in list(zip(told["sku"], told["unit price"], told["sold at"], strict=True))[::50]:
            cheap = any(0 <= (at.date() - each.first).days < 14 and sku in each.skus for each in shop.promotions)
            assert paid == (round(price[sku] * 0.8, 2) if cheap else price[sku])
            assert 9 <= at.hour < 19 and shop.first <= at.date() <= shop.last
    assert units == shop.units.sum() and len(ids) == (shop.units > 0).sum()


def test_promotions_lift_what_they_name_and_some_are_yet_to_come(shop: LargeShop) -> None:
    ahead = [each for each in shop.promotions if each.first > shop.last]
    assert len(ahead) >= 3 and all(each.name.endswith("(generated)") for each in shop.promotions)
    place = {each.sku: number for number, each in enumerate(shop.articles)}
    lifted = usual = 0.0
    for each in shop.promotions:
        begin = (each.first - shop.first).days // 7
        if 2 <= begin < large.WEEKS - 4:
            own = shop.units[[place[sku] for sku in each.skus]].sum(axis=(0, 1))
            lifted += own[begin : begin + 2].sum()
            usual += own[begin - 2 : begin].sum() / 2 + own[begin + 2 : begin + 4].sum() / 2
    assert 1.6 < lifted / usual < 2.4


@pytest.mark.parametrize("text", ["0", "-1", "many", "50001", "1.5"])
def test_a_number_of_products_that_cannot_be_is_a_wrong_command_line(text: str) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.build_parser().parse_args(["up", "--demo=large", "--products", text])
    assert ended.value.code == 2


def test_the_number_of_products_is_fifty_thousand_unless_it_is_said() -> None:
    parse = cli.build_parser().parse_args
    assert parse(["up", "--demo=large"]).products == 50_000
    assert parse(["up", "--demo=large", "--products", "300"]).products == 300
