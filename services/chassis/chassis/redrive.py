"""What an operator does with dead letters: mend, redrive or discard them, and let a stopped consumer go on.

One transaction each, with its audit entry. Redriving appends a record to its topic again as it lay there: in its mode
(binary or structured), with its type, id, time and trace; of one that was mended the value is the mended one, beside
which what lay in the log stays. One that was kept only in part is never sent.
"""

from typing import Annotated, Any

from contracts.envelope import MalformedEvent, decode
from contracts.types import Text
from pydantic import BaseModel, Field

from chassis import audit, dead_letters, outbox
from chassis.database import Connection, Database
from chassis.dead_letters import Chosen
from chassis.failures import Conflict, invalid, not_found


class Selection(BaseModel):
    """Which letters: by id, or all open ones of a group, or all. `dry_run` only counts."""

    ids: list[Annotated[int, Field(ge=1, lt=2**63)]] | None = Field(default=None, max_length=10_000)
    consumer: Text | None = None
    topic: Text | None = None
    code: Text | None = None
    all: bool = False
    dry_run: bool = False

    def chosen(self, *, whole: bool) -> Chosen:
        """The letters as storage looks for them; `whole`: only those that were kept whole."""
        return Chosen(self.ids, self.consumer, self.topic, self.code, self.all, whole)


class Settled(BaseModel):
    """How many letters were, or would be, settled. `cut`: chosen but too large to be kept whole, so not redriven."""

    letters: int
    dry_run: bool
    cut: int = 0


def redrive_letters(database: Database, service: str, actor: str, selection: Selection) -> Settled:
    """Append the chosen records to their topics again."""
    with database.transaction() as connection:
        every = dead_letters.count(connection, selection.chosen(whole=False))
        whole = selection.chosen(whole=True)
        if selection.dry_run:
            letters = dead_letters.count(connection, whole)
            return Settled(letters=letters, dry_run=True, cut=every - letters)
        found = dead_letters.settle(connection, whole, "redriven", actor)
        for row in found:
            _send_again(connection, row)
        _audit(connection, service, actor, "dead-letters-redriven", selection, len(found))
    return Settled(letters=len(found), dry_run=False, cut=every - len(found))


def mend_letter(database: Database, service: str, actor: str, letter_id: int, value: str) -> dict[str, Any]:
    """Keep a value that can be read in the place of one that could not: it is what redriving sends."""
    with database.transaction() as connection:
        letter = dead_letters.get(connection, letter_id)
        if letter is None:
            raise not_found(f"Dead letter {letter_id}")
        try:
            decode([(name, text.encode()) for name, text in letter["headers"].items()], value.encode())
        except MalformedEvent as fault:
            raise invalid("value", str(fault), fault.code) from None
        if not dead_letters.mend(connection, letter_id, value, actor):
            raise Conflict("This letter was settled before.", code="settled")
        audit.record(connection, service, actor, "dead-letter-mended", f"letter {letter_id}")
        return letter | {"mended": value, "mended_by": actor}


def discard_letters(database: Database, service: str, actor: str, selection: Selection) -> Settled:
    """Close the chosen letters."""
    with database.transaction() as connection:
        chosen = selection.chosen(whole=False)
        if selection.dry_run:
            return Settled(letters=dead_letters.count(connection, chosen), dry_run=True)
        letters = len(dead_letters.settle(connection, chosen, "discarded", actor))
        _audit(connection, service, actor, "dead-letters-discarded", selection, letters)
    return Settled(letters=letters, dry_run=False)


def resume_consumer(database: Database, service: str, actor: str, consumer: str) -> bool:
    """Let a consumer that has stopped itself go on; whether it was stopped."""
    name = consumer[:200].replace("\x00", "")
    with database.transaction() as connection:
        resumed = dead_letters.resume(connection, name)
        if resumed:
            audit.record(connection, service, actor, "consumer-resumed", name)
    return resumed


def _send_again(connection: Connection, row: dict[str, Any]) -> None:
    key = bytes(row["key"] or b"").decode(errors="replace")
    value = row["mended"] or bytes(row["value"] or b"").decode(errors="replace").replace("\x00", "\ufffd")
    outbox.publish_again(connection, row["topic"], key.replace("\x00", "\ufffd"), row["headers"], value)


def _audit(connection: Connection, service: str, actor: str, action: str, selection: Selection, letters: int) -> None:
    chosen = selection.model_dump(exclude_none=True, exclude={"dry_run"})
    if len(chosen.get("ids", ())) > 100:
        chosen["ids"] = f"{len(chosen['ids'])} ids"
    audit.record(connection, service, actor, action, f"{letters} letters", **chosen)
