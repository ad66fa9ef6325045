"""Liveness and readiness: named checks that raise when something is wrong, and what they found."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

LEAST_BYTES = 64 * 1024 * 1024

Check = Callable[[], Any]


class Health:
    """The checks of one process. `details` returns more for people: lag, ages."""

    def __init__(self, service: str, role: str) -> None:
        self.service, self.role = service, role
        self.started = time.time()
        self._checks: dict[str, Check] = {}
        self._details: dict[str, Check] = {}

    def add(self, name: str, check: Check) -> None:
        """A check that must pass for the process to be ready."""
        self._checks[name] = check

    def describe(self, name: str, detail: Check) -> None:
        """Something worth showing that does not decide readiness."""
        self._details[name] = detail

    def report(self) -> tuple[bool, dict[str, Any]]:
        """(ready, document)."""
        checks: dict[str, str] = {}
        for name, check in self._checks.items():
            try:
                check()
                checks[name] = "ok"
            except Exception as error:
                checks[name] = str(error).splitlines()[0][:300] if str(error) else type(error).__name__
        ready = all(value == "ok" for value in checks.values())
        details = {name: detail() for name, detail in self._details.items()}
        document = {"service": self.service, "role": self.role, "ready": ready, "checks": checks, **details,
                    "started_at": self.started}  # fmt: skip
        return ready, document


def room(folder: Path) -> Check:
    """A check that fails when nothing can be written in `folder` any more, or soon."""

    def check() -> None:
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        free = shutil.disk_usage(there).free
        if free < LEAST_BYTES:
            raise RuntimeError(f"the disk is full: {free / 1e6:.0f} MB are left at {there}")

    return check


def recent(last: Callable[[], float], seconds: float, what: str) -> Check:
    """A check that fails when `last()` (monotonic) is older than `seconds`."""

    def check() -> None:
        age = time.monotonic() - last()
        if age > seconds:
            raise RuntimeError(f"{what} has not moved for {age:.0f} s")

    return check
