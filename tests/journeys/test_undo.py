"""An undone import leaves every store as if it had never come: ledger, topic, weekly history and stock, over Kafka."""

import csv
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.launcher import local
from infra.launcher.client import Client
from tests.journeys.published import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def system() -> Iterator[local.System]:
    with local.System() as running:
        yield running


@pytest.fixture(scope="module")
def api(system: local.System) -> Client:
    return system.client()


def _file(path: Path, seed: int, receipts: str) -> Path:
    """Sales, returns and some lines that cannot be read."""
    dice = random.Random(seed)
    with path.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["receipt", "sku", "quantity", "unit price", "date"])
        for number in range(3000):
            quantity = "x" if number % 500 == 7 else dice.choice([1, 2, 5, -1])
            day = f"2026-{dice.randint(1, 9):02}-{dice.randint(1, 28):02}"
            writer.writerow([f"{receipts}{number}", f"UNDO-{dice.randint(1, 40)}", quantity, "2.25", day])
    return path


def _stores(api: Client) -> dict[str, Any]:
    """What each store says counts, and the weeks one by one."""
    weeks = {
        (row["week"], row["sku"], row["location"]): (float(row["units"]), float(row["revenue"]))
        for row in api.items("/sales/weekly", limit=500)
        if float(row["units"]) or float(row["revenue"])  # a void leaves a week of nothing
    }
    history = api.get("/forecast/history/totals")
    ledger, stock = api.get("/sales/totals"), api.get("/stock/totals")
    sums = {
        "ledger": (ledger["units"], ledger["amount"]), "history": (history["units"], history["revenue"]),
        "stock": (stock["units"], stock["amount"]),
    }  # fmt: skip
    return {"weeks": weeks, **{name: tuple(map(float, pair)) for name, pair in sums.items()}}



def test_an_undone_import_leaves_every_store_as_if_it_had_never_come(
    system: local.System, api: Client, tmp_path: Path
) -> None:
    system.run("import", str(_file(tmp_path / "kept.csv", 1, "a")), "--data", str(system.data))
    system.run("verify", "--data", str(system.data))
    before = _stores(api)
    system.run("import", str(_file(tmp_path / "wrong.csv", 2, "b")), "--data", str(system.data))
    system.run("verify", "--data", str(system.data))
    assert _stores(api) != before
    wrong = next(item for item in api.items("/imports", limit=100) if item["name"] == "wrong.csv")
    api.post(f"/imports/{wrong['id']}/undo")
    time.sleep(1)
    system.kill("sales-worker")
    eventually(lambda: api.get(f"/imports/{wrong['id']}")["undo"]["status"] == "succeeded", seconds=120)
    system.run("verify", "--data", str(system.data))
    told = api.get(f"/imports/{wrong['id']}")
    assert (told["undone"], told["kept"]) == (told["recorded"], 0)
    eventually(lambda: _stores(api) == before, seconds=60)
    system.run("import", str(tmp_path / "wrong.csv"), "--data", str(system.data))
    system.run("verify", "--data", str(system.data))
    again = next(item for item in api.items("/imports", limit=100) if item["name"] == "wrong.csv")
    assert again["recorded"] == told["recorded"]
