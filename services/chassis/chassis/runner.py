"""`python -m SERVICE api|worker|migrate`: one entry point for every service."""

import sys
import time
from collections.abc import Callable, Mapping

from pydantic import ValidationError

from chassis import logs
from chassis.database import is_transient
from chassis.settings import CommonSettings

Process = Callable[[], int | None]


class NotStarted(Exception):
    """Why a process does not start, in one line that says what an operator can do."""


def run(service: str, roles: Mapping[str, Process], arguments: list[str] | None = None) -> int:
    """Start the role that the command line names; the process's exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    if len(given) != 1 or given[0] not in roles:
        print(f"usage: python -m {service} {'|'.join(roles)}", file=sys.stderr)
        return 2
    try:
        logs.configure(service, given[0], CommonSettings().log_level)
        return roles[given[0]]() or 0
    except ValidationError as fault:
        told = "; ".join(f"ALMANAC_{'_'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in fault.errors())
        print(f"{service} {given[0]}: {told}", file=sys.stderr)
    except NotStarted as fault:
        print(f"{service} {given[0]}: {fault}", file=sys.stderr)
    except Exception as fault:
        logs.logger(__name__).error("process_died", exc_info=fault)
    return 1


def wait_for(what: str, attempt: Callable[[], object], seconds: float = 60) -> None:
    """Call until it does not raise: at a start, a database or broker may be a moment late."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            attempt()
            return
        except Exception as error:
            if time.monotonic() > deadline or not is_transient(error):
                raise NotStarted(f"{what} is not available: {' '.join(str(error).split())[:300]}") from error
            time.sleep(0.5)
