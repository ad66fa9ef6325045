"""Who is killed when, and how long the system takes to be whole again."""

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from infra.launcher.local import System

SERVICES = (
    "sales-api", "sales-worker", "catalog-api", "catalog-worker", "forecaster-worker", "forecaster-trainer",
    "sales-worker", "forecaster-worker",
)  # fmt: skip
ZOMBIES = ("sales-worker", "forecaster-worker", "catalog-worker")
PATIENCE = 90.0


@dataclass
class Killer:
    """Kills services one after the other, without waiting for the last to be back; Kafka and PostgreSQL alone."""

    system: System
    random: Random
    pause: float
    kills: Counter[str] = field(default_factory=Counter)
    recoveries: list[tuple[str, float]] = field(default_factory=list)
    never: list[str] = field(default_factory=list)
    _watchers: list[threading.Thread] = field(default_factory=list)

    def service(self) -> None:
        """kill -9 of a random process that is ready; waits until one is."""
        while not (names := [name for name in SERVICES if self.system.process(name)["ready"]]):
            time.sleep(0.2)
        self._kill(self.random.choice(names))
        time.sleep(self.pause * (0.5 + self.random.random()))

    def base(self, name: str) -> None:
        """kill -9 of Kafka or PostgreSQL; returns when every process is ready again."""
        self.join()
        began, before = time.monotonic(), self.system.process(name)["restarts"]
        self.system.signal(name, signal.SIGKILL)
        self.kills[name] += 1
        self._await(lambda: self.system.process(name)["restarts"] > before and self.all_ready(), name, began)

    def zombie(self, seconds: float) -> None:
        """SIGSTOP of a worker for longer than its group waits for it, then SIGCONT."""
        name = self.random.choice(ZOMBIES)
        if not self.system.process(name)["ready"]:
            return
        self.system.signal(name, signal.SIGSTOP)
        self.kills["paused"] += 1

        def wake_up() -> None:
            time.sleep(seconds)
            self.system.signal(name, signal.SIGCONT)

        self._watch(wake_up)

    def all_ready(self) -> bool:
        """Whether every process of the system is ready."""
        return all(unit["ready"] for unit in self.system.processes())

    def join(self) -> None:
        """Wait until every kill's recovery is known."""
        for watcher in self._watchers:
            watcher.join()
        self._watchers.clear()

    def _kill(self, name: str) -> None:
        began, before = time.monotonic(), self.system.process(name)["restarts"]
        self.system.signal(name, signal.SIGKILL)
        self.kills[name] += 1

        def back() -> bool:
            unit = self.system.process(name)
            return unit["restarts"] > before and bool(unit["ready"])

        self._watch(lambda: self._await(back, name, began))

    def _watch(self, function: Callable[[], None]) -> None:
        watcher = threading.Thread(target=function, daemon=True)
        watcher.start()
        self._watchers.append(watcher)

    def _await(self, condition: Callable[[], bool], name: str, began: float) -> None:
        while not condition():
            if time.monotonic() - began > PATIENCE:
                self.never.append(name)
                break
            time.sleep(0.1)
        self.recoveries.append((name, time.monotonic() - began))
