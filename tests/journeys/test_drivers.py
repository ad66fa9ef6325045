"""What is known ahead, through the whole system: entered by file and API, told by events, in the published forecast."""

import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from infra.launcher import local
from infra.launcher.client import ApiError, Client
from tests.journeys.planted import CUT_AHEAD, HORIZON, PROMOTION_AHEAD, WEEKS, PlantedShop

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
    _eventually(lambda: all(_is_known(api, promotion) for promotion in planned))

    ratio = _forecasts(system, api, shop) / shop.rates[:, WEEKS:]
    assert np.median(ratio[::2, PROMOTION_AHEAD]) == pytest.approx(1, abs=0.1)
    assert np.median(ratio[1::2, CUTS]) == pytest.approx(1, abs=0.1)
    usual = ~(shop.promoted | shop.cut)[:, WEEKS:]
    assert np.median(ratio[usual]) == pytest.approx(1, abs=0.1)

    api.request("DELETE", f"/promotions/{planned[-1]}")
    _eventually(lambda: not _is_known(api, planned[-1]))
    without = _forecasts(system, api, shop) / shop.levels[:, None]
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


def _eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.3)


def _forecasts(system: local.System, api: Client, shop: PlantedShop) -> NDArray[np.float64]:
    """(products, weeks ahead) the published means, after a training."""
    system.run("train", "--as-of", shop.as_of.isoformat(), "--data", str(system.data))
    weeks = {shop.week(WEEKS + step).isoformat(): step for step in range(HORIZON)}
    found = np.full((len(shop.skus), HORIZON), np.nan)
    for item in api.items("/forecast/weekly", limit=500):
        cell: dict[str, Any] = item
        if cell["week"] in weeks and cell["sku"] in shop.skus:
            found[shop.skus.index(cell["sku"]), weeks[cell["week"]]] = cell["mean"]
    return found
