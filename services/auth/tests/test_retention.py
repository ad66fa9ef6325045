"""A simulated year of sign-ins leaves as many rows as there are sessions alive; the trail keeps all of it."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from auth.application.trail import append_to_trail
from auth.storage import sessions, users
from auth.storage.retention import SWEEPS
from chassis.database import Database, scalar
from chassis.retention import Retention
from contracts.events import AuditRecorded
from sqlalchemy import text

from services.chassis.tests.simulated_clock import SimulatedClock

DAYS, REFRESH_DAYS, A_DAY = 365, 30, 4


class Unhurried(threading.Event):
    """Never asked to stop, and waits for nothing."""

    def wait(self, timeout: float | None = None) -> bool:
        return False


@pytest.fixture
def database(database: Database) -> Database:
    with database.transaction() as connection:
        connection.execute(text("TRUNCATE session_family CASCADE"))
    return database


def count(database: Database, table: str) -> int:
    with database.transaction() as connection:
        return int(scalar(connection, f"SELECT count(*) FROM {table}"))


def sign_ins(database: Database, day: datetime) -> None:
    """Sessions that began on the day, with a token used and its successor; told to the trail."""
    with database.transaction() as connection:
        user = users.create(connection, f"u{uuid4().hex[:12]}", None, "x", "viewer", "active")
        for _ in range(A_DAY):
            secret = sessions.begin(connection, user.id, REFRESH_DAYS)
            member = sessions.locked(connection, secret)
            assert member is not None
            sessions.note_use(connection, secret, day)
            sessions.issue(connection, member.family, REFRESH_DAYS)
        connection.execute(
            text("UPDATE session_family SET created_at = :day WHERE user_id = :user"), {"day": day, "user": user.id}
        )
        connection.execute(
            text(
                "UPDATE refresh_token SET expires_at = :ends WHERE family_id IN"
                " (SELECT id FROM session_family WHERE user_id = :user)"
            ),
            {"ends": day + timedelta(days=REFRESH_DAYS), "user": user.id},
        )
        deed = AuditRecorded(service="auth", actor="ada", action="year", subject="session", at=day)
        append_to_trail(connection, {uuid4(): deed})


def test_a_years_sessions_are_forgotten_as_they_end_and_the_trail_is_kept(database: Database) -> None:
    first, sweeper = datetime(2026, 1, 1, tzinfo=UTC), SimulatedClock("2026-01-01T00:00:00+00:00")
    retention, most = Retention(database, SWEEPS, sweeper), 0
    for day in range(DAYS):
        sign_ins(database, first + timedelta(days=day))
        sweeper.now = first + timedelta(days=day, hours=12)
        retention.sweep(Unhurried())
        most = max(most, count(database, "session_family"))
    assert most <= A_DAY * (REFRESH_DAYS + 2)
    assert count(database, "refresh_token") <= 2 * A_DAY * (REFRESH_DAYS + 2)
    assert count(database, "audit_entry WHERE action = 'year'") == DAYS


def test_a_session_that_can_be_continued_is_never_forgotten(database: Database) -> None:
    with database.transaction() as connection:
        user = users.create(connection, f"u{uuid4().hex[:12]}", None, "x", "viewer", "active")
        secret = sessions.begin(connection, user.id, REFRESH_DAYS)
        connection.execute(text("UPDATE session_family SET created_at = created_at - interval '300 days'"))
    Retention(database, SWEEPS, SimulatedClock(datetime.now(UTC).isoformat())).sweep(Unhurried())
    with database.transaction() as connection:
        assert sessions.locked(connection, secret) is not None
