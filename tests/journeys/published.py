"""What the whole system publishes of a planted shop, and waiting for what events do."""

import time
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from infra.launcher import local
from infra.launcher.client import Client
from tests.journeys.planted import HORIZON, WEEKS, PlantedShop


def eventually(check: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.3)


def trained(system: local.System, api: Client, as_of: date) -> list[dict[str, Any]]:
    """Every series' weeks of the forecasts that a training as of that day makes."""
    system.run("train", "--as-of", as_of.isoformat(), "--data", str(system.data))
    run = next(run for run in api.items("/forecast/runs") if run["as_of"] == as_of.isoformat())
    assert run["status"] == "succeeded"
    said = ("sku", "week", "mean", "quantiles")
    return [{name: cell[name] for name in said} for cell in api.items("/forecast/weekly", run=run["id"], limit=500)]


def forecasts(system: local.System, api: Client, shop: PlantedShop, as_of: date) -> NDArray[np.float64]:
    """(products, weeks ahead) the published means, after a training as of that day; NaN where none is."""
    weeks = {shop.week(WEEKS + step).isoformat(): step for step in range(HORIZON)}
    found = np.full((len(shop.skus), HORIZON), np.nan)
    for cell in trained(system, api, as_of):
        if cell["week"] in weeks and cell["sku"] in shop.skus:
            found[shop.skus.index(cell["sku"]), weeks[cell["week"]]] = cell["mean"]
    return found
