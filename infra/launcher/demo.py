"""`up --demo`: ten months of a real wholesaler's sales, imported through Kafka, then trained on.

Categories are derived from the names by rule; suppliers, terms, stock, orders and promotions are generated and say so
(docs/demo-data.md).
"""

import csv
import subprocess
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from infra.demo import categories, promotions
from infra.launcher import ordering, running, watch
from infra.launcher.client import Client
from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.imports import import_file
from infra.launcher.paths import PYTHON, ROOT

FILE = ROOT / "infra" / "demo" / "online_retail.parquet"
MAPPING = ROOT / "infra" / "demo" / "online_retail.json"
ORDERED = ("HARBOUR", "KILN", "LOOM", "PAPER")  # the other suppliers' orders of this week are left to the planner


def load(data: Path) -> None:
    """Imports the demo's sales and trains, unless that was done in this data folder before.

    A training that an earlier `up` left under way is followed, and no second one asked for.
    """
    client = Client.connect(data)
    if not _imported(client):
        import_file(client, FILE, MAPPING)
    runs = client.get("/forecast/runs", limit=100)["items"]
    under_way = [run["id"] for run in runs if run["status"] not in watch.ENDED]
    if under_way:
        watch.training(client, under_way[0])
    elif not any(run.get("published_at") for run in runs):
        watch.wait_for_lag_zero(data)
        _plan_promotions(client, _categorise(client))
        _generate_stock(data)
        watch.wait_for_lag_zero(data)
        trained = watch.train_with_all(client)
        if trained.get("published_at"):
            ordering.order(data, ORDERED)


def _categorise(client: Client) -> dict[str, str]:
    """Gives every product the category that its name tells, as a file of products would; the categories by code."""
    category_of = categories.rule()
    found = {each["sku"]: category_of(each["name"]) for each in client.items("/products", limit=500)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "categories.csv"
        with file.open("w", newline="") as content:
            csv.writer(content).writerows([("sku", "category"), *sorted(found.items())])
        import_file(client, file, None, "products")
    return found


def _plan_promotions(client: Client, found: dict[str, str]) -> None:
    """The promotions that are planned; one that is there already is not planned again."""
    there = {each["name"] for each in client.items("/promotions", limit=500)}
    for promotion in promotions.planned(datetime.now(UTC).date(), found):
        if promotion["name"] not in there:
            client.post("/promotions", promotion)


def _generate_stock(data: Path) -> None:
    """Suppliers, terms, stock and orders for the demo's products: generated with a fixed seed, and named so."""
    with step("Generating suppliers, stock and orders") as progress:
        command = [str(PYTHON), "-P", "-m", "catalog", "seed-demo"]
        environment = running.environment_of(data, "catalog-worker")
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise LauncherError(f"Generating the demo's stock failed: {done.stderr.strip()[-500:]}")
        progress.result = done.stdout.strip().removeprefix("generated ")


def _imported(client: Client) -> bool:
    imports = client.items("/imports", limit=100)
    return any(told["name"] == FILE.name and told["status"] == watch.SUCCEEDED for told in imports)
