"""Who runs next, and what breaks: one random generator decides, the clock is a number, processes are greenlets.

A crash unwinds the process like `kill -9` would end it: nothing it still does reaches the log or the database. A
pause is a SIGSTOP: the group and the database give the process up meanwhile, and it wakes up believing it goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from chassis.event_log import LogUnavailable, TopicPartition
from chassis.memory_event_log import Faults, MemoryConsumer, MemoryLog
from greenlet import getcurrent, greenlet  # type: ignore[import-untyped]

SESSION_SECONDS = 6.0
EPOCH = 1_767_600_000.0


class Crash(BaseException):
    """The process is dead. No `except Exception` can hold it up."""


class Violation(AssertionError):
    """An invariant does not hold."""


@dataclass(frozen=True)
class Chaos:
    """How likely each fault is, at every step."""

    crash: float = 0.004
    pause: float = 0.003
    switch: float = 0.35
    database: float = 0.003
    log: float = 0.004


@dataclass(eq=False)
class SimulatedProcess:
    """A process of the simulated system; started again a while after it died."""

    name: str
    main: Callable[["SimulatedProcess"], None]
    mortal: bool = True
    dead: bool = False
    wake_at: float = 0.0
    running: Any = None
    members: list[MemoryConsumer] = field(default_factory=list)
    done: bool = False


class World:
    """Clock, processes and faults of one seed."""

    def __init__(self, seed: int, topics: dict[str, int], chaos: Chaos = Chaos()) -> None:
        self.random = Random(seed)
        self.calm = False
        self.now = 0.0
        self.steps = self.crashes = self.pauses = 0
        self.fingerprint = 0
        self.processes: list[SimulatedProcess] = []
        self.chaos = chaos
        self.log = MemoryLog(topics, LogFaults(self), lambda: EPOCH + self.now)
        self._hub: Any = None

    def start(self, name: str, main: Callable[[SimulatedProcess], None], mortal: bool = True) -> None:
        """Add a process."""
        self.processes.append(SimulatedProcess(name, main, mortal))

    @property
    def current(self) -> SimulatedProcess | None:
        """The process that runs now."""
        return getattr(getcurrent(), "process", None)

    def chance(self, probability: float) -> bool:
        """Whether a fault happens now; never once calm."""
        return not self.calm and self.random.random() < probability

    def step(self, place: str) -> None:
        """A step of the running process: here it may crash, be paused, or others may run first."""
        process = self.current
        if process is None:
            return
        if process.dead:
            raise Crash
        self.steps += 1
        self.fingerprint = (self.fingerprint * 31 + len(place) + 7 * len(process.name)) & 0xFFFFFFFF
        if process.mortal and self.chance(self.chaos.crash):
            self.crashes += 1
            process.dead = True
            raise Crash
        if process.mortal and self.chance(self.chaos.pause):
            self.pauses += 1
            self.sleep(self.random.choice((2.0, 8.0, 15.0, 40.0)))
        elif self.random.random() < self.chaos.switch:
            self.sleep(0.0005)

    def sleep(self, seconds: float) -> None:
        """Let the others run, and time pass."""
        process = self.current
        if process is None:
            self.now += seconds
            return
        process.wake_at = self.now + seconds
        self._hub.switch()
        if process.dead:
            raise Crash

    def run(self, until: Callable[[], bool], seconds: float) -> bool:
        """Run processes until the condition holds; False when it did not within so many simulated seconds."""
        self._hub, deadline = getcurrent(), self.now + seconds
        while not until():
            if self.now > deadline:
                return False
            self._turn()
        return True

    def stop(self) -> None:
        """End all processes."""
        for process in self.processes:
            process.dead = True
            if process.running is not None:
                process.running.switch()

    def _turn(self) -> None:
        ready = [process for process in self.processes if process.wake_at <= self.now and not process.done]
        if not ready:
            self.now = min(process.wake_at for process in self.processes if not process.done)
            return
        process = ready[self.random.randrange(len(ready))]
        if process.running is None:
            process.dead = False
            process.running = greenlet(self._live)
            process.running.process = process
        process.running.switch(process)
        self.now += 0.0002
        for other in self.processes:
            if other.members and other.wake_at - self.now > 0 and other.wake_at > self.now + SESSION_SECONDS:
                self._expire(other)

    def _live(self, process: SimulatedProcess) -> None:
        try:
            process.main(process)
            process.done = True
        except Crash:
            self._expire(process)
            process.wake_at = self.now + self.random.choice((0.1, 1.0, 5.0))
        finally:
            process.running = None

    def _expire(self, process: SimulatedProcess) -> None:
        for member in process.members:
            member.expire()
        process.members.clear()


class LogFaults(Faults):
    """The log's faults, as the world decides them."""

    def __init__(self, world: World) -> None:
        self._world = world

    def at(self, place: str) -> None:
        self._world.step(place)
        if place in ("send", "commit") and self._world.chance(self._world.chaos.log):
            raise LogUnavailable(place)

    def cut(self, records: int) -> tuple[int, int]:
        if not self._world.chance(self._world.chaos.log * 8):
            return records, records
        written = self._world.random.randrange(records + 1)
        return written, self._world.random.randrange(written + 1)

    def arrived(self, records: int) -> int:
        return self._world.random.randrange(records + 1) if self._world.chance(0.2) else records

    def shuffle(self, places: list[TopicPartition]) -> None:
        self._world.random.shuffle(places)

    def wait(self, seconds: float) -> None:
        self._world.sleep(seconds)


class WorldClock:
    """`chassis.ports.Clock` on the world's time."""

    def __init__(self, world: World) -> None:
        self._world = world

    def monotonic(self) -> float:
        return self._world.now

    def time(self) -> float:
        return EPOCH + self._world.now

    def sleep(self, seconds: float) -> None:
        self._world.sleep(seconds)


class Never:
    """A stop flag that is never set: simulated processes end by dying."""

    def __init__(self, world: World) -> None:
        self._world = world

    def is_set(self) -> bool:
        return False

    def wait(self, timeout: float | None = None) -> bool:
        self._world.sleep(timeout or 0.0)
        return False
