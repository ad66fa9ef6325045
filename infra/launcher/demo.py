"""`up --demo`: ten months of a real wholesaler's sales, imported through Kafka, then trained on."""

import subprocess
from pathlib import Path

from infra.launcher import running, watch
from infra.launcher.client import Client
from infra.launcher.console import step
from infra.launcher.errors import LauncherError
from infra.launcher.imports import import_file
from infra.launcher.paths import PYTHON, ROOT

FILE = ROOT / "infra" / "demo" / "online_retail.parquet"
MAPPING = ROOT / "infra" / "demo" / "online_retail.json"


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
        _generate_stock(data)
        watch.train(client, None)


def _generate_stock(data: Path) -> None:
    """Suppliers, terms and counts for the demo's products: generated with a fixed seed, and named so."""
    with step("Generating suppliers and stock"):
        command = [str(PYTHON), "-P", "-m", "catalog", "seed-demo"]
        environment = running.environment_of(data, "catalog-worker")
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise LauncherError(f"Generating the demo's stock failed: {done.stderr.strip()[-500:]}")


def _imported(client: Client) -> bool:
    imports = client.items("/imports", limit=100)
    return any(told["name"] == FILE.name and told["status"] == watch.SUCCEEDED for told in imports)
