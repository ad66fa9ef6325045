"""Work that is looked for again and again, as long as a process runs."""

from collections.abc import Callable
from typing import Any, TypeVar

from chassis.database import is_transient
from chassis.ports import Stop

Result = TypeVar("Result")


def repeat(
    stop: Stop, once: Callable[[], Result], rest: Callable[[Result | None], float], log: Any, waits: str,
    *passing: type[Exception],
) -> None:  # fmt: skip
    """Call `once` until told to stop, resting after each as many seconds as `rest` makes of what it returned. What may
    succeed later (a database that is away, and what else is `passing`) is logged as `waits` and rested after as None
    asks for; anything else is raised."""
    while not stop.is_set():
        result = None
        try:
            result = once()
        except Exception as error:
            if not (is_transient(error) or isinstance(error, passing)):
                raise
            log.warning(waits, error=(str(error).splitlines() or [""])[0])
        if seconds := rest(result):
            stop.wait(seconds)
