"""Routes over a service's dead letters and consumers, the same in every service."""

from datetime import datetime
from typing import Annotated, Any, Literal

from contracts.types import Text
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from sqlalchemy import text

from chassis import audit, dead_letters, pagination
from chassis.database import Connection, Database, rows
from chassis.event_log import LogUnavailable
from chassis.failures import not_found
from chassis.kafka_lag import KafkaLag
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role, require

Status = Literal["open", "redriven", "discarded"]


class DeadLetterOut(BaseModel):
    """A record that could not be applied."""

    id: int
    consumer: str
    topic: str
    partition: int
    offset: int
    key: str | None
    headers: dict[str, str]
    value: str | None
    value_bytes: int
    code: str
    message: str
    status: str
    stored_at: datetime
    settled_at: datetime | None
    settled_by: str | None


class DeadLetterGroup(BaseModel):
    """Open letters that share consumer, topic and reason."""

    consumer: str
    topic: str
    code: str
    letters: int
    first_at: datetime
    last_at: datetime
    example: str


class Selection(BaseModel):
    """Which letters: by id, or all open ones of a group, or all. `dry_run` only counts."""

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] | None = Field(default=None, max_length=10_000)
    consumer: Text | None = None
    topic: Text | None = None
    code: Text | None = None
    all: bool = False
    dry_run: bool = False


class Settled(BaseModel):
    """How many letters were, or would be, settled. `cut`: chosen but too large to be kept whole, so not redriven."""

    letters: int
    dry_run: bool
    cut: int = 0


class ConsumerOut(BaseModel):
    """A consumer: records not yet applied by topic (null while Kafka does not answer), and why it has stopped."""

    name: str
    lag: dict[str, int] | None
    stopped: str | None
    stopped_at: datetime | None


_COLUMNS = (
    'id, consumer, topic, partition, "offset", key, headers, value, value_bytes, code, message, status,'
    " stored_at, settled_at, settled_by"
)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    for name in ("key", "value"):
        raw = row[name]
        row[name] = None if raw is None else bytes(raw).decode(errors="replace")
    return row


def _settle(connection: Connection, selection: Selection, status: str, who: str) -> list[dict[str, Any]]:
    """Mark the chosen open letters and return them; with dry_run nothing is changed."""
    chosen = (
        "status = 'open' AND (:all OR id = ANY(:ids) OR (:ids IS NULL AND CAST(:grouped AS boolean)))"
        " AND (CAST(:consumer AS text) IS NULL OR consumer = :consumer)"
        " AND (CAST(:topic AS text) IS NULL OR topic = :topic) AND (CAST(:code AS text) IS NULL OR code = :code)"
    )
    if status == "redriven":  # half a value must not be sent as if it were the whole
        chosen += " AND value_bytes <= coalesce(length(value), 0)"
    values: dict[str, Any] = {
        "all": selection.all, "ids": selection.ids, "consumer": selection.consumer, "topic": selection.topic,
        "code": selection.code, "grouped": bool(selection.consumer or selection.topic or selection.code),
    }  # fmt: skip
    if selection.dry_run:
        return rows(connection, f"SELECT {_COLUMNS} FROM dead_letter WHERE {chosen} ORDER BY id", **values)
    return rows(
        connection,
        "UPDATE dead_letter SET status = :status, settled_at = now(), settled_by = :who"
        f" WHERE {chosen} RETURNING {_COLUMNS}",
        status=status, who=who, **values,
    )  # fmt: skip


def router() -> APIRouter:
    """List, show, redrive, discard; consumers and resume. Redriving appends the record to its topic again."""
    routes = APIRouter(tags=["dead letters"])
    operator = Depends(require(Role.OPERATOR))

    @routes.get("/dead-letters", dependencies=[operator])
    def list_dead_letters(
        request: Request, status: Status = "open", limit: Limit = 100, cursor: Cursor = None
    ) -> Page[DeadLetterOut]:
        after = pagination.decode(cursor, int)
        database: Database = request.app.state.database
        with database.transaction() as connection:
            found = rows(
                connection,
                f"SELECT {_COLUMNS} FROM dead_letter WHERE status = :status AND id < :before"
                " ORDER BY id DESC LIMIT :limit",
                status=status, before=after[0] if after else 2**62, limit=limit + 1,
            )  # fmt: skip
        items = [DeadLetterOut(**_shown(row)) for row in found]
        kept, following = pagination.page(items, limit, lambda letter: [letter.id])
        return Page(items=kept, next_cursor=following)

    @routes.get("/dead-letters/groups", dependencies=[operator])
    def list_dead_letter_groups(request: Request) -> list[DeadLetterGroup]:
        with request.app.state.database.transaction() as connection:
            return [DeadLetterGroup(**row) for row in dead_letters.groups(connection)]

    @routes.get("/dead-letters/{letter_id}", dependencies=[operator])
    def get_dead_letter(request: Request, letter_id: Annotated[int, Field(ge=1, lt=2**63)]) -> DeadLetterOut:
        with request.app.state.database.transaction() as connection:
            found = rows(connection, f"SELECT {_COLUMNS} FROM dead_letter WHERE id = :id", id=letter_id)
        if not found:
            raise not_found(f"Dead letter {letter_id}")
        return DeadLetterOut(**_shown(found[0]))

    @routes.post("/dead-letters/redrive")
    def redrive_dead_letters(
        request: Request, selection: Selection, caller: Annotated[Principal, Depends(require(Role.OPERATOR))]
    ) -> Settled:
        with request.app.state.database.transaction() as connection:
            chosen = len(_settle(connection, selection.model_copy(update={"dry_run": True}), "discarded", caller.name))
            found = _settle(connection, selection, "redriven", caller.name)
            if not selection.dry_run:
                for row in found:
                    _requeue(connection, row)
                _audit(connection, request, caller, "dead-letters-redriven", selection, len(found))
        return Settled(letters=len(found), dry_run=selection.dry_run, cut=chosen - len(found))

    @routes.post("/dead-letters/discard")
    def discard_dead_letters(
        request: Request, selection: Selection, caller: Annotated[Principal, Depends(require(Role.OPERATOR))]
    ) -> Settled:
        with request.app.state.database.transaction() as connection:
            found = _settle(connection, selection, "discarded", caller.name)
            if not selection.dry_run:
                _audit(connection, request, caller, "dead-letters-discarded", selection, len(found))
        return Settled(letters=len(found), dry_run=selection.dry_run)

    @routes.get("/consumers", dependencies=[operator])
    def list_consumers(request: Request) -> list[ConsumerOut]:
        return _consumers(request)

    @routes.post("/consumers/{name}/resume")
    def resume_consumer(
        request: Request, name: str, caller: Annotated[Principal, Depends(require(Role.OPERATOR))]
    ) -> dict[str, bool]:
        with request.app.state.database.transaction() as connection:
            resumed = dead_letters.resume(connection, name[:200].replace("\x00", ""))
            if resumed:
                audit.record(connection, _service(request), caller.name, "consumer-resumed", name[:200])
            return {"resumed": resumed}

    return routes


def _service(request: Request) -> str:
    return str(request.app.state.health.service)


def _audit(
    connection: Connection, request: Request, caller: Principal, action: str, selection: Selection, letters: int
) -> None:
    chosen = selection.model_dump(exclude_none=True, exclude={"dry_run"})
    if len(chosen.get("ids", ())) > 100:
        chosen["ids"] = f"{len(chosen['ids'])} ids"
    service = _service(request)
    audit.record(connection, service, caller.name, action, f"{letters} letters", **chosen)


def _consumers(request: Request) -> list[ConsumerOut]:
    """The service's consumers: those that Kafka knows as groups, and those that have stopped themselves."""
    service = _service(request)
    with request.app.state.database.transaction() as connection:
        stopped = rows(connection, "SELECT consumer, reason, stopped_at FROM consumer_stop")
    stops = {row["consumer"]: row for row in stopped}
    try:
        measured = KafkaLag(request.app.state.settings.kafka_bootstrap_servers).measure()
    except LogUnavailable:
        measured = {}
    behind = {group.partition(".")[2]: lag for group, lag in measured.items() if group.startswith(f"{service}.")}
    return [
        ConsumerOut(
            name=name, lag=behind.get(name), stopped=stops.get(name, {}).get("reason"),
            stopped_at=stops.get(name, {}).get("stopped_at"),
        )
        for name in sorted({*behind, *stops})
    ]  # fmt: skip


def _requeue(connection: Connection, row: dict[str, Any]) -> None:
    headers = row["headers"]
    connection.execute(
        text(
            "INSERT INTO outbox (topic, key, event_id, type, source, payload, traceparent)"
            " VALUES (:topic, :key, :id, :type, :source, :payload, :trace)"
        ),
        {
            "topic": row["topic"], "key": bytes(row["key"] or b"").decode(errors="replace"),
            "id": headers.get("ce_id", ""), "type": headers.get("ce_type", ""), "source": headers.get("ce_source", ""),
            "payload": bytes(row["value"] or b"").decode(errors="replace").replace("\x00", "\ufffd"),
            "trace": headers.get("traceparent"),
        },
    )  # fmt: skip
