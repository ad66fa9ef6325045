"""Signing in and out. A refresh token is rotated at each use; one used twice ends its session (domain.sessions)."""

from dataclasses import dataclass
from datetime import UTC, datetime

from chassis import audit
from chassis.database import Connection, Database

from auth.application import second_factors
from auth.application.signing import access_token
from auth.domain import passwords
from auth.domain.sessions import NotSignedIn, Verdict, judge
from auth.domain.throttle import Throttle
from auth.domain.users import User
from auth.settings import Settings
from auth.storage import sessions, users


@dataclass(frozen=True)
class Session:
    """Somebody who is signed in: a short access token, and the secret that the next one is asked for with."""

    user: User
    access_token: str
    seconds: int
    refresh_secret: str


def _session(connection: Connection, settings: Settings, user: User, refresh_secret: str) -> Session:
    claims = {"username": user.username, "role": user.role}
    token = access_token(connection, settings, user.id, settings.access_seconds, claims)
    return Session(user, token, settings.access_seconds, refresh_secret)


def sign_in(
    database: Database, settings: Settings, throttle: Throttle, username: str, password: str, address: str,
    code: str | None = None,
) -> Session:  # fmt: skip
    """Sign in with name, password and, where there is one, a code of the second factor. Failures are counted and told
    to the trail; that the code is still missing is none.

    Raises Throttled, CodeNeeded, NotSignedIn, NotAllowed.
    """
    throttle.attempt(username, address)
    with database.transaction() as connection:
        found = users.credentials(connection, username) if "\x00" not in username else None
    if not passwords.matches(found[1] if found else None, password) or found is None:
        _failed(database, throttle, username, address)
        raise NotSignedIn("The user name or the password is wrong.")
    user, stored = found
    user.must_be_active()
    if user.second_factor:
        _ask_for_code(database, throttle, user, username, code, address)
    throttle.succeeded(username, address)
    with database.transaction() as connection:
        if passwords.outdated(stored):
            users.change(connection, user.id, password_hash=passwords.hashed(password))
        users.change(connection, user.id, last_login_at=datetime.now(UTC))
        secret = sessions.begin(connection, user.id, settings.refresh_days)
        audit.record(connection, "auth", user.username, "login", "session")
        return _session(connection, settings, user, secret)


def _ask_for_code(
    database: Database, throttle: Throttle, user: User, username: str, code: str | None, address: str
) -> None:  # fmt: skip
    if code:
        throttle.code(username)
    try:
        with database.transaction() as connection:
            second_factors.ask(connection, user, code)
    except NotSignedIn:
        throttle.wrong_code(username)
        _failed(database, throttle, username, address)
        raise


def _failed(database: Database, throttle: Throttle, username: str, address: str) -> None:
    throttle.failed(username, address)
    with database.transaction() as connection:
        # what was typed may hold what no event may
        claimed = "".join(character for character in username if character.isprintable())
        audit.record(connection, "auth", claimed, "login-failed", "session")


def refresh(database: Database, settings: Settings, secret: str | None) -> Session:
    """The session goes on, under another secret. Raises NotSignedIn when it has ended."""
    if not secret:
        raise NotSignedIn("There is no session.")
    with database.transaction() as connection:  # what a reused token ends stays ended, though this call fails
        session = _continued(connection, settings, secret)
    if session is None:
        raise NotSignedIn("The session has ended.")
    return session


def _continued(connection: Connection, settings: Settings, secret: str) -> Session | None:
    member, now = sessions.locked(connection, secret), datetime.now(UTC)
    user = users.get(connection, member.user_id) if member else None
    if member is None or user is None:
        return None
    verdict = judge(member.token, now)
    if verdict is Verdict.REUSED:
        sessions.revoke_family(connection, member.family)
        audit.record(connection, "auth", user.username, "refresh-token-reused", "session")
    if verdict is not Verdict.ROTATE:
        return None
    sessions.note_use(connection, secret, now)
    following = sessions.issue(connection, member.family, settings.refresh_days)
    return _session(connection, settings, user, following) if user.active else None


def sign_out(database: Database, secret: str | None) -> None:
    """End the session that the secret belongs to, if any."""
    if secret:
        with database.transaction() as connection:
            sessions.revoke_token(connection, secret)
