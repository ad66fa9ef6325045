"""The launcher's own failures: each is one clear line that says what to do."""

import errno


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
