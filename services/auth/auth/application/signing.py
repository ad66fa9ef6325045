"""Access tokens, signed with the newest published key; and the keys' own rotation."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.database import Connection, Database

from auth.domain import tokens
from auth.domain.tokens import SigningKey
from auth.settings import Settings
from auth.storage import signing_keys


def access_token(
    connection: Connection, settings: Settings, subject: UUID, seconds: int, claims: dict[str, Any]
) -> str:
    """A token that every service accepts for so many seconds."""
    key = tokens.signing_with(signing_keys.every(connection), datetime.now(UTC))
    return tokens.access_token(key, settings.issuer, subject, seconds, claims)


def rotate_signing_keys(connection: Connection) -> None:
    """Publish a new key when one is due, drop keys that no token can bear; one process at a time."""
    signing_keys.lock(connection)
    keys, now = signing_keys.every(connection), datetime.now(UTC)
    for key in keys:
        if tokens.expired(key, keys, now):
            signing_keys.drop(connection, key)
    if tokens.due_for_rotation(keys, now):
        signing_keys.add(connection, tokens.new_signing_key(now))


def published_keys(database: Database) -> list[SigningKey]:
    """The keys that tokens are verified with, oldest first."""
    with database.snapshot() as connection:
        return signing_keys.every(connection)
