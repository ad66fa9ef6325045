"""What the supervisor runs: one process with all it needs to be started again at any time."""

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


def answers_ok(url: str, seconds: float = 2.0) -> bool:
    """Whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError, ValueError):
        return False
