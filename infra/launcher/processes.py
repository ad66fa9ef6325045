"""Operating-system processes by pid and start time, so that a reused pid is never taken for ours."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.launcher.errors import LauncherError


@dataclass(frozen=True)
class Identity:
    """One process for good: a pid alone may be given to another program after its end."""

    pid: int
    started: str

    @classmethod
    def of(cls, pid: int) -> "Identity":
        """The identity of a process that runs now (of one that has ended: an identity that is never alive)."""
        return cls(pid, _start_mark(pid) or "ended")

    @property
    def alive(self) -> bool:
        """Whether exactly this process still runs (one that only waits to be reaped does not)."""
        return _start_mark(self.pid) == self.started


def _start_mark(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        if Path("/proc/self/stat").exists():
            return None
        told = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True)
        state, _, started = told.stdout.strip().partition(" ")
        return None if not started or state.startswith("Z") else started.strip()
    fields = text.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else fields[19]


def send(identity: Identity, number: signal.Signals, *, group: bool = False) -> None:
    """Signals the process (or its whole group), if it is still the one that was meant."""
    if not identity.alive:
        return
    try:
        if group:
            os.killpg(identity.pid, number)
        else:
            os.kill(identity.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def end(identities: Iterable[Identity], patience: float, polite: signal.Signals = signal.SIGTERM) -> None:
    """Asks every process to end, waits, then kills the groups of those that did not."""
    targets = [identity for identity in identities if identity.alive]
    for identity in targets:
        send(identity, signal.SIGCONT)
        send(identity, polite)
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and any(identity.alive for identity in targets):
        time.sleep(0.05)
    for identity in targets:
        send(identity, signal.SIGKILL, group=True)


def free_port(taken: Iterable[int] = ()) -> int:
    """A TCP port on loopback that nothing listens on now and that is not among `taken`."""
    avoid = set(taken)
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in avoid:
            return port


def port_is_free(port: int) -> bool:
    """Whether a server could listen on the loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def wait_until(ready: Callable[[], bool], seconds: float, what: str) -> None:
    """Waits for a condition; a clear line when it does not come true in time."""
    deadline = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > deadline:
            raise LauncherError(f"{what} did not happen within {seconds:.0f} s.")
        time.sleep(0.1)
