"""A deed that is done once for an Idempotency-Key: a repeated request gets the first answer again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chassis import idempotency
from chassis.database import Connection, Database


@dataclass(frozen=True)
class Request:
    """Who asks, under which key (none: always done), for what; `status` is what the answer is given with."""

    principal: str
    key: str | None
    content: Any
    status: int = 200


def once(database: Database, request: Request, deed: Callable[[Connection], Any]) -> Any:
    """Do it in one transaction and keep the answer, or give the answer that was kept."""
    digest = idempotency.request_hash(request.content)
    with database.transaction() as connection:
        before = idempotency.earlier(connection, request.principal, request.key, digest)
        if before:
            return before["response"]
        answer = deed(connection)
        idempotency.keep(connection, request.principal, request.key, digest, request.status, answer)
        return answer
