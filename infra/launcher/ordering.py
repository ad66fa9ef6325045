"""A demo's orders of this week: proposed by the system, approved by the demo's user, all through the public API."""

import time
from collections.abc import Sequence
from pathlib import Path

from infra.launcher import state, watch
from infra.launcher.client import Client, administrator
from infra.launcher.console import step

DECIDED_SECONDS = 300.0


def order(data: Path, suppliers: Sequence[str], patience: float = DECIDED_SECONDS) -> None:
    """This week's orders with some suppliers, as they are proposed, approved by the demo's user: a planner is left the
    others. So many seconds of `patience` until all is decided."""
    content = state.load(data)
    planner = Client(content["url"], administrator(data))
    watch.wait_for_lag_zero(data)
    with step(f"Ordering with {len(suppliers)} suppliers"):
        deadline = time.monotonic() + patience
        while not planner.get("/replenishment/summary")["series"] and time.monotonic() < deadline:
            time.sleep(watch.PAUSE)  # forecasts count for orders when all of them are decided
        for supplier in suppliers:
            for proposed in planner.post("/orders", {"supplier": supplier}):
                planner.post(f"/orders/{proposed['id']}/approve")
