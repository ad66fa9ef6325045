"""Answers kept by Idempotency-Key, in the transaction of the deed: a retried request gets the first answer."""

import hashlib
import json
from typing import Any

import orjson
from sqlalchemy import text

from chassis.database import Connection, rows
from chassis.failures import Invalid


def request_hash(body: Any) -> str:
    """What makes two requests the same: of whatever a body may hold, also where its items are still to be judged."""
    try:
        written = orjson.dumps(body, option=orjson.OPT_SORT_KEYS, default=str)
    except orjson.JSONEncodeError:  # past 64 bits, lone surrogates, or deeply nested
        written = json.dumps(body, sort_keys=True, default=str).encode()
    return hashlib.sha256(written).hexdigest()


def earlier(connection: Connection, principal: str, key: str | None, digest: str) -> dict[str, Any] | None:
    """The answer given before; None for a new key, which is locked until the transaction ends. 422 on other content."""
    if key is None:
        return None
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))"), {"key": f"{principal}\n{key}"})
    found = rows(
        connection, "SELECT request_hash, status, response FROM idempotency_key WHERE principal = :who AND key = :key",
        who=principal, key=key,
    )  # fmt: skip
    if found and found[0]["request_hash"] != digest:
        raise Invalid("This Idempotency-Key was used with another request.", code="idempotency_key_reused")
    return found[0] if found else None


def keep(connection: Connection, principal: str, key: str | None, digest: str, status: int, response: Any) -> None:
    """Remember the answer."""
    if key is not None:
        connection.execute(
            text(
                "INSERT INTO idempotency_key (principal, key, request_hash, status, response)"
                " VALUES (:who, :key, :digest, :status, CAST(:response AS jsonb))"
            ),
            {"who": principal, "key": key, "digest": digest, "status": status,
             "response": orjson.dumps(response, default=str).decode()},
        )  # fmt: skip
