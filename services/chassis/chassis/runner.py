"""`python -m SERVICE api|worker|migrate`: one entry point for every service."""

import sys
import time
from collections.abc import Callable, Mapping

from chassis import logs
from chassis.database import is_transient

Process = Callable[[], int | None]


def run(service: str, roles: Mapping[str, Process], arguments: list[str] | None = None) -> int:
    """Start the role that the command line names; the process's exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or given[0] not in roles:
        print(f"usage: python -m {service} {'|'.join(roles)}", file=sys.stderr)
        return 2
    logs.configure(service, given[0], "INFO")
    return roles[given[0]]() or 0


def wait_for(what: str, attempt: Callable[[], object], seconds: float = 60) -> None:
    """Call until it does not raise: at a start, a database or broker may be a moment late."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except Exception as error:
            if time.monotonic() > deadline or not is_transient(error):
                raise RuntimeError(f"{what} is not available: {error}") from error
            time.sleep(0.5)
