"""API keys as stored: a digest of the secret, never the secret."""

from collections.abc import Sequence
from datetime import datetime

from chassis.database import Connection, rows
from sqlalchemy import text

from auth.domain.api_keys import ApiKey

_COLUMNS = "id, name, scopes, source, role, created_by, created_at, expires_at, last_used_at, revoked_at"


def create(
    connection: Connection, id: str, digest: str, *, name: str, scopes: Sequence[str], source: str | None,
    created_by: str, expires_at: datetime | None,
) -> ApiKey:  # fmt: skip
    """Add a key."""
    made = rows(
        connection,
        "INSERT INTO api_key (id, name, digest, scopes, source, created_by, expires_at)"
        f" VALUES (:id, :name, :digest, :scopes, :source, :created_by, :expires_at) RETURNING {_COLUMNS}",
        id=id, name=name, digest=digest, scopes=list(scopes), source=source, created_by=created_by,
        expires_at=expires_at,
    )  # fmt: skip
    return ApiKey.model_validate(made[0])


def page(connection: Connection, after: str, limit: int) -> list[ApiKey]:
    """Keys by id, after the id `after`."""
    found = rows(
        connection, f"SELECT {_COLUMNS} FROM api_key WHERE id > :after ORDER BY id LIMIT :limit",
        after=after, limit=limit,
    )  # fmt: skip
    return [ApiKey.model_validate(row) for row in found]


def valid(connection: Connection, key_id: str) -> tuple[ApiKey, str] | None:
    """(key, digest) of a key that is neither revoked nor expired."""
    found = rows(
        connection,
        f"SELECT {_COLUMNS}, digest FROM api_key"
        " WHERE id = :id AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())",
        id=key_id,
    )
    return (ApiKey.model_validate(found[0]), found[0]["digest"]) if found else None


def note_use(connection: Connection, key_id: str) -> None:
    """The key was used now."""
    connection.execute(text("UPDATE api_key SET last_used_at = now() WHERE id = :id"), {"id": key_id})


def revoke(connection: Connection, key_id: str) -> bool:
    """End a key; False when there is none. One that has ended keeps the time it did."""
    done = connection.execute(
        text("UPDATE api_key SET revoked_at = COALESCE(revoked_at, now()) WHERE id = :id"), {"id": key_id}
    )
    return bool(done.rowcount)


def put(connection: Connection, id: str, digest: str, *, name: str, role: str, created_by: str) -> bool:
    """A key with a role, under an id that stays; another secret ends the one before.

    False when the same is there already: one that was revoked stays so.
    """
    done = connection.execute(
        text(
            "INSERT INTO api_key (id, name, digest, scopes, role, created_by)"
            " VALUES (:id, :name, :digest, '{}', :role, :created_by) ON CONFLICT (id) DO UPDATE"
            " SET digest = :digest, role = :role, created_at = now(), last_used_at = NULL, revoked_at = NULL"
            " WHERE api_key.digest <> :digest"
        ),
        {"id": id, "name": name, "digest": digest, "role": role, "created_by": created_by},
    )
    return bool(done.rowcount)
