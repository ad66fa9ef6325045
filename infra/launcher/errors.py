"""The launcher's own failures: each is one clear line that says what to do."""

import errno
import sys
from collections.abc import Callable


class LauncherError(Exception):
    """Something the user can mend; shown without a traceback, exit code 1."""


def explain(fault: OSError) -> str | None:
    """The line for a fault of the machine, or None where there is nothing better than the fault itself."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk is full ({fault.filename or fault}): free some space, or put the data elsewhere with --data DIR."
        )
    if fault.errno == errno.EACCES:
        return f"No permission for {fault.filename}: choose another folder with --data DIR, or mend its owner."
    return None


def run_program(main: Callable[[list[str]], int]) -> int:
    """A program of the project from its command line: its exit code; 1 with one line on a failure, 130 on Ctrl-C."""
    try:
        return main(sys.argv[1:])
    except LauncherError as fault:
        print(f"almanac: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
