"""A transactional store in memory with PostgreSQL's rules, as far as the backbone relies on them.

READ COMMITTED; an insert of a key that another transaction is inserting waits for its end; updates lock their
row; ids come from a sequence when a row is inserted, so they are not committed in order; a commit may be done
although its confirmation is lost; a leader that idles for ten seconds loses its transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from chassis.dead_letters import DeadLetter
from chassis.event_log import Outgoing, TopicPartition

from tests.simulation.world import Violation, World

IDLE_SECONDS = 10.0
PACKED = 3  # records of one transaction in a row
Key = tuple[str, Any]


class Passing(Exception):
    """The connection was lost, or the server chose this transaction to end a deadlock."""


class Transaction:
    """An open transaction. Implements `chassis.ports.Work`, with itself as the connection."""

    def __init__(self, store: "Store") -> None:
        self._store, self._world = store, store.world
        self.writes: dict[Key, Any] = {}
        self.deltas: dict[Key, int] = {}
        self.queued: dict[int, list[Outgoing]] = {}
        self.deleted: list[int] = []
        self.locks: set[Key] = set()
        self.shared: list[Key] = []
        self.waits_for: Transaction | None = None
        self.open = True
        self.active_at = self._world.now

    @property
    def connection(self) -> "Transaction":
        return self

    def touch(self, place: str) -> None:
        """Before every statement: the connection may be gone."""
        self._world.step(place)
        if self.open and self._world.chance(self._world.chaos.database):
            self.end()
        if not self.open:
            raise Passing(place)
        self.active_at = self._world.now

    def lock(self, key: Key) -> None:
        """Hold the key until the end of the transaction; wait for whoever holds it."""
        while (holder := self._holder(key)) is not None:
            self._wait(holder)
        self._store.locks[key] = self
        self.locks.add(key)

    def share(self, key: Key) -> None:
        """Hold the key together with others that share it."""
        while (holder := self._store.locks.get(key)) is not None and holder is not self:
            self._wait(holder)
        self._store.shares.setdefault(key, []).append(self)
        self.shared.append(key)

    def _holder(self, key: Key) -> "Transaction | None":
        holder = self._store.locks.get(key)
        if holder is not None and holder is not self:
            return holder
        return next((other for other in self._store.shares.get(key, ()) if other is not self), None)

    def _wait(self, holder: "Transaction") -> None:
        self.waits_for = holder
        if self._in_a_circle():
            self.end()
            raise Passing("deadlock")
        self._world.sleep(0.05)
        self.waits_for = None
        if not self.open:
            raise Passing("lost")

    def _in_a_circle(self) -> bool:
        other: Transaction | None = self.waits_for
        while other is not None and other is not self:
            other = other.waits_for
        return other is self

    def get(self, table: str, key: Any) -> Any:
        """What this transaction sees."""
        self.touch("select")
        return self.writes.get((table, key), self._store.rows.get((table, key)))

    def insert(self, table: str, key: Any, value: Any = True) -> bool:
        """INSERT … ON CONFLICT DO NOTHING; whether the row is new."""
        self.touch("insert")
        self.lock((table, key))
        if (table, key) in self.writes or (table, key) in self._store.rows:
            return False
        self.writes[table, key] = value
        return True

    def put(self, table: str, key: Any, value: Any) -> None:
        """Insert or update a row."""
        self.touch("update")
        self.lock((table, key))
        self.writes[table, key] = value

    def add(self, table: str, key: Any, value: int) -> None:
        """UPDATE … SET value = value + …"""
        self.touch("add")
        self.lock((table, key))
        self.deltas[table, key] = self.deltas.get((table, key), 0) + value

    def publish(self, record: Outgoing) -> None:
        """Queue a record: in the last row while that has room, else in one of its own with the sequence's next id."""
        self.touch("publish")
        if not self.queued or len(self.queued[max(self.queued)]) >= PACKED:
            self._store.sequence += 1
            self.queued[self._store.sequence] = []
        token = max(self.queued)
        self.queued[token].append(record._replace(token=token))

    def bury(self, consumer: str, letters: list[DeadLetter]) -> None:
        for letter in letters:
            self.insert("dead_letter", (consumer, *letter.record[:3]), letter)

    def keep_offsets(self, consumer: str, offsets: Mapping[TopicPartition, int]) -> None:
        for place, offset in sorted(offsets.items()):
            self.touch("offset")
            self.lock(("offset", (consumer, place)))
            kept = self._store.rows.get(("offset", (consumer, place)), 0)
            self.writes["offset", (consumer, place)] = max(kept, offset)

    def stop_consumer(self, consumer: str, reason: str) -> None:
        self.put("consumer_stop", consumer, reason)

    def commit(self) -> None:
        """Make everything visible at once. The confirmation may be lost."""
        self.touch("commit transaction")
        for (table, key), value in self.writes.items():
            if table == "offset" and value < self._store.rows.get((table, key), 0):
                raise Violation(f"the offset {key} went back")
        self._store.rows.update(self.writes)
        for place, value in self.deltas.items():
            self._store.rows[place] = self._store.rows.get(place, 0) + value
        self._store.outbox.update(self.queued)
        for token in self.deleted:
            self._store.outbox.pop(token, None)
        self.end()
        if self._world.chance(self._world.chaos.database):
            raise Passing("the commit's confirmation was lost")
        self._world.step("committed transaction")

    def end(self) -> None:
        """Let all locks go; what was not committed is forgotten."""
        self.open = False
        self.waits_for = None
        for key in self.locks:
            self._store.locks.pop(key, None)
        self.locks.clear()
        for key in self.shared:
            self._store.shares[key].remove(self)
        self.shared.clear()


class Store:
    """The database of one service."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: dict[Key, Any] = {}
        self.outbox: dict[int, list[Outgoing]] = {}
        self.locks: dict[Key, Transaction] = {}
        self.shares: dict[Key, list[Transaction]] = {}
        self.sequence = 0

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        transaction = Transaction(self)
        try:
            transaction.touch("begin")
            yield transaction
            transaction.commit()
        finally:
            if transaction.open:
                transaction.end()

    def stopped(self, consumer: str) -> str | None:
        self.world.step("stopped")
        reason: str | None = self.rows.get(("consumer_stop", consumer))
        return reason

    def passing(self, error: Exception) -> bool:
        return isinstance(error, Passing)

    def table(self, name: str) -> dict[Any, Any]:
        """All committed rows of a table."""
        return {key: value for (table, key), value in self.rows.items() if table == name}


class Outbox:
    """`chassis.ports.OutboxStore` on the store."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def waiting(self) -> bool:
        self.store.world.step("waiting")
        return bool(self.store.outbox)

    @contextmanager
    def lead(self) -> Iterator["OutboxTurn | None"]:
        with self.store.begin() as transaction:
            leader = self.store.locks.get(("leader", 0))
            if leader is not None and self.store.world.now - leader.active_at > IDLE_SECONDS:
                leader.end()
                leader = None
            if leader is None:
                transaction.lock(("leader", 0))
            yield None if leader is not None else self.turn(transaction)

    def turn(self, transaction: Transaction) -> "OutboxTurn":
        return OutboxTurn(self.store, transaction)

    def passing(self, error: Exception) -> bool:
        return isinstance(error, Passing)


class OutboxTurn:
    """`chassis.ports.OutboxRound` on the store."""

    def __init__(self, store: Store, transaction: Transaction) -> None:
        self.store, self.transaction = store, transaction

    def oldest(self, limit: int) -> tuple[list[Outgoing], float | None]:
        self.transaction.touch("select outbox")
        return self.records(sorted(self.store.outbox)[:limit]), None

    def records(self, tokens: Sequence[int]) -> list[Outgoing]:
        """The records of these rows."""
        return [record for token in tokens for record in self.store.outbox[token]]

    def delete(self, tokens: Sequence[int]) -> None:
        self.transaction.touch("delete outbox")
        self.transaction.deleted += tokens
