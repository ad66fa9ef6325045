"""Routes over a service's dead letters and consumers, the same in every service."""

from datetime import datetime
from typing import Annotated, Any, Literal

from contracts.types import Text
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field, StringConstraints

from chassis import dead_letters, pagination, redrive
from chassis.database import Database
from chassis.event_log import LogUnavailable
from chassis.failures import not_found
from chassis.kafka_lag import KafkaLag
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Operator
from chassis.redrive import Selection, Settled

Status = Literal["open", "redriven", "discarded"]
OfGroup = Annotated[Text | None, Query(description="Only letters of this group")]


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
    mended: str | None = None
    mended_by: str | None = None


class MendedLetter(BaseModel):
    """What a letter's value is to be: a record's value of its headers' mode that can be read."""

    value: Annotated[str, StringConstraints(min_length=1, max_length=500_000, pattern=r"^[^\x00]*$")]


class DeadLetterGroup(BaseModel):
    """Open letters that share consumer, topic and reason."""

    consumer: str
    topic: str
    code: str
    letters: int
    first_at: datetime
    last_at: datetime
    example: str


class ConsumerOut(BaseModel):
    """A consumer: records not yet applied by topic (null while Kafka does not answer), and why it has stopped."""

    name: str
    lag: dict[str, int] | None
    stopped: str | None
    stopped_at: datetime | None


router = APIRouter(tags=["dead letters"])


def _shown(row: dict[str, Any]) -> DeadLetterOut:
    for name in ("key", "value"):
        raw = row[name]
        row[name] = None if raw is None else bytes(raw).decode(errors="replace")
    return DeadLetterOut(**row)


@router.get("/dead-letters")
def list_dead_letters(
    database: Db,
    _: Operator,
    status: Status = "open",
    consumer: OfGroup = None,
    topic: OfGroup = None,
    code: OfGroup = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[DeadLetterOut]:
    """Letters newest first, of a group where it is named."""
    after = pagination.decode(cursor, int)
    with database.snapshot() as connection:
        found = dead_letters.newest_first(
            connection, status, after[0] if after else 2**62, limit + 1, consumer=consumer, topic=topic, code=code
        )
    kept, following = pagination.page([_shown(row) for row in found], limit, lambda letter: [letter.id])
    return Page(items=kept, next_cursor=following)


@router.get("/dead-letters/groups")
def list_dead_letter_groups(database: Db, _: Operator) -> list[DeadLetterGroup]:
    with database.snapshot() as connection:
        return [DeadLetterGroup(**row) for row in dead_letters.groups(connection)]


@router.get("/dead-letters/{letter_id}")
def get_dead_letter(database: Db, _: Operator, letter_id: Annotated[int, Field(ge=1, lt=2**63)]) -> DeadLetterOut:
    with database.snapshot() as connection:
        found = dead_letters.get(connection, letter_id)
    if found is None:
        raise not_found(f"Dead letter {letter_id}")
    return _shown(found)


@router.post("/dead-letters/{letter_id}/mend")
def mend_dead_letter(
    database: Db,
    request: Request,
    letter_id: Annotated[int, Field(ge=1, lt=2**63)],
    given: MendedLetter,
    caller: Operator,
) -> DeadLetterOut:
    """Correct an open letter's value; redriving sends that, under the letter's own headers."""
    return _shown(redrive.mend_letter(database, _service(request), caller.actor, letter_id, given.value))


@router.post("/dead-letters/redrive")
def redrive_dead_letters(database: Db, request: Request, selection: Selection, caller: Operator) -> Settled:
    return redrive.redrive_letters(database, _service(request), caller.actor, selection)


@router.post("/dead-letters/discard")
def discard_dead_letters(database: Db, request: Request, selection: Selection, caller: Operator) -> Settled:
    return redrive.discard_letters(database, _service(request), caller.actor, selection)


@router.get("/consumers")
def list_consumers(database: Db, request: Request, _: Operator) -> list[ConsumerOut]:
    return _consumers(database, request)


@router.post("/consumers/{name}/resume")
def resume_consumer(database: Db, request: Request, name: str, caller: Operator) -> dict[str, bool]:
    return {"resumed": redrive.resume_consumer(database, _service(request), caller.actor, name)}


def _service(request: Request) -> str:
    return str(request.app.state.health.service)


def _consumers(database: Database, request: Request) -> list[ConsumerOut]:
    """The service's consumers: those that Kafka knows as groups, and those that have stopped themselves."""
    service = _service(request)
    with database.snapshot() as connection:
        stops = dead_letters.stops(connection)
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
