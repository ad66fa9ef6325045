"""A process that stands still is ended and leaves word; a job is resumed once, and given up at the second freeze."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from chassis import jobs, watchdog
from chassis.database import Database, rows
from chassis.jobs import Claim
from sqlalchemy import text

# Claims the job, says where it is, and holds the interpreter as a library of C may: no thread of it runs any more.
FREEZES = """
import ctypes, sys
from pathlib import Path
from chassis import jobs, watchdog
from chassis.database import Database

database, folder, done = Database(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
watchdog.SECONDS = 0.5
watch = watchdog.Watchdog(folder)
claim = jobs.claim(database, ["read"], lost_after=-1)
claim.progress("reading the file", done, 100)
watch.tick()
ctypes.PyDLL(None).sleep(60)
"""


def freeze(url: str, folder: Path, done: int) -> None:
    """A worker that stands still there, and the next one that starts."""
    ended = subprocess.run([sys.executable, "-c", FREEZES, url, str(folder), str(done)], timeout=30, check=False)
    assert ended.returncode == 1
    database = Database(url)
    watchdog.tell(database, folder)
    database.close()


@pytest.fixture
def submitted(database: Database) -> None:
    with database.transaction() as connection:
        jobs.submit(connection, "read", {}, "tester")


def attempt(database: Database) -> dict[str, object]:
    """What becomes of the job when a worker that works takes it up; ended in any case."""
    with database.transaction() as connection:
        connection.execute(text("UPDATE job SET heartbeat_at = now() - interval '1 hour' WHERE status = 'running'"))
    stop = threading.Event()

    def work(job: Claim) -> None:
        with database.transaction() as connection:
            job.finish(connection, "succeeded")

    threading.Timer(1.5, stop.set).start()
    jobs.work(database, {"read": work}, stop)
    with database.transaction() as connection:
        return rows(connection, "SELECT status, message FROM job")[0]


@pytest.mark.usefixtures("submitted")
def test_a_job_is_taken_up_again_after_one_freeze_and_given_up_after_the_second_at_the_same_place(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    freeze(database_url, tmp_path, 7)
    assert list(tmp_path.iterdir()) == [], "the word is taken"
    freeze(database_url, tmp_path, 7)
    found = attempt(database)
    assert found["status"] == "failed"
    assert "2 times in a row the process stood still at reading the file 7" in str(found["message"])


@pytest.mark.usefixtures("submitted")
def test_a_job_that_got_further_before_it_froze_again_goes_on(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    freeze(database_url, tmp_path, 7)
    freeze(database_url, tmp_path, 8)
    assert attempt(database)["status"] == "succeeded"


@pytest.mark.usefixtures("submitted")
def test_the_word_of_one_that_froze_counts_when_another_has_taken_the_job_meanwhile(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    for _ in range(2):
        subprocess.run([sys.executable, "-c", FREEZES, database_url, str(tmp_path), "7"], timeout=30, check=False)
    watchdog.tell(database, tmp_path)
    assert attempt(database)["status"] == "failed"


def test_processes_that_were_killed_or_live_leave_no_word(database: Database, tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    host = watchdog.ME.rsplit("-", 2)[0]
    (tmp_path / f"stood-still-{host}-{killed.stdout.strip()}-1").touch()
    mine, elsewhere = f"stood-still-{host}-{os.getppid()}-1", "stood-still-another-host-1-1"
    for name in (mine, elsewhere):
        (tmp_path / name).touch()
    watch = watchdog.Watchdog(tmp_path)
    watch.tick()
    watchdog.tell(database, tmp_path)
    watch.end()
    assert {path.name for path in tmp_path.iterdir()} == {mine, elsewhere}


# A whole worker, whose job holds the interpreter once its main thread has said that it lives.
WORKER = """
import ctypes, sys, time
from chassis import jobs, watchdog
from chassis.database import Database
from chassis.settings import ServiceSettings
from chassis.worker import Worker

watchdog.SECONDS = 2.0
settings = ServiceSettings()
database = Database(settings.database_url.get_secret_value())

def work(job):
    job.progress("reading the file", 7, 100)
    time.sleep(1.5)
    ctypes.PyDLL(None).sleep(60)

worker = Worker("sales", "worker", settings, database)
worker.run_thread("jobs", lambda stop: jobs.work(database, {"read": work}, stop))
sys.exit(worker.run())
"""


@pytest.mark.usefixtures("submitted")
def test_a_worker_ends_by_itself_and_the_next_one_tells_the_job(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    given = {"ALMANAC_DATABASE_URL": database_url, "ALMANAC_FILES_DIR": str(tmp_path), "ALMANAC_HEALTH_PORT": "0"}
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", WORKER], env=os.environ | given, timeout=60, check=False)
        assert done.returncode == 1
        with database.transaction() as connection:
            connection.execute(text("UPDATE job SET heartbeat_at = now() - interval '1 hour'"))
    third = subprocess.Popen(
        [sys.executable, "-c", WORKER], env=os.environ | given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    deadline, found = time.monotonic() + 30, dict[str, object]()
    while found.get("status") != "failed" and time.monotonic() < deadline:
        time.sleep(0.2)
        with database.transaction() as connection:
            found = dict(rows(connection, "SELECT status, message FROM job")[0])
    third.terminate()
    said = third.communicate(timeout=30)[0]
    assert "stood still at reading the file 7" in str(found["message"])
    assert "process_stood_still" in said and "most recent call first" in said
    assert third.returncode == 0 and list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("submitted")
def test_a_job_that_is_not_heard_of_fails_and_its_process_ends_with_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "STILL_SECONDS", 0.3)
    stop, codes = threading.Event(), list[int]()
    monkeypatch.setattr(os, "_exit", codes.append)

    def silent(job: Claim) -> None:
        job.progress("reading the file", 7, 100)
        time.sleep(1.5)
        stop.set()

    jobs.work(database, {"read": silent}, stop)
    with database.transaction() as connection:
        (found,) = rows(connection, "SELECT status, message FROM job")
    assert (found["status"], codes) == ("failed", [1])
    assert "nothing was heard of it for 0 minutes at reading the file 7" in found["message"]


@pytest.mark.usefixtures("submitted")
def test_a_job_that_waits_and_says_so_is_let_be(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STILL_SECONDS", 0.3)
    stop = threading.Event()

    def waits(job: Claim) -> None:
        for _ in range(20):
            job.check()
            time.sleep(0.05)
        with database.transaction() as connection:
            job.finish(connection, "succeeded")
        stop.set()

    jobs.work(database, {"read": waits}, stop)
    with database.transaction() as connection:
        assert rows(connection, "SELECT status FROM job") == [{"status": "succeeded"}]
