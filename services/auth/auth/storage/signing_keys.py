"""The keys that access tokens are signed with, as stored."""

from chassis.database import Connection, rows
from sqlalchemy import text

from auth.domain.tokens import SigningKey


def lock(connection: Connection) -> None:
    """One process at a time changes the keys."""
    connection.execute(text("LOCK TABLE signing_key IN SHARE ROW EXCLUSIVE MODE"))


def every(connection: Connection) -> list[SigningKey]:
    """All keys, oldest first."""
    return [
        SigningKey(row["id"], row["private_pem"], row["created_at"])
        for row in rows(connection, "SELECT id, private_pem, created_at FROM signing_key ORDER BY created_at")
    ]


def add(connection: Connection, key: SigningKey) -> None:
    """Publish a key."""
    connection.execute(
        text("INSERT INTO signing_key (id, private_pem, created_at) VALUES (:id, :pem, :at)"),
        {"id": key.id, "pem": key.private_pem, "at": key.created_at},
    )


def drop(connection: Connection, key: SigningKey) -> None:
    """Forget a key."""
    connection.execute(text("DELETE FROM signing_key WHERE id = :id"), {"id": key.id})
