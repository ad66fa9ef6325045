"""The main job on the whole running system: from sales to honest forecasts, whatever dies on the way."""

import csv
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import fmean
from typing import Any

import pytest

from infra.launcher import local
from infra.launcher.client import ApiError, Client
from tests.journeys.published import eventually

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

SAMPLE = Path(__file__).parent / "sample_data.csv"


@pytest.fixture(scope="module")
def system() -> Iterator[local.System]:
    with local.System() as running:
        yield running


@pytest.fixture(scope="module")
def api(system: local.System) -> Client:
    return system.client()


def _ledger(api: Client) -> dict[str, Any]:
    totals = api.get("/sales/totals")
    return {name: totals[name] for name in ("entries", "units", "amount")}


def test_the_sample_file_imported_three_times_changes_nothing_after_the_first(
    system: local.System, api: Client
) -> None:
    before = _ledger(api)
    system.run("import", str(SAMPLE), "--data", str(system.data))
    first = _ledger(api)
    for _ in range(2):
        system.run("import", str(SAMPLE), "--data", str(system.data))
    assert first["entries"] - before["entries"] == 15
    assert _ledger(api) == first


def test_forecasts_of_the_sample_lie_near_its_last_four_weeks(system: local.System, api: Client) -> None:
    system.run("import", str(SAMPLE), "--data", str(system.data))
    system.run("verify", "--data", str(system.data))
    system.run("train", "--as-of", "2023-02-12", "--data", str(system.data))
    sold: dict[str, list[float]] = {}
    with SAMPLE.open() as lines:
        for row in csv.DictReader(lines):
            sold.setdefault(row["sku"], []).append(float(row["quantity sale"]))
    items = list(api.items("/forecast/weekly", limit=500))
    for sku, quantities in sold.items():
        recent = fmean(quantities[-4:])
        week = next(item for item in items if item["sku"] == sku and item["week"] == "2023-02-13")
        assert 0.5 * recent <= week["mean"] <= 1.5 * recent, sku


def test_a_sale_recorded_by_rest_reaches_every_store(system: local.System, api: Client) -> None:
    api.post("/products", {"sku": "JOURNEY-1", "name": "Journey lamp", "price": "19.90"})
    eventually(
        lambda: _recorded(api, {"sku": "journey-1", "quantity": 3, "sold_at": "2026-11-02T10:00:00Z", "id": "j-1"})
    )
    again = api.post("/sales", {"sku": "JOURNEY-1", "quantity": 3, "sold_at": "2026-11-02T10:00:00Z", "id": "j-1"})
    assert again["amount"] in ("59.70", "59.7000")
    system.run("verify", "--data", str(system.data))


def test_input_that_is_wrong_is_refused_with_the_field_and_stores_nothing(api: Client) -> None:
    before = _ledger(api)
    for body, field in (
        ({"sku": "JOURNEY-1", "quantity": -5, "sold_at": "2026-11-02"}, "quantity"),
        ({"sku": "JOURNEY-1", "quantity": 1, "sold_at": "02/31/2026"}, "sold_at"),
        ({"sku": "JOURNEY-1", "quantity": 1e30, "sold_at": "2026-11-02"}, "quantity"),
        ({"sku": "A\x00B", "quantity": 1, "sold_at": "2026-11-02"}, "sku"),
    ):
        with pytest.raises(ApiError) as refused:
            api.post("/sales", body)
        assert 400 <= refused.value.status < 500
        assert any(error["field"].endswith(field) for error in refused.value.problem["errors"]), body
    for path in ("/products/%00", "/products/no-such-id", "/forecast/no-such-id", "/sales/not-a-uuid"):
        with pytest.raises(ApiError) as refused:
            api.get(path)
        assert 400 <= refused.value.status < 500, path
    assert _ledger(api) == before


def test_killing_any_service_while_a_file_is_imported_loses_and_doubles_nothing(
    system: local.System, api: Client, tmp_path: Path
) -> None:
    lines = _file_of_sales(tmp_path / "many.csv", 20_000)
    before = _ledger(api)
    makes = ("--unknown-codes", "make")
    with ThreadPoolExecutor(1) as shop:
        command = shop.submit(system.run, "import", str(lines), *makes, "--data", str(system.data))
        for process in ("sales-worker", "forecaster-worker", "catalog-worker", "sales-api", "gateway-api"):
            time.sleep(1.0)
            system.kill(process)
        assert "20,000 recorded" in command.result(timeout=300)
    eventually(lambda: api.get("/sales/totals")["entries"] - before["entries"] == 20_000, seconds=120)
    system.run("verify", "--data", str(system.data))


def _file_of_sales(file: Path, count: int) -> Path:
    with file.open("w", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(["invoice", "sku", "name", "quantity", "unit price", "date of sale"])
        for number in range(count):
            day = 1 + number % 28
            writer.writerow([f"K{number // 10}", f"KILL-{number % 50}", f"Thing {number % 50}", 1 + number % 7,
                             f"{1 + number % 9}.25", f"2026-10-{day:02d}"])  # fmt: skip
    return file


def _recorded(api: Client, sale: dict[str, Any]) -> bool:
    """Whether the sale counts: a product made a moment ago may not be known to the ledger yet."""
    try:
        return api.post("/sales", sale).get("status", "recorded") in ("recorded", "duplicate")
    except ApiError:
        return False

