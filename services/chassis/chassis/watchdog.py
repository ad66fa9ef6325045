"""A process whose threads do not get to run is ended, and leaves word of it.

Code that holds the interpreter (a library's, mostly) stops every thread of ours, heartbeats of jobs and whoever would
notice among them. So the one who notices is faulthandler's, which needs no interpreter: it writes the stacks to a file
and ends the process. Whoever starts next tells the jobs on which the process was at work: `jobs` gives up those that
stood still twice at the same place.
"""

import faulthandler
import os
import socket
import time
from pathlib import Path

from sqlalchemy import text

from chassis.database import Connection, Database, is_transient
from chassis.logs import logger

log = logger(__name__)

SECONDS = 60.0  # four times what a job's heartbeat may be late
ME = f"{socket.gethostname()}-{os.getpid()}-{time.time_ns()}"
_PREFIX = "stood-still-"


class Watchdog:
    """Ends this process when `tick` was not called for a minute."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / f"{_PREFIX}{ME}"
        self._word = self._path.open("w")

    def tick(self) -> None:
        """This process is alive."""
        faulthandler.dump_traceback_later(SECONDS, exit=True, file=self._word)

    def end(self) -> None:
        """It ends by itself."""
        faulthandler.cancel_dump_traceback_later()
        self._word.close()
        self._path.unlink(missing_ok=True)


def tell(database: Database, folder: Path) -> None:
    """Tell the jobs of processes that stood still; where that cannot be written now, whoever starts next does."""
    for path in sorted(folder.glob(f"{_PREFIX}*")):
        name, stacks = path.name.removeprefix(_PREFIX), path.read_text(errors="replace")
        if stacks:
            log.error("process_stood_still", process=name, stacks=stacks[:20_000])
            try:
                with database.transaction() as connection:
                    _note(connection, name)
            except Exception as error:
                if not is_transient(error):
                    raise
                return
        elif not _ended(name):
            continue
        path.unlink(missing_ok=True)


def _note(connection: Connection, name: str) -> None:
    place = "COALESCE(stage, 'its beginning') || ' ' || done"
    connection.execute(
        text(
            f"UPDATE job SET freezes = CASE WHEN froze_at = {place} THEN freezes + 1 ELSE 1 END, froze_at = {place}"
            " WHERE :name = ANY(workers) AND status IN ('waiting', 'running')"
        ),
        {"name": name},
    )


def _ended(name: str) -> bool:
    """Whether the process that a file without a word is of was one of this machine, and is no more."""
    host, pid, _ = name.rsplit("-", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    return int(pid) == os.getpid() and name != ME
