"""API keys: made and revoked by administrators, exchanged by the gateway for short access tokens."""

from collections.abc import Sequence
from datetime import datetime

from chassis import audit
from chassis.database import Database
from chassis.failures import not_found

from auth.application.signing import access_token
from auth.domain import api_keys as keys
from auth.domain import tokens
from auth.domain.api_keys import ApiKey
from auth.domain.sessions import NotSignedIn
from auth.settings import Settings
from auth.storage import api_keys

TOKEN_SECONDS = 300
_LONGEST_ID = 100


def create_api_key(
    database: Database, actor: str, *, name: str, scopes: Sequence[str], source: str | None,
    expires_at: datetime | None,
) -> tuple[ApiKey, str]:  # fmt: skip
    """(key, what its owner signs in with): the only time that the secret is known."""
    key_id, secret = keys.new_id(), tokens.new_secret()
    with database.transaction() as connection:
        key = api_keys.create(
            connection, key_id, tokens.digest(secret), name=name, scopes=scopes, source=source, created_by=actor,
            expires_at=expires_at,
        )  # fmt: skip
        audit.record(connection, "auth", actor, "api-key-created", f"api key {key_id}", scopes=list(scopes))
    return key, tokens.api_key(key_id, secret)


def revoke_api_key(database: Database, key_id: str, actor: str) -> None:
    """Revoke a key; tokens made from it end within five minutes."""
    with database.transaction() as connection:
        if not api_keys.revoke(connection, key_id):
            raise not_found("This API key")
        audit.record(connection, "auth", actor, "api-key-revoked", f"api key {key_id}")


def exchange_api_key(database: Database, settings: Settings, given: str | None) -> str:
    """A short access token for a key. Raises NotSignedIn for one that is wrong, revoked or expired."""
    parts = tokens.split_api_key(given or "")
    key_id, secret = (parts[0][:_LONGEST_ID].replace("\x00", ""), parts[1]) if parts else ("", "")
    with database.transaction() as connection:
        found = api_keys.valid(connection, key_id)
        if found is None or not tokens.same(found[1], secret):
            raise NotSignedIn("The API key is not valid.")
        key = found[0]
        api_keys.note_use(connection, key.id)
        return access_token(connection, settings, key.subject, TOKEN_SECONDS, key.claims)
