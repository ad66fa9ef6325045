"""Dead letters: records that can never succeed, kept with where they lay, what they held and why they failed.

Stored in the transaction of their batch's effects. All SQL over them is here; what an operator does with them is
`chassis.redrive`, and how many a consumer bears before it stops is `chassis.tolerance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from chassis import metrics
from chassis.database import Connection, copy_rows, rows, scalar
from chassis.event_log import Record

KEPT_BYTES = 64 * 1024
_COLUMNS = ("consumer", "topic", "partition", '"offset"', "key", "headers", "value", "value_bytes", "code", "message")
SHOWN = (
    'id, consumer, topic, partition, "offset", key, headers, value, value_bytes, code, message, status,'
    " stored_at, settled_at, settled_by, mended, mended_by"
)


@dataclass(frozen=True)
class DeadLetter:
    """A record with the reason it cannot be applied. `ours` tells our faults from a producer's garbage."""

    record: Record
    code: str
    message: str
    ours: bool = False


def _headers(record: Record) -> dict[str, str]:
    return {
        name[:200].replace("\x00", "\ufffd"): (value or b"")[:2000].decode(errors="replace").replace("\x00", "\ufffd")
        for name, value in record.headers
    }


def store(connection: Connection, consumer: str, letters: list[DeadLetter]) -> None:
    """Keep the letters; a letter that is already there is left as it is."""
    if not letters:
        return
    connection.execute(
        text("CREATE TEMP TABLE IF NOT EXISTS dead_batch (LIKE dead_letter INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    connection.execute(text("ALTER TABLE dead_batch ALTER COLUMN id DROP NOT NULL"))
    copy_rows(
        connection, "dead_batch", _COLUMNS,
        (
            (
                consumer, letter.record.topic, letter.record.partition, letter.record.offset, letter.record.key,
                _headers(letter.record), None if letter.record.value is None else letter.record.value[:KEPT_BYTES],
                len(letter.record.value or b""), letter.code, letter.message[:1000].replace("\x00", "\ufffd"),
            )
            for letter in letters
        ),
    )  # fmt: skip
    names = ", ".join(_COLUMNS)
    connection.execute(text(f"INSERT INTO dead_letter ({names}) SELECT {names} FROM dead_batch ON CONFLICT DO NOTHING"))
    connection.execute(text("TRUNCATE dead_batch"))
    for letter in letters:
        metrics.DEAD_LETTERS.labels(consumer, letter.code).inc()


@dataclass(frozen=True)
class Chosen:
    """Open letters: these ids, or those of a group (consumer, topic, code: all that are given), or all.

    `whole`: only letters whose value was kept whole, or mended; half a value must not be sent as if it were all of it.
    """

    ids: Sequence[int] | None = None
    consumer: str | None = None
    topic: str | None = None
    code: str | None = None
    all: bool = False
    whole: bool = False

    def condition(self) -> tuple[str, dict[str, Any]]:
        """The condition in SQL and its parameters."""
        grouped = bool(self.consumer or self.topic or self.code)
        sql = (
            "status = 'open' AND (:all OR id = ANY(:ids) OR (:ids IS NULL AND CAST(:grouped AS boolean)))"
            " AND (CAST(:consumer AS text) IS NULL OR consumer = :consumer)"
            " AND (CAST(:topic AS text) IS NULL OR topic = :topic) AND (CAST(:code AS text) IS NULL OR code = :code)"
        )
        if self.whole:
            sql += " AND (mended IS NOT NULL OR value_bytes <= coalesce(length(value), 0))"
        ids = None if self.ids is None else list(self.ids)
        return sql, {"all": self.all, "ids": ids, "consumer": self.consumer, "topic": self.topic, "code": self.code,
                     "grouped": grouped}  # fmt: skip


def count(connection: Connection, chosen: Chosen) -> int:
    """How many letters are chosen."""
    condition, values = chosen.condition()
    return int(scalar(connection, f"SELECT count(*) FROM dead_letter WHERE {condition}", **values))


def settle(connection: Connection, chosen: Chosen, status: str, who: str) -> list[dict[str, Any]]:
    """Mark the chosen letters and return them, in the order in which they were stored."""
    condition, values = chosen.condition()
    found = rows(
        connection,
        "UPDATE dead_letter SET status = :status, settled_at = now(), settled_by = :who"
        f" WHERE {condition} RETURNING {SHOWN}",
        status=status, who=who, **values,
    )  # fmt: skip
    return sorted(found, key=lambda row: row["id"])


def newest_first(
    connection: Connection, status: str, before: int, limit: int, *, consumer: str | None = None,
    topic: str | None = None, code: str | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """Letters of a status, of a group where it is named, with an id below `before`."""
    return rows(
        connection,
        f"SELECT {SHOWN} FROM dead_letter WHERE status = :status AND id < :before"
        " AND (CAST(:consumer AS text) IS NULL OR consumer = :consumer)"
        " AND (CAST(:topic AS text) IS NULL OR topic = :topic) AND (CAST(:code AS text) IS NULL OR code = :code)"
        " ORDER BY id DESC LIMIT :limit",
        status=status, before=before, limit=limit, consumer=consumer, topic=topic, code=code,
    )  # fmt: skip


def get(connection: Connection, letter_id: int) -> dict[str, Any] | None:
    """A letter."""
    found = rows(connection, f"SELECT {SHOWN} FROM dead_letter WHERE id = :id", id=letter_id)
    return found[0] if found else None


def mend(connection: Connection, letter_id: int, value: str, who: str) -> bool:
    """Keep what an open letter's value is to be; whether it is open."""
    done = connection.execute(
        text("UPDATE dead_letter SET mended = :value, mended_by = :who WHERE id = :id AND status = 'open'"),
        {"value": value, "who": who, "id": letter_id},
    )
    return bool(done.rowcount)


def stops(connection: Connection) -> dict[str, dict[str, Any]]:
    """The consumers that have stopped themselves: why and when, by name."""
    found = rows(connection, "SELECT consumer, reason, stopped_at FROM consumer_stop")
    return {row["consumer"]: row for row in found}


def stop_consumer(connection: Connection, consumer: str, reason: str) -> None:
    """Keep the consumer stopped, over restarts too, until an operator resumes it."""
    connection.execute(
        text("INSERT INTO consumer_stop (consumer, reason) VALUES (:consumer, :reason) ON CONFLICT DO NOTHING"),
        {"consumer": consumer, "reason": reason},
    )


def stopped(connection: Connection, consumer: str) -> str | None:
    """Why the consumer is stopped, or None."""
    reason = connection.execute(
        text("SELECT reason FROM consumer_stop WHERE consumer = :consumer"), {"consumer": consumer}
    ).scalar()
    return None if reason is None else str(reason)


def resume(connection: Connection, consumer: str) -> bool:
    """Let a stopped consumer go on; whether it was stopped."""
    done = connection.execute(text("DELETE FROM consumer_stop WHERE consumer = :consumer"), {"consumer": consumer})
    return bool(done.rowcount)


def groups(connection: Connection) -> list[dict[str, Any]]:
    """Open letters by consumer, topic and code, with how many and since when."""
    return rows(
        connection,
        "SELECT consumer, topic, code, count(*) AS letters, min(stored_at) AS first_at, max(stored_at) AS last_at,"
        " min(message) AS example FROM dead_letter WHERE status = 'open'"
        " GROUP BY consumer, topic, code ORDER BY letters DESC LIMIT 500",
    )
