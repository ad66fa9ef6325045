"""Sessions as stored: a family a sign-in, of which each refresh token is a member, kept as a digest."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from chassis.database import Connection, rows
from sqlalchemy import text

from auth.domain import tokens
from auth.domain.sessions import Token


@dataclass(frozen=True)
class Member:
    """A refresh token, its family and whose that is."""

    token: Token
    family: UUID
    user_id: UUID


def begin(connection: Connection, user_id: UUID, days: int) -> str:
    """Start a session; its first refresh token."""
    family = uuid4()
    connection.execute(
        text("INSERT INTO session_family (id, user_id) VALUES (:id, :user)"), {"id": family, "user": user_id}
    )
    return issue(connection, family, days)


def issue(connection: Connection, family: UUID, days: int) -> str:
    """Another refresh token of a session."""
    secret = tokens.new_secret()
    connection.execute(
        text("INSERT INTO refresh_token (digest, family_id, expires_at) VALUES (:digest, :family, :expires)"),
        {"digest": tokens.digest(secret), "family": family, "expires": datetime.now(UTC) + timedelta(days=days)},
    )
    return secret


def locked(connection: Connection, secret: str) -> Member | None:
    """The token's row, its family's locked, so that racing tabs are judged one by one."""
    found = rows(
        connection,
        "SELECT t.expires_at, t.used_at, t.family_id, f.user_id, f.revoked_at FROM refresh_token t"
        " JOIN session_family f ON f.id = t.family_id WHERE t.digest = :digest FOR UPDATE OF f, t",
        digest=tokens.digest(secret),
    )
    if not found:
        return None
    row = found[0]
    token = Token(row["expires_at"], row["used_at"], row["revoked_at"] is not None)
    return Member(token, row["family_id"], row["user_id"])


def note_use(connection: Connection, secret: str, now: datetime) -> None:
    """The token was used; the first time counts."""
    connection.execute(
        text("UPDATE refresh_token SET used_at = COALESCE(used_at, :now) WHERE digest = :digest"),
        {"now": now, "digest": tokens.digest(secret)},
    )


def revoke_family(connection: Connection, family: UUID) -> None:
    """End a session and all its tokens."""
    connection.execute(
        text("UPDATE session_family SET revoked_at = COALESCE(revoked_at, now()) WHERE id = :id"), {"id": family}
    )


def revoke_token(connection: Connection, secret: str) -> None:
    """End the session that the token belongs to."""
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
