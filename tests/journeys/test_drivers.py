"""What is known ahead, through the whole system: entered by file and API, told by events, in the published forecast."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.launcher import local
from infra.launcher.client import ApiError, Client
from tests.journeys.planted import CUT, CUT_AHEAD, CUT_TO, HORIZON, LIFTS, PROMOTION_AHEAD, WEEKS, PlantedShop
from tests.journeys.published import eventually, forecasts

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

CUTS = slice(*CUT_AHEAD)
BY_FILE = {f"PLANT-{number:02d}" for number in range(1, 20, 4)}  # whose prices a file says


@pytest.fixture(scope="module")
def system() -> Iterator[local.System]:
    with local.System() as running:
        yield running


def test_planted_promotions_and_prices_reach_the_forecast_in_their_weeks_and_go_when_they_are_removed(
    system: local.System, tmp_path: Path
) -> None:
    shop, api = PlantedShop.made(), system.client()
    file, data = str(shop.write(tmp_path / "till.csv")), str(system.data)
    system.run("import", file, "--unknown-codes", "make", "--data", data)
    for sku, day, price in shop.price_changes():
        if sku not in BY_FILE:
            api.post("/prices", {"sku": sku, "price": price, "valid_from": day.isoformat()})
    system.run("import", "prices", str(_price_list(tmp_path / "prices.csv", shop)), "--data", data)
    by_api, by_file = _shared(shop)
    planned = {week: _promote(api, shop.week(week), skus, kind) for week, skus, kind in by_api}
    system.run("import", "promotions", str(_written(tmp_path / "promotions.csv", shop, by_file)), "--data", data)
    listed = list(api.items("/promotions", limit=500))
    assert len(listed) == len(by_api) + len(by_file)
    eventually(lambda: all(_is_known(api, promotion["id"]) for promotion in listed))

    ratio = forecasts(system, api, shop, shop.as_of) / shop.rates[:, WEEKS:]
    for step in PROMOTION_AHEAD.values():
        assert np.median(ratio[::2, step]) == pytest.approx(1, abs=0.1)
    for cut in (ratio[1::4, CUTS], ratio[3::4, CUTS]):  # by file, by API
        assert np.median(cut) == pytest.approx(1, abs=0.1)
    usual = ~(shop.promoted | shop.cut)[:, WEEKS:]
    assert np.median(ratio[usual]) == pytest.approx(1, abs=0.1)

    effects = {one["name"]: one["change"] for one in api.get("/forecast/effects")["effects"] if one["group"] == ""}
    for kind, lift in LIFTS.items():
        assert effects[f"promotion: {kind}"] == pytest.approx(lift - 1, rel=0.15)
    assert CUT_TO ** effects["price"] == pytest.approx(CUT, rel=0.1)
    _what_if_says_what_the_effect_says(api, shop)

    for number in range(1, len(shop.skus), 4):  # another price of the same day takes the planned one back
        usual_price = {"sku": shop.skus[number], "price": shop.price(number, WEEKS)}
        api.post("/prices", usual_price | {"valid_from": shop.week(WEEKS + CUT_AHEAD[0]).isoformat()})
    removed = planned[WEEKS + PROMOTION_AHEAD["display"]]
    api.request("DELETE", f"/promotions/{removed}")
    eventually(lambda: not _is_known(api, removed))
    without = forecasts(system, api, shop, shop.as_of) / shop.levels[:, None]
    assert np.median(without[::2, PROMOTION_AHEAD["display"]]) == pytest.approx(1, abs=0.15)
    assert np.median(without[1::4, CUTS]) == pytest.approx(1, abs=0.1)
    assert np.median(without[3::4, CUTS]) == pytest.approx(CUT, rel=0.1)


Planned = tuple[int, list[str], str]  # the week, the products, the kind


def _shared(shop: PlantedShop) -> tuple[list[Planned], list[Planned]]:
    """What is entered by the API and what by a file: of each kind some of both; ahead the display and the leaflet."""
    every = [(week, skus, shop.kinds[week]) for week, skus in shop.promotions()]
    ahead = {WEEKS + step: kind for kind, step in PROMOTION_AHEAD.items()}
    by_api = [one for one in every if ahead.get(one[0], "display" if one[0] % 2 else "leaflet") == "display"]
    return by_api, [one for one in every if one not in by_api]


def _written(file: Path, shop: PlantedShop, planned: list[Planned]) -> Path:
    """As a German buyer keeps them."""
    said = {"display": "Zweitplatzierung", "leaflet": "Prospekt"}
    lines = ["Aktion;Beginn;Ende;Aktionsart;Artikel"]
    for week, skus, kind in planned:
        first, last = shop.week(week), shop.week(week) + timedelta(days=6)
        lines.append(f"Woche {week};{first:%d.%m.%Y};{last:%d.%m.%Y};{said[kind]};{'|'.join(skus)}")
    file.write_text("\n".join([*lines, ""]))
    return file


def _price_list(file: Path, shop: PlantedShop) -> Path:
    """As a shop keeps it; of the products in BY_FILE."""
    lines = [f"{sku},{price},{day.isoformat()}" for sku, day, price in shop.price_changes() if sku in BY_FILE]
    file.write_text("\n".join(["sku,price,valid from", *lines, ""]))
    return file


def _what_if_says_what_the_effect_says(api: Client, shop: PlantedShop) -> None:
    """Of one product, a tenth off from the second week on."""
    sku = shop.skus[0]
    (power,) = (one["change"] for one in api.get("/forecast/effects", sku=sku)["effects"] if one["driver"] == "price")
    price = {"valid_from": shop.week(WEEKS + 1).isoformat(), "factor": "0.9"}
    told = api.post("/forecast/what-if", {"skus": [sku], "scenario": {"price": price}})["series"]
    ratio = np.array(told[0]["units"][:HORIZON]) / np.array(told[0]["base"][:HORIZON])
    assert ratio[0] == 1
    assert ratio[1:] == pytest.approx(0.9**power, rel=0.01)


def _promote(api: Client, week: date, skus: list[str], kind: str) -> str:
    content = {"name": f"Week of {week}", "skus": skus, "starts": week.isoformat(),
               "ends": (week + timedelta(days=6)).isoformat(), "kind": kind}  # fmt: skip
    return str(api.post("/promotions", content)["id"])


def _is_known(api: Client, promotion: str) -> bool:
    """Whether the forecaster has heard of it."""
    try:
        api.get(f"/forecast/promotions/{promotion}")
    except ApiError as answer:
        if answer.status != 404:
            raise
        return False
    return True
