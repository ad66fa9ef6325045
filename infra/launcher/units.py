"""What the supervisor runs: one process with all it needs to be started again at any time."""

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Unit:
    """A process: how to start it, when it is ready, how to stop it."""

    name: str
    argv: tuple[str, ...]
    env: dict[str, str] = field(repr=False)
    cwd: Path
    ready: Callable[[], bool]
    port: int
    user: str | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace: float = 5.0
    doubts: Callable[[], dict[str, str]] = dict  # failing check → why, for a process that says so itself


def answers_ok(url: str, seconds: float = 2.0) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False


def failing_checks(url: str, seconds: float = 2.0) -> dict[str, str]:
    """What a service's /readyz names as wrong; empty when it is ready or says nothing."""
    try:
        urllib.request.urlopen(url, timeout=seconds).close()
    except urllib.error.HTTPError as refusal:
        try:
            checks = json.loads(refusal.read()).get("checks") or {}
        except (ValueError, AttributeError, OSError):
            return {}
        return {name: str(said) for name, said in checks.items() if said != "ok"}
    except (OSError, ValueError):
        return {}
    return {}
