"""A replay on a real log: equal to the live history when that is right, and the cure when it is not."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from chassis import jobs
from chassis.database import Database, rows
from chassis.jobs import Claim
from chassis.kafka import KafkaTopics
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient
from contracts.events import SaleRecorded
from forecaster.application.replay import replay as replay_job
from forecaster.application.replay.replay import Replay
from forecaster.application.replay.requests import REPLAY, cancel_replay, request_replay
from forecaster.domain.scope import Scope, scope_of
from forecaster.settings import Settings
from forecaster.storage import replays

from services.forecaster.tests.helpers import do, sale, weekly_sales
from services.forecaster.tests.ledger_log import LedgerLog, filled, log, settings
from services.forecaster.tests.test_projection import kept_sums, sums_of_rows
from services.forecaster.tests.test_training import published

__all__ = ["filled", "log", "settings"]  # pytest's fixtures: used by name


def history(database: Database) -> list[dict[str, Any]]:
    with database.transaction() as connection:
        return rows(connection, "SELECT sku, location, week, units, revenue, entries FROM demand_week ORDER BY 1, 2, 3")


def ask(database: Database, scope: Scope = Scope(), retrain: bool = False, trust_log: bool = False) -> UUID:
    return UUID(str(request_replay(database, scope, retrain, "olga", trust_log=trust_log)["id"]))


def work(database: Database, function: Callable[[Claim], None], kind: str = REPLAY) -> None:
    claim = jobs.claim(database, [kind], lost_after=-1)
    assert claim is not None
    do(claim, function)


def replayed(database: Database, settings: Settings, log: LedgerLog, scope: Scope = Scope(), **more: Any) -> Any:
    replay_id = ask(database, scope, **more)
    work(database, Replay(settings, log.topic))
    with database.transaction() as connection:
        return replays.get(connection, replay_id)


def break_history(database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE demand_week SET units = units + 100 WHERE sku = 'A'")
        connection.exec_driver_sql("DELETE FROM demand_week WHERE sku = 'B' AND week = '2026-01-12'")
        connection.exec_driver_sql(
            "INSERT INTO demand_week (sku, location, week, units, revenue, entries)"
            " VALUES ('X', 'main', '2026-01-05', 9, 9, 1)"
        )


@pytest.mark.usefixtures("filled")
def test_a_rebuild_of_a_right_history_is_row_for_row_equal_and_changes_nothing(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    with database.transaction() as connection:
        before = rows(connection, "SELECT * FROM demand_week ORDER BY 1, 2, 3")
    found = replayed(database, settings, log)
    assert found["status"] == "succeeded", found["message"]
    result = found["result"]
    assert result["equal"]
    assert result["live"] == result["shadow"]
    assert (result["records"], result["duplicates"], result["changed"]) == (18, 9, 0)
    with database.transaction() as connection:
        assert rows(connection, "SELECT * FROM demand_week ORDER BY 1, 2, 3") == before
        assert rows(connection, "SELECT * FROM replay_week") == []
    assert not list((settings.files_dir / "replays").glob("*"))


@pytest.mark.usefixtures("filled")
def test_a_log_that_lacks_what_was_counted_is_no_log_to_rebuild_the_history_from(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    before = history(database)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE projection_offset SET next_offset = next_offset + 5")
    found = replayed(database, settings, log)
    assert (found["status"], history(database)) == ("failed", before)
    assert "IncompleteLog" in found["message"]
    assert "records of it were counted" in found["message"]
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE projection_offset SET next_offset = next_offset - 5")
        emptied = rows(connection, "SELECT partition, next_offset FROM projection_offset ORDER BY next_offset DESC")[0]
    gone = [TopicPartition(log.topic, emptied["partition"], emptied["next_offset"])]
    admin = AdminClient({"bootstrap.servers": log.bootstrap})
    for done in admin.delete_records(gone).values():
        done.result(timeout=60)
    found = replayed(database, settings, log)
    assert (found["status"], history(database)) == ("failed", before)
    assert "what lay before is gone" in found["message"]


@pytest.mark.usefixtures("filled")
def test_records_that_go_while_the_log_is_read_leave_the_history_as_it_was(
    database: Database, settings: Settings, log: LedgerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_history(database)
    before, original = history(database), replay_job._Replaying._swap

    def late(self: Any, seconds: float) -> None:
        bounds = KafkaTopics(log.bootstrap).bounds(log.topic)
        KafkaTopics(log.bootstrap).remove_before({place: end for place, (_, end) in bounds.items()})
        original(self, seconds)

    monkeypatch.setattr(replay_job._Replaying, "_swap", late)
    found = replayed(database, settings, log)
    assert (found["status"], history(database)) == ("failed", before)
    assert "what lay before is gone" in found["message"]


@pytest.mark.usefixtures("filled")
def test_a_rebuild_repairs_what_is_wrong(database: Database, settings: Settings, log: LedgerLog) -> None:
    right = history(database)
    break_history(database)
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM sale_seen")
    result = replayed(database, settings, log)["result"]
    assert history(database) == right
    assert (result["equal"], result["added"], result["removed"]) == (False, 1, 1)
    assert result["changed"] == 4
    assert result["inbox_repaired"] == 9
    assert kept_sums(database) == sums_of_rows(database)
    log.applied.clear()
    log.project()  # everything is delivered again
    assert history(database) == right


@pytest.mark.usefixtures("filled")
def test_only_the_scope_is_touched(database: Database, settings: Settings, log: LedgerLog) -> None:
    right = {(row["sku"], row["week"]): row["units"] for row in history(database)}
    break_history(database)
    scope = scope_of(0, date(2026, 1, 14), date(2026, 1, 20), None, ["A"])
    assert replayed(database, settings, log, scope)["result"]["changed"] == 2
    after = {(row["sku"], row["week"]): row["units"] for row in history(database)}
    for week, repaired in ((5, False), (12, True), (19, True), (26, False)):
        place = ("A", date(2026, 1, week))
        assert after[place] == right[place] + (0 if repaired else 100)
    assert ("X", date(2026, 1, 5)) in after
    assert ("B", date(2026, 1, 12)) not in after


@pytest.mark.usefixtures("filled")
def test_what_was_recorded_since_names_the_weeks_and_forgets_no_earlier_sale(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    time.sleep(0.05)
    since = datetime.now(UTC)
    time.sleep(0.05)
    log.add(sale("A", "2026-01-06", "1"))
    right = {(row["sku"], row["week"]): row["units"] for row in history(database)}
    break_history(database)
    replayed(database, settings, log, Scope(recorded_from=since))
    after = {(row["sku"], row["week"]): row["units"] for row in history(database)}
    assert after["A", date(2026, 1, 5)] == right["A", date(2026, 1, 5)]
    assert after["A", date(2026, 1, 12)] == right["A", date(2026, 1, 12)] + 100


@pytest.mark.usefixtures("filled")
def test_what_arrives_meanwhile_is_caught_up_and_repetitions_of_it_too(
    database: Database, settings: Settings, log: LedgerLog, filled: list[SaleRecorded],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    original = replay_job._Replaying._swap

    def late(self: Any, seconds: float) -> None:
        log.add(sale("A", "2026-01-06", "7"), filled[0], filled[5], twice=True)
        original(self, seconds)

    monkeypatch.setattr(replay_job._Replaying, "_swap", late)
    result = replayed(database, settings, log)["result"]
    assert result["equal"]
    assert result["records"] == 24


@pytest.mark.usefixtures("filled")
def test_a_killed_replay_goes_on_where_it_was(
    database: Database, settings: Settings, log: LedgerLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kill strikes after the tail was read and before its transaction commits: the worst moment."""

    class Killed(BaseException):
        pass

    reads: list[int] = []
    original = replay_job.read_all

    def counting(bootstrap: str, spans: Any, *rest: Any, **more: Any) -> Any:
        reads.append(len(spans))
        return original(bootstrap, spans, *rest, **more)

    def dies(*_: Any) -> None:
        raise Killed

    monkeypatch.setattr(replay_job, "read_all", counting)
    right_swap = replays.swap
    swap = replay_job._Replaying._swap

    def tail_first(self: Any, seconds: float) -> None:
        log.add(*weekly_sales("A", "2026-01-05", [1, 1, 1]))
        swap(self, seconds)

    replay_id = ask(database)
    monkeypatch.setattr(replay_job._Replaying, "_swap", tail_first)
    monkeypatch.setattr(replays, "swap", dies)
    with pytest.raises(Killed):
        work(database, Replay(settings, log.topic))
    monkeypatch.setattr(replays, "swap", right_swap)
    monkeypatch.setattr(replay_job._Replaying, "_swap", swap)
    work(database, Replay(settings, log.topic))
    with database.transaction() as connection:
        found = replays.get(connection, replay_id)
    assert found is not None
    assert found["result"]["equal"], found["result"]
    assert reads[1] == 0


@pytest.mark.usefixtures("filled")
def test_reads_never_fail_and_the_projection_goes_on_while_histories_are_swapped(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    stop, seen, faults = threading.Event(), [0], []

    def reading() -> None:
        while not stop.is_set():
            try:
                seen[0] += len(history(database)) > 0
            except Exception as error:
                faults.append(error)

    thread = threading.Thread(target=reading)
    thread.start()
    try:
        for _ in range(2):
            break_history(database)
            replayed(database, settings, log)
            log.add(sale("A", "2026-01-06", "1"))
    finally:
        stop.set()
        thread.join()
    assert faults == []
    assert seen[0] > 0
    assert replayed(database, settings, log)["result"]["equal"]


@pytest.mark.usefixtures("filled")
def test_a_cancelled_replay_leaves_the_history_as_it_was(
    database: Database, settings: Settings, log: LedgerLog
) -> None:
    break_history(database)
    broken = history(database)
    replay_id = ask(database)

    def cancelled_at_once(claim: Claim) -> None:
        with database.transaction() as connection:
            jobs.cancel(connection, replay_id)
        Replay(settings, log.topic)(claim)

    work(database, cancelled_at_once)
    with database.transaction() as connection:
        assert replays.get(connection, replay_id)["status"] == "cancelled"  # type: ignore[index]
        assert rows(connection, "SELECT * FROM replay_week") == []
    assert history(database) == broken


def test_who_asked_for_a_replay_and_who_stopped_it_is_in_the_audit_trail(database: Database) -> None:
    replay_id = ask(database)
    cancel_replay(database, replay_id, "anna")
    told = [(entry["actor"], entry["action"], entry["subject"]) for entry in published(database, "audit-recorded")]
    assert told == [("olga", "replay-requested", str(replay_id)), ("anna", "replay-cancelled", str(replay_id))]


@pytest.mark.usefixtures("filled")
def test_a_replay_can_ask_for_a_training(database: Database, settings: Settings, log: LedgerLog) -> None:
    run_id = replayed(database, settings, log, retrain=True)["result"]["run_id"]
    with database.transaction() as connection:
        assert rows(connection, "SELECT cause FROM run WHERE id = :id", id=run_id) == [{"cause": "replay"}]


def test_progress_tells_the_rate_and_the_time_left(database: Database) -> None:
    replay_id = ask(database)
    claim = jobs.claim(database, [REPLAY])
    assert claim is not None
    claim.progress("reading the log", 50, 100, seconds_left=2)
    with database.transaction() as connection:
        found = replays.get(connection, replay_id)
    assert found is not None
    assert (found["rate"], found["seconds_left"]) == (25, 2)
