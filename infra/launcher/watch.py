"""Follows long work in the running system with a line every few seconds: an import, the lag, a training."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from infra.launcher.client import Client
from infra.launcher.console import Step, step
from infra.launcher.errors import LauncherError

IMPORT_ENDED = {"succeeded", "completed", "done", "failed", "cancelled"}
PAUSE = 0.5


def import_file(client: Client, file: Path, mapping: Path | None) -> dict[str, Any]:
    """Uploads a file of sales and follows it to its end; answers the import's final state."""
    query = f"?name={quote(file.name)}"
    if mapping:
        query += f"&mapping={quote(mapping.read_text())}"
    headers = {"Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)}
    with step(f"Importing {file.name}") as progress:
        with file.open("rb") as content:
            started = client.request("POST", f"/imports{query}", content, headers)
        told = _follow(lambda: client.get(f"/imports/{started['id']}"), IMPORT_ENDED, progress)
        if told["status"] in ("failed", "cancelled"):
            raise LauncherError(
                f"The import of {file.name} {told['status']}: {told.get('message') or told.get('error')}"
            )
        progress.result = summary_of_import(told)
    return told


def summary_of_import(told: dict[str, Any]) -> str:
    """What became of every line."""
    counts = [f"{int(told.get(name) or 0):,} {name}" for name in ("recorded", "duplicates", "quarantined", "rejected")]
    reasons = ", ".join(f"{code} {count:,}" for code, count in sorted((told.get("reasons") or {}).items()))
    return f"{int(told.get('total') or 0):,} lines: {', '.join(counts)}{f' ({reasons})' if reasons else ''}"


def train(client: Client, as_of: str | None) -> dict[str, Any]:
    """Starts a training and follows it until it is published."""
    with step("Training the forecasts") as progress:
        started = client.post("/forecast/train", {"as_of": as_of} if as_of else {})
        ended = {"succeeded", "published", "failed", "cancelled"}
        told = _follow(lambda: client.get(f"/forecast/runs/{started['run_id']}"), ended, progress)
        if told["status"] in ("failed", "cancelled"):
            raise LauncherError(f"The training {told['status']}: {told.get('error') or 'see the trainer log'}")
        progress.result = f"{int(told.get('series') or 0):,} series, as of {told.get('as_of')}"
    return told


def wait_for_lag_zero(client: Client, seconds: float = 600) -> None:
    """Waits until every consumer has read everything and nothing is left to publish."""
    deadline = time.monotonic() + seconds
    quiet = 0
    with step("Waiting until every event is read") as progress:
        while quiet < 2:  # twice in a row: an event may be between two consumers
            lag = total_lag(client.get("/status"))
            progress.note = f"{lag:,} to go"
            quiet = quiet + 1 if lag == 0 else 0
            if time.monotonic() > deadline:
                raise LauncherError(f"{lag:,} events are still unread after {seconds:.0f} s: see `almanac status`.")
            time.sleep(PAUSE)


def total_lag(status: dict[str, Any]) -> int:
    """All that waits anywhere: unread records, unpublished outbox rows."""
    return sum(lags(status).values())


def lags(status: dict[str, Any]) -> dict[str, int]:
    """Consumer → records not yet handled, out of the gateway's status document."""
    lag = status.get("lag") or {}
    flat: dict[str, int] = {}
    for name, value in lag.items():
        if isinstance(value, dict):
            flat |= {
                f"{name}/{inner}": int(number) for inner, number in value.items() if isinstance(number, int | float)
            }
        elif isinstance(value, int | float):
            flat[name] = int(value)
    return flat


def _follow(ask: Callable[[], dict[str, Any]], ended: set[str], progress: Step) -> dict[str, Any]:
    while True:
        told = ask()
        progress.note = _line(told)
        if told["status"] in ended:
            return told
        time.sleep(PAUSE)


def _line(told: dict[str, Any]) -> str:
    parts = [str(told.get("stage") or told["status"])]
    if told.get("total"):
        parts.append(f"{int(told.get('done') or 0):,} of {int(told['total']):,}")
    if told.get("rate"):
        parts.append(f"{float(told['rate']):,.0f} a second")
    if told.get("seconds_left") is not None:
        parts.append(f"{float(told['seconds_left']):.0f} s left")
    return ", ".join(parts)
