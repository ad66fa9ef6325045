"""Weather through the whole system: by file, told by events, in the published forecast; what the feed tells arrives,
and what was said later is in no forecast that was made before."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from infra.launcher import local
from infra.launcher.client import Client
from services.catalog.tests.weather_server import WeatherServer, serving
from tests.journeys.planted import WEEKS
from tests.journeys.published import eventually, forecasts, trained
from tests.journeys.weather import A_DEGREE, AHEAD, WarmShop

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

BACK = 8  # weeks before the end that a forecast is made from, as of then


@pytest.fixture(scope="module")
def server() -> Iterator[WeatherServer]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def system(server: WeatherServer) -> Iterator[local.System]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("ALMANAC_WEATHER_URL", server.url)
        with local.System() as running:
            yield running


def test_a_planted_temperature_is_recovered_in_its_weeks_only_and_what_is_said_later_is_not_known_before(
    system: local.System, server: WeatherServer, tmp_path: Path
) -> None:
    api, data = system.client(), str(system.data)
    made = WarmShop.made(datetime.now(UTC).date())
    server.weather = lambda asked, day: (made.temperature(day), None, None)
    assert api.get("/weather/feed")["locations"] == 0

    system.run("import", "products", str(made.products(tmp_path / "products.csv")), "--data", data)
    system.run("import", str(made.shop.write(tmp_path / "till.csv")), "--unknown-codes", "make", "--data", data)
    system.run("import", "weather", str(made.observed(tmp_path / "weather.csv")), "--data", data)
    place = json.dumps({"name": "Main", "latitude": "52.5", "longitude": "13.4"}).encode()
    api.request("PUT", "/locations/main", place, {"Content-Type": "application/json"})
    eventually(lambda: api.get("/weather/feed")["told"] == 1)
    until = api.get("/weather/feed")["told_until"]
    eventually(lambda: api.get("/forecast/drivers")["until"]["weather"] == until)
    yesterday = datetime.now(UTC).date() - timedelta(days=1)  # what is said today counts when today has ended
    told_of = made.told(tmp_path / "ahead.csv", made.shop.as_of, 14, yesterday)
    system.run("import", "weather", str(told_of), "--data", data)
    found = forecasts(system, api, made.shop, yesterday)

    ratio = found / made.shop.rates[:, WEEKS:]
    told, untold = slice(0, len(AHEAD)), slice(len(AHEAD) + 1, None)  # of the third week a part may be told
    for part in (told, untold):
        for first in (0, 1):
            assert np.median(ratio[first::2, part]) == pytest.approx(1, abs=0.1)
    warm, plain = (np.log(found[first::2] / made.shop.levels[first::2, None]) for first in (0, 1))
    effect = np.median(warm[:, 0] - warm[:, 1]) / (AHEAD[0] - AHEAD[1])
    assert effect == pytest.approx(np.log(A_DEGREE), rel=0.1)
    assert np.abs(np.median(plain[:, 0] - plain[:, 1])) / (AHEAD[0] - AHEAD[1]) < 0.1 * np.log(A_DEGREE)
    _no_leak(system, api, made, tmp_path)


def _no_leak(system: local.System, api: Client, made: WarmShop, tmp_path: Path) -> None:
    """As of a day weeks ago: what came afterwards, and what was said of it later, change nothing; what was said by
    then does."""
    as_of, data = made.shop.as_of - timedelta(days=7 * BACK), str(system.data)
    known = trained(system, api, as_of)
    later = made.told(tmp_path / "later.csv", as_of, 49, as_of + timedelta(days=30), 15.0)
    system.run("import", "weather", str(later), "--data", data)
    by_then = made.told(tmp_path / "by_then.csv", as_of, 49, as_of, 5.0)
    assert trained(system, api, as_of) == known
    system.run("import", "weather", str(by_then), "--data", data)
    assert trained(system, api, as_of) != known
