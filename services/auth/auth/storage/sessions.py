"""Sessions, signing keys and API keys as stored."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis.database import Connection, rows
from sqlalchemy import text

from auth.domain import tokens
from auth.domain.sessions import Token, Verdict, judge
from auth.domain.tokens import SigningKey


def begin(connection: Connection, user_id: UUID, days: int) -> str:
    """Start a session; its first refresh token."""
    family = uuid4()
    connection.execute(
        text("INSERT INTO session_family (id, user_id) VALUES (:id, :user)"), {"id": family, "user": user_id}
    )
    return _issue(connection, family, days)


def _issue(connection: Connection, family: UUID, days: int) -> str:
    secret = tokens.new_secret()
    connection.execute(
        text("INSERT INTO refresh_token (digest, family_id, expires_at) VALUES (:digest, :family, :expires)"),
        {"digest": tokens.digest(secret), "family": family, "expires": datetime.now(UTC) + timedelta(days=days)},
    )
    return secret


def rotate(connection: Connection, secret: str, days: int) -> tuple[Verdict, UUID | None, str | None]:
    """(verdict, user, new token). The family's row is locked, so that racing tabs are judged one by one."""
    found = rows(
        connection,
        "SELECT t.expires_at, t.used_at, t.family_id, f.user_id, f.revoked_at FROM refresh_token t"
        " JOIN session_family f ON f.id = t.family_id WHERE t.digest = :digest FOR UPDATE OF f, t",
        digest=tokens.digest(secret),
    )
    if not found:
        return Verdict.ENDED, None, None
    row, now = found[0], datetime.now(UTC)
    verdict = judge(Token(row["expires_at"], row["used_at"], row["revoked_at"] is not None), now)
    if verdict is Verdict.REUSED:
        revoke_family(connection, row["family_id"])
    if verdict is not Verdict.ROTATE:
        return verdict, row["user_id"], None
    connection.execute(
        text("UPDATE refresh_token SET used_at = COALESCE(used_at, :now) WHERE digest = :digest"),
        {"now": now, "digest": tokens.digest(secret)},
    )
    return verdict, row["user_id"], _issue(connection, row["family_id"], days)


def revoke_family(connection: Connection, family: UUID) -> None:
    """End a session and all its tokens."""
    connection.execute(
        text("UPDATE session_family SET revoked_at = COALESCE(revoked_at, now()) WHERE id = :id"), {"id": family}
    )


def revoke_token(connection: Connection, secret: str) -> None:
    """Sign out: end the session that the token belongs to."""
    connection.execute(
        text(
            "UPDATE session_family SET revoked_at = COALESCE(revoked_at, now())"
            " WHERE id = (SELECT family_id FROM refresh_token WHERE digest = :digest)"
        ),
        {"digest": tokens.digest(secret)},
    )


def revoke_user(connection: Connection, user_id: UUID) -> None:
    """End all sessions of a user."""
    connection.execute(
        text("UPDATE session_family SET revoked_at = COALESCE(revoked_at, now()) WHERE user_id = :user"),
        {"user": user_id},
    )


def purge(connection: Connection) -> None:
    """Forget tokens that have expired."""
    connection.execute(text("DELETE FROM refresh_token WHERE expires_at < now() - interval '1 day'"))


def signing_keys(connection: Connection) -> list[SigningKey]:
    """All keys, oldest first."""
    return [
        SigningKey(row["id"], row["private_pem"], row["created_at"])
        for row in rows(connection, "SELECT * FROM signing_key ORDER BY created_at")
    ]


def rotate_signing_keys(connection: Connection) -> None:
    """Publish a new key when one is due, drop keys that no token can bear; one process at a time."""
    connection.execute(text("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE"))
    keys, now = signing_keys(connection), datetime.now(UTC)
    for key in keys:
        if tokens.expired(key, keys, now):
            connection.execute(text("DELETE FROM signing_key WHERE id = :id"), {"id": key.id})
    if tokens.due_for_rotation(keys, now):
        key = tokens.new_signing_key(now)
        connection.execute(
            text("INSERT INTO signing_key VALUES (:id, :pem, :at)"),
            {"id": key.id, "pem": key.private_pem, "at": key.created_at},
        )


def use_api_key(connection: Connection, key_id: str, secret: str) -> dict[str, Any] | None:
    """The key's row when the secret is right and it is neither revoked nor expired; notes its use."""
    found = rows(
        connection,
        "SELECT * FROM api_key WHERE id = :id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
        id=key_id,
    )
    if not found or not tokens.same(found[0]["digest"], secret):
        return None
    connection.execute(text("UPDATE api_key SET last_used_at = now() WHERE id = :id"), {"id": key_id})
    return found[0]
