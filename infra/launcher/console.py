"""What the user sees while things happen: a line when a step starts and how long it took.

Long steps repeat themselves every few seconds with what they know, so that nothing is silent for long. Lines, not
cursor tricks: the output reads the same in a terminal, in a log and in CI.
"""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()


def say(line: str) -> None:
    """One line on standard output, at once; never fails because nobody reads it any more."""
    with _lock:
        try:
            print(line, flush=True)
        except (BrokenPipeError, OSError):
            sys.stdout = open("/dev/null", "w")  # noqa: SIM115, PTH123 - the reader is gone, the work goes on


class Step:
    """A running step; `note` is what its repeated line says."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.note = ""
        self.result = ""


@contextmanager
def step(title: str, every: float = 5.0) -> Iterator[Step]:
    """Announces a step, repeats its note every few seconds and prints its time at the end.

    A step that ends within a second and has no result stays silent.
    """
    current = Step(title)
    started = time.monotonic()
    done = threading.Event()

    def repeat() -> None:
        if done.wait(1.0):
            return
        say(f"  {title} …")
        while not done.wait(every):
            say(f"  {title} … {current.note or 'still at it'} ({time.monotonic() - started:.0f} s)")

    ticker = threading.Thread(target=repeat, daemon=True)
    ticker.start()
    try:
        yield current
    finally:
        done.set()
        ticker.join()
    seconds = time.monotonic() - started
    if seconds >= 1.0 or current.result:
        say(f"  {title}: {current.result or 'done'} ({seconds:.1f} s)")
