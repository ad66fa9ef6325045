"""Making a topic again from what its service keeps: after the log was lost, or a topic's beginning went.

- What is told again goes through the outbox like everything else, a portion a transaction, together with the place it
  came to: a worker that was killed goes on after it, and what changes meanwhile is told after what it changes.
- It never floods the relay: a portion waits until little is left to send.
- Of a topic that is all told again (`TopicSource.replaces`) the records from before are removed in the end, when what
  was told is in the log: at no moment does the log hold less than before, and a republication that is cancelled or
  fails has only repeated events, which every consumer knows by their ids.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from contracts.topics import Topic

from chassis import audit, jobs, outbox
from chassis.database import Connection, Database
from chassis.event_log import LogUnavailable
from chassis.failures import Conflict, not_found
from chassis.jobs import Claim
from chassis.kafka import KafkaTopics
from chassis.logs import logger

KIND = "republish"
BACKLOG = 2_000  # rows of the outbox
PAUSE = 0.05
PATIENCE = 120

log = logger(__name__)


class Portion(NamedTuple):
    """How many events were told, and the place (as JSON) after which the next portion begins; None: that was all."""

    told: int
    after: Any


@dataclass(frozen=True)
class TopicSource:
    """What a topic is made again from. `tell` publishes a portion in the caller's transaction and locks what it reads,
    so that an older state never follows a newer one. `replaces`: afterwards the earlier records are removed."""

    topic: Topic
    count: Callable[[Connection], int]
    tell: Callable[[Connection, Any], Portion]
    replaces: bool = False


def request(database: Database, service: str, topic: str, who: str) -> dict[str, Any]:
    """Ask for a topic to be made again. One at a time: a second asks for nothing that the first does not do."""
    with database.transaction() as connection:
        jobs.one_at_a_time(connection, KIND)
        if any(job["arguments"]["topic"] == topic for job in jobs.open_of(connection, KIND)):
            raise Conflict(f"{topic} is being told again.", code="under_way")
        id_ = uuid4()
        jobs.submit(connection, KIND, {"topic": topic}, who, id=id_)
        audit.record(connection, service, who, "republication-requested", topic)
        return jobs.get(connection, id_) or {}


def cancel(database: Database, service: str, id_: UUID, who: str) -> dict[str, Any]:
    """Stop one. What was told again stays told: it repeats events that consumers know."""
    with database.transaction() as connection:
        found = jobs.get(connection, id_)
        if found is None or found["kind"] != KIND:
            raise not_found(f"Republication {id_}")
        if not jobs.cancel(connection, id_):
            raise Conflict("The republication has ended.", code="ended")
        audit.record(connection, service, who, "republication-cancelled", found["arguments"]["topic"])
        return jobs.get(connection, id_) or {}


class Republication:
    """Runs jobs of the kind `republish`. A log that does not answer is waited for."""

    def __init__(self, database: Database, bootstrap: str, sources: Mapping[str, TopicSource]) -> None:
        self._database, self._bootstrap, self._sources = database, bootstrap, sources

    def __call__(self, job: Claim) -> None:
        source = self._sources[job.arguments["topic"]]
        if source.replaces and "ends" not in job.state:
            job.state["ends"] = _until_answered(job, self._ends, source.topic.name)
        self._tell_all(job, source)
        self._wait_until_sent(job)
        if source.replaces:
            _until_answered(job, self._remove_before, source.topic.name, job.state["ends"])
        with self._database.transaction() as connection:
            job.hold(connection)
            job.finish(connection, "succeeded", f"{job.state['told']:,} events were told again")
        log.info("republished", topic=source.topic.name, events=job.state["told"])

    def _tell_all(self, job: Claim, source: TopicSource) -> None:
        state = {"told": 0, "after": None, "all": False} | job.state
        with self._database.snapshot() as connection:
            total = source.count(connection)
        while not state["all"]:
            self._wait_for_room(job)
            with self._database.transaction() as connection:
                job.hold(connection)
                told, after = source.tell(connection, state["after"])
                state |= {"told": state["told"] + told, "after": after, "all": after is None}
                if after is None:
                    state["last"] = outbox.last_id(connection)
                total = max(total, state["told"])
                job.progress("telling again", state["told"], total, state=dict(state), connection=connection)

    def _wait_for_room(self, job: Claim) -> None:
        while self._waiting(2**62) > BACKLOG:
            job.check()
            time.sleep(PAUSE)

    def _wait_until_sent(self, job: Claim) -> None:
        while self._waiting(job.state["last"]):
            job.check()
            time.sleep(PAUSE)

    def _waiting(self, last: int) -> int:
        with self._database.transaction() as connection:
            return outbox.waiting_up_to(connection, last, BACKLOG + 1)

    def _ends(self, topic: str) -> dict[str, int]:
        return {str(number): end for (_, number), (_, end) in KafkaTopics(self._bootstrap).bounds(topic).items()}

    def _remove_before(self, topic: str, ends: Mapping[str, int]) -> None:
        KafkaTopics(self._bootstrap).remove_before({(topic, int(number)): end for number, end in ends.items()})


def _until_answered(job: Claim, ask: Callable[..., Any], *arguments: Any) -> Any:
    for _ in range(PATIENCE):
        job.check()
        try:
            return ask(*arguments)
        except LogUnavailable as error:
            log.warning("republication_waits", job=str(job.id), error=str(error))
            time.sleep(1)
    raise LogUnavailable("the log did not answer")
