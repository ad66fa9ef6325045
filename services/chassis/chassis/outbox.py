"""Publishing: an event is written as a row, or into one, in the transaction of the change it tells of.

So there is no event without its change and no change without its event, whatever dies when. `chassis.relay`
sends the rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

import orjson
from contracts.envelope import MAX_VALUE_BYTES, Event, header_list, value_bytes
from contracts.events import Payload
from sqlalchemy import text

from chassis import tracing
from chassis.database import NULL, Connection, Database, copy_lines, copy_rows, escape, is_transient, scalar
from chassis.event_log import Outgoing
from chassis.ports import OutboxRound

COLUMNS = ("topic", "key", "event_id", "type", "source", "version", "payload", "traceparent")
_LOOK = text("SELECT 1 FROM outbox ORDER BY id LIMIT 1")
PACKED = 20  # events of the hot path in a row: as many as fit into a page with what they usually weigh
LEADER_LOCK = 0x0A17  # advisory locks are per database, so the schema's id is mixed in
# What this code reads of a row. A migration that changes it takes the leader's lock and lets `outbox_generation()`
# answer with the next number: a relay of another generation stops before it sends anything (docs/operations.md).
GENERATION = 2


class OtherGeneration(Exception):
    """The outbox is written as another version of this code reads it: the process must end and leave it to that one."""


LARGEST = MAX_VALUE_BYTES - 16 * 1024  # the broker's limit is on the record with its key and headers


def _text(payload: Payload) -> str:
    value = value_bytes(payload)
    if len(value) > LARGEST:
        raise ValueError(f"a {payload.type} is larger than {LARGEST} bytes")
    return value.decode()


def publish(connection: Connection, events: Iterable[Event]) -> None:
    """Queue events for publication, in this order, if and when the transaction commits.

    Order a key's events need across transactions comes from the caller's lock on the aggregate. Raises
    ValueError for an event that the broker would refuse: its row would wait for ever.
    """
    trace = tracing.current()
    copy_rows(
        connection,
        "outbox",
        COLUMNS,
        (
            (
                event.topic, event.key, event.id, event.type, event.source, event.payload.VERSION,
                _text(event.payload), event.traceparent or trace,
            )
            for event in events
        ),
    )  # fmt: skip


def publish_written(
    connection: Connection, topic: str, source: str, version: int, keys: Sequence[str], ids: Sequence[str],
    types: Sequence[str], payloads: Sequence[str],
) -> None:  # fmt: skip
    """`publish` for a hot path that writes its own JSON: the key, id, type and payload of each event.

    Many events share a row, since a row of its own costs PostgreSQL more than the event in it: `key`, `event_id`,
    `type` and `payload` hold a line an event. None of them holds a line's end: keys, ids and types are ours, and
    JSON writes it as two characters.
    """
    trace = tracing.current() or NULL
    lines = []
    for first in range(0, len(ids), PACKED):
        some = slice(first, first + PACKED)
        texts = ["\n".join(column[some]) for column in (keys, ids, types, payloads)]
        if len(texts[3]) > LARGEST // 4:  # more than any one event may be, whatever bytes its characters take
            raise ValueError(f"{len(ids[some])} events of {types[first]} are larger than {LARGEST // 4} characters")
        key, id_, type_, payload = map(escape, texts)
        lines.append(f"{topic}\t{key}\t{id_}\t{type_}\t{source}\t{version}\t{payload}\t{trace}\t{len(ids[some])}")
    copy_lines(connection, "outbox", (*COLUMNS, "events"), lines)


def publish_again(connection: Connection, topic: str, key: str, headers: Mapping[str, str], value: str) -> None:
    """Queue a record that lay in the log before, with the headers it had: its mode, type, id, time and trace."""
    connection.execute(
        text(
            "INSERT INTO outbox (topic, key, event_id, type, source, payload, headers)"
            " VALUES (:topic, :key, :id, :type, :source, :payload, CAST(:headers AS jsonb))"
        ),
        {
            "topic": topic, "key": key, "payload": value, "headers": orjson.dumps(dict(headers)).decode(),
            "id": headers.get("ce_id", ""), "type": headers.get("ce_type", ""), "source": headers.get("ce_source", ""),
        },
    )  # fmt: skip


def last_id(connection: Connection) -> int:
    """The newest row that this transaction can see, 0 when all is sent."""
    return int(scalar(connection, "SELECT COALESCE(max(id), 0) FROM outbox"))


def waiting_up_to(connection: Connection, last: int, most: int) -> int:
    """How many rows up to this one are not sent yet; no more than `most` are counted."""
    sql = "SELECT count(*) FROM (SELECT FROM outbox WHERE id <= :last ORDER BY id LIMIT :most) AS waiting"
    return int(scalar(connection, sql, last=last, most=most))


class PostgresOutbox:
    """The `outbox` table of the service's schema.

    One leader: a transaction-scoped advisory lock; a leader that hangs loses its connection after ten seconds.
    Rows are deleted by their exact ids, never by a watermark, since ids are not committed in order.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks: Connection | None = None

    def waiting(self) -> bool:
        """Whether there is anything to send: one bare statement on a connection kept for it, mostly for nothing."""
        if self._looks is None:
            self._looks = self._database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            return self._looks.execute(_LOOK).scalar() is not None
        except Exception:
            self._looks.invalidate()
            self._looks.close()
            self._looks = None
            raise

    @contextmanager
    def lead(self) -> Iterator[OutboxRound | None]:
        """A round in a transaction, or None while another relay leads."""
        with self._database.transaction() as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = '10s'"))
            locked = connection.execute(
                text("SELECT pg_try_advisory_xact_lock(:lock, current_schema()::regnamespace::oid::int)"),
                {"lock": LEADER_LOCK},
            )
            yield _Round(connection) if locked.scalar() else None

    def passing(self, error: Exception) -> bool:
        """Whether the same call may succeed later."""
        return is_transient(error)


def _rfc3339(stamp: str) -> str:
    """PostgreSQL's text of a time without zone, in UTC: much cheaper than a datetime a row."""
    return f"{stamp[:10]}T{stamp[11:]}Z"


def _records(row: "_Row") -> list[Outgoing]:
    """The row's events, each with the row's id as its token."""
    id_, topic, key, event_id, type_, source, version, payload, trace, queued, events, headers, _ = row
    if headers is not None:  # a record that lay in the log before: as it was
        kept = [(name, value.encode()) for name, value in orjson.loads(headers).items()]
        return [Outgoing(topic, key.encode(), kept, payload.encode(), id_)]
    at = _rfc3339(queued)
    if events == 1:
        return [Outgoing(topic, key.encode(), header_list(event_id, type_, source, at, version, trace),
                         payload.encode(), id_)]  # fmt: skip
    found = []
    shared: dict[str, list[tuple[str, bytes]]] = {}
    for one_key, one_id, one_type, value in zip(
        key.encode().split(b"\n"), event_id.encode().split(b"\n"), type_.split("\n"), payload.encode().split(b"\n"),
        strict=True,
    ):  # fmt: skip
        common = shared.get(one_type)
        if common is None:
            common = shared[one_type] = header_list("", one_type, source, at, version, trace)
        own = common.copy()
        own[1] = ("ce_id", one_id)
        found.append(tuple.__new__(Outgoing, (topic, one_key, own, value, id_)))  # half of what Outgoing(…) takes
    return found


_Row = tuple[int, str, str, str, str, str, int, str, str | None, str, int, str | None, int]


class _Round:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def oldest(self, limit: int) -> tuple[list[Outgoing], float | None]:
        found: Sequence[_Row]
        raw = self._connection.connection.driver_connection
        with raw.cursor() as cursor:  # type: ignore[union-attr]
            cursor.execute(
                "SELECT id, topic, key, event_id, type, source, version, payload, traceparent,"
                " queued_at AT TIME ZONE 'UTC' || '', events, headers::text, outbox_generation()"
                " FROM outbox ORDER BY id LIMIT %s",
                (limit,),
            )
            found = cursor.fetchall()
        if found and found[0][-1] != GENERATION:
            raise OtherGeneration(f"the outbox is of generation {found[0][-1]}, this relay of {GENERATION}")
        outgoing = [record for row in found for record in _records(row)]
        return outgoing, datetime.fromisoformat(_rfc3339(found[0][9])).timestamp() if found else None

    def delete(self, tokens: Sequence[int]) -> None:
        ids = f"{{{','.join(map(str, tokens))}}}"  # thousands of single parameters cost more than the deletion
        self._connection.execute(text("DELETE FROM outbox WHERE id = ANY(CAST(:ids AS bigint[]))"), {"ids": ids})
