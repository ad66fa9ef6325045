"""Routes over the topics that a service can make again, the same in every service that has such."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.types import Code
from fastapi import APIRouter, Request
from pydantic import BaseModel

from chassis import jobs, republish
from chassis.failures import invalid, not_found
from chassis.parameters import Db, Operator

SHOWN = 50


class RepublicationIn(BaseModel):
    """Which topic to make again."""

    topic: Code


class RepublicationOut(BaseModel):
    """A topic that is made again: how far it is (`rate`: events a second), and what came of it."""

    id: UUID
    topic: str
    status: str
    stage: str | None
    done: int
    total: int
    rate: float | None
    seconds_left: float | None
    message: str | None
    requested_by: str
    created_at: datetime
    finished_at: datetime | None


def _shown(row: dict[str, Any]) -> RepublicationOut:
    left = row["seconds_left"]
    rate = (row["total"] - row["done"]) / left if left else None
    return RepublicationOut(**row, topic=row["arguments"]["topic"], rate=rate)


def routes(topics: Collection[str]) -> APIRouter:
    """The routes of a service that can make these topics again."""
    router = APIRouter(tags=["republication"])

    @router.get("/republications/topics")
    def list_republishable_topics(caller: Operator) -> list[str]:
        """The topics that this service can make again from what it keeps."""
        return list(topics)

    @router.post("/republications", status_code=202)
    def start_republication(db: Db, request: Request, asked: RepublicationIn, caller: Operator) -> RepublicationOut:
        """Tell all events of a topic again, from what this service keeps. Consumers know repeated events."""
        if asked.topic not in topics:
            raise invalid("topic", f"can be one of {', '.join(topics)}", "unknown_topic")
        return _shown(republish.request(db, _service(request), asked.topic, caller.actor))

    @router.get("/republications")
    def list_republications(db: Db, caller: Operator) -> list[RepublicationOut]:
        """The last 50, newest first."""
        with db.snapshot() as connection:
            return [_shown(row) for row in jobs.newest_of(connection, republish.KIND, SHOWN)]

    @router.get("/republications/{republication_id}")
    def get_republication(db: Db, republication_id: UUID, caller: Operator) -> RepublicationOut:
        """One of them."""
        with db.snapshot() as connection:
            found = jobs.get(connection, republication_id)
        if found is None or found["kind"] != republish.KIND:
            raise not_found(f"Republication {republication_id}")
        return _shown(found)

    @router.post("/republications/{republication_id}/cancel", status_code=202)
    def cancel_republication(db: Db, request: Request, republication_id: UUID, caller: Operator) -> RepublicationOut:
        """Stop one. What it has told stays told."""
        return _shown(republish.cancel(db, _service(request), republication_id, caller.actor))

    return router


def _service(request: Request) -> str:
    return str(request.app.state.health.service)
