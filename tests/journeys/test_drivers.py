"""What is known ahead, through the whole system: entered by file and API, told by events, in the published forecast."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.launcher import local
from infra.launcher.client import ApiError, Client
from tests.journeys.planted import CUT_AHEAD, PROMOTION_AHEAD, WEEKS, PlantedShop
from tests.journeys.published import eventually, forecasts

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

CUTS = slice(*CUT_AHEAD)


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
        api.post("/prices", {"sku": sku, "price": price, "valid_from": day.isoformat()})
    planned = [_promote(api, shop.week(number), skus) for number, skus in shop.promotions()]
    eventually(lambda: all(_is_known(api, promotion) for promotion in planned))

    ratio = forecasts(system, api, shop, shop.as_of) / shop.rates[:, WEEKS:]
    assert np.median(ratio[::2, PROMOTION_AHEAD]) == pytest.approx(1, abs=0.1)
    assert np.median(ratio[1::2, CUTS]) == pytest.approx(1, abs=0.1)
    usual = ~(shop.promoted | shop.cut)[:, WEEKS:]
    assert np.median(ratio[usual]) == pytest.approx(1, abs=0.1)

    api.request("DELETE", f"/promotions/{planned[-1]}")
    eventually(lambda: not _is_known(api, planned[-1]))
    without = forecasts(system, api, shop, shop.as_of) / shop.levels[:, None]
    assert np.median(without[::2, PROMOTION_AHEAD]) == pytest.approx(1, abs=0.15)


def _promote(api: Client, week: date, skus: list[str]) -> str:
    content = {"name": f"Week of {week}", "skus": skus, "starts": week.isoformat(),
               "ends": (week + timedelta(days=6)).isoformat()}  # fmt: skip
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
