"""Follows long work in the running system with a line every few seconds: an import, the lag, a job.

Ctrl-C leaves no work behind that nobody knows of: it offers to cancel, or says how the work is cancelled later.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from contracts.events import TrainingCompleted

from infra.launcher import lag
from infra.launcher.client import ApiError, Client, NoAnswer
from infra.launcher.console import Step, say, step
from infra.launcher.errors import LauncherError

SUCCEEDED, KEPT_BACK = "succeeded", "not-promoted"
# A run's last states are the outcomes that the contracts know; those of other jobs and of imports are among them.
ENDED = frozenset[str](get_args(TrainingCompleted.model_fields["outcome"].annotation))
PAUSE = 0.5
PATIENCE = 60.0  # seconds that who was asked may take to start again; the work itself outlives that


def train(client: Client, as_of: str | None, *, ask: bool = False) -> dict[str, Any]:
    """Starts a training and follows it until it is published or kept back; `ask` as in `job`."""
    started = client.post("/forecast/train", {"as_of": as_of} if as_of else {})
    return training(client, started["run_id"], ask=ask)


def train_with_all(client: Client) -> dict[str, Any]:
    """Trains on what has just been brought in. A weekly run that began beside it, with half of it, is cancelled first:
    it would hold the trainer and be overtaken at once."""
    for run in client.get("/forecast/runs", limit=100)["items"]:
        if run["status"] not in ENDED and run["requested_by"] == "schedule":
            try:
                client.post(f"/forecast/runs/{run['id']}/cancel")
            except ApiError as fault:
                if fault.status != 409:  # it has just ended by itself
                    raise
    return train(client, None)


def training(client: Client, run_id: str, *, ask: bool = False) -> dict[str, Any]:
    """Follows a training until it is published or kept back; `ask` as in `job`."""
    return job(
        client, f"/forecast/runs/{run_id}", "Training the forecasts",
        lambda told: f"{int(told.get('series') or 0):,} series, as of {told.get('as_of')}", ask=ask,
    )  # fmt: skip


def job(
    client: Client, path: str, title: str, summary: Callable[[dict[str, Any]], str], *, ask: bool = True
) -> dict[str, Any]:  # fmt: skip
    """Follows a job to its end; its final state, unless it failed. `path` with `/cancel` must stop it.

    With `ask`, Ctrl-C asks whether to cancel where somebody can answer; else the job goes on, and how to stop it is
    told. Without, the caller knows what Ctrl-C means: `up` stops the whole system.
    """
    try:
        return _job(client, path, title, summary)
    except KeyboardInterrupt:
        if not ask:
            raise
        if not _shall_be_cancelled(title):
            say(f"\n  It goes on. GET /api{path} tells how far it is, POST /api{path}/cancel stops it.")
            raise
    try:
        client.post(f"{path}/cancel")
    except ApiError as fault:
        if fault.status != 409:  # it has just ended by itself
            raise
    return _job(client, path, title, summary)


def _job(client: Client, path: str, title: str, summary: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    with step(title) as progress:
        told = follow(lambda: client.get(path), progress)
        why = told.get("error") or told.get("message") or told["status"]
        if told["status"] == KEPT_BACK:
            progress.result = f"kept back, the live forecasts stay: {why}"
            return told
        if told["status"] != SUCCEEDED:
            progress.result = str(told["status"])
            raise LauncherError(f"{title}: {why}")
        progress.result = summary(told)
    return told


def _shall_be_cancelled(title: str) -> bool:
    if not sys.stdin.isatty():
        return False
    try:
        return input(f"\n  {title}: cancel it? It goes on otherwise. [y/N] ").strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):
        return False


_SHOWN = (
    "id", "status", "stage", "as_of", "series", "requested_by", "requested_at", "finished_at", "published_at", "error",
)  # fmt: skip


def last_training(client: Client) -> dict[str, Any] | None:
    """The newest training run, in short."""
    runs = client.get("/forecast/runs", limit=1)["items"]
    return _short(runs[0]) if runs else None


def weekly_training(client: Client) -> dict[str, Any]:
    """The weekly training: whether there is any, its last run in short, and when the next is due or tried again."""
    told: dict[str, Any] = client.get("/forecast/schedule")
    return told | {"last": _short(told["last"]) if told["last"] else None}


def _short(run: dict[str, Any]) -> dict[str, Any]:
    return {name: run.get(name) for name in _SHOWN}


def wait_for_lag_zero(data: Path, seconds: float = 900) -> None:
    """Waits until every event is applied and nothing is left to publish, seen so twice in a row."""
    deadline = time.monotonic() + seconds
    quiet = 0
    with step("Waiting until every event is read") as progress:
        while quiet < 2:  # twice: what one consumer applied may make another an event a moment later
            try:
                waiting = lag.measure(data)
                behind = sum(waiting.values())
                progress.note = f"{behind:,} to go"
                quiet = quiet + 1 if behind == 0 else 0
            except LauncherError as fault:  # a worker that restarts
                quiet, progress.note = 0, str(fault)
            if time.monotonic() > deadline:
                raise LauncherError(
                    f"Not every event is read after {seconds:.0f} s ({progress.note}): see `almanac status`."
                )
            time.sleep(PAUSE)


def follow(ask: Callable[[], dict[str, Any]], progress: Step) -> dict[str, Any]:
    """Asks again and again until it has ended; its final state. A service that starts again is waited for."""
    answered = time.monotonic()
    while True:
        began = time.monotonic()
        try:
            told = ask()
        except (ApiError, NoAnswer) as fault:
            away = isinstance(fault, NoAnswer) or fault.status in (502, 503, 504)
            if not away or time.monotonic() - answered > PATIENCE:
                raise
            progress.note = "no answer now; asking again"
            time.sleep(PAUSE)
            continue
        answered = time.monotonic()
        progress.note = _line(told)
        if told["status"] in ENDED:
            return told
        time.sleep(max(PAUSE, 10 * (answered - began)))  # looking must not slow down what is looked at


def _line(told: dict[str, Any]) -> str:
    parts = [str(told.get("stage") or told["status"])]
    if told.get("total") == 100:
        parts.append(f"{int(told.get('done') or 0)} %")
    elif told.get("total"):
        parts.append(f"{int(told.get('done') or 0):,} of {int(told['total']):,}")
    if told.get("rate"):
        parts.append(f"{float(told['rate']):,.0f} a second")
    if told.get("seconds_left") is not None:
        parts.append(f"{float(told['seconds_left']):.0f} s left")
    return ", ".join(parts)
