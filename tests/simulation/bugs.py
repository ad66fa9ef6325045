"""Faults that systems of this kind have had. Each must be found by the simulation, or the simulation proves nothing."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from chassis.consumer import ConsumerLoop, next_offsets
from chassis.event_log import BATCH_BYTES, LogConsumer, Outgoing, Record, TopicPartition
from chassis.memory_event_log import MemoryConsumer
from chassis.ports import OutboxRound, Stop
from chassis.relay import Relay

from tests.simulation.run import run_seed
from tests.simulation.services import SimulatedStock
from tests.simulation.store import Outbox, OutboxTurn, Transaction
from tests.simulation.system import Parts


class WatermarkOutbox(Outbox):
    """Sends rows above the highest id sent so far: a row committed late with a lower id is skipped for ever."""

    def turn(self, transaction: Transaction) -> OutboxTurn:
        return WatermarkTurn(self.store, transaction)


class WatermarkTurn(OutboxTurn):
    def oldest(self, limit: int) -> tuple[list[Outgoing], float | None]:
        self.transaction.touch("select outbox")
        above: int = self.store.rows.get(("watermark", 0), 0)
        return self.records([token for token in sorted(self.store.outbox) if token > above][:limit]), None

    def delete(self, tokens: Sequence[int]) -> None:
        self.transaction.put("watermark", 0, max(tokens))
        super().delete([token for token in self.store.outbox if token <= max(tokens)])


class ManyRelays(Outbox):
    """No leader: two relays send the same key's rows side by side."""

    def turn(self, transaction: Transaction) -> OutboxTurn:
        self.store.locks.pop(("leader", 0), None)
        return SkipLockedTurn(self.store, transaction)


class SkipLockedTurn(OutboxTurn):
    def oldest(self, limit: int) -> tuple[list[Outgoing], float | None]:
        self.transaction.touch("select outbox")
        found: list[int] = []
        for token in sorted(self.store.outbox):
            if ("row", token) not in self.store.locks and len(found) < min(limit, 2):
                self.transaction.lock(("row", token))
                found.append(token)
        return self.records(found), None


class DeletesFirst(Relay):
    """Deletes the rows, then sends them."""

    def run_once(self) -> int | None:
        with self._store.lead() as turn:
            if turn is None:
                return None
            outgoing, _ = turn.oldest(self._batch)
            if outgoing:
                turn.delete([record.token for record in outgoing])
        self._producer.send(outgoing, lambda token, error: None)
        return len(outgoing)


class ForgetsNeighbours(Relay):
    """Deletes a row of many events as soon as one of them is acknowledged."""

    def _deliver(self, turn: OutboxRound, outgoing: list[Outgoing]) -> int:
        delivered: set[int] = set()
        self._producer.send(outgoing, lambda token, error: delivered.add(token) if error is None else None)
        turn.delete(sorted(delivered))
        return len(delivered)


class AutoCommit:
    """Commits what was polled, before it has been applied."""

    def __init__(self, inner: MemoryConsumer) -> None:
        self._inner = inner

    def poll(self, limit: int, seconds: float, size: int = BATCH_BYTES) -> list[Record]:
        records = self._inner.poll(limit, seconds, size)
        if records:
            self._inner.commit(next_offsets(records))
        return records

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Done already."""

    def lag(self) -> dict[TopicPartition, int]:
        return self._inner.lag()

    def close(self) -> None:
        self._inner.close()


class OffsetsFirst(ConsumerLoop):
    """Commits the offsets, then the database."""

    def _consume(self, consumer: LogConsumer, stop: Stop) -> None:
        while not stop.is_set() and self.stopped is None:
            records = consumer.poll(self._options.batch, self._options.wait, self._options.size)
            if records:
                self._commit(consumer, records, stop)
                self.process(records)


class NoUniqueId(SimulatedStock):
    """Looks whether the id is there, and writes it, without a unique index."""

    def unseen(self, connection: Transaction, id_: UUID) -> bool:
        return True


class LooksFirst(SimulatedStock):
    """Looks whether the id is there before it writes it: two that look at once both go on."""

    def unseen(self, connection: Transaction, id_: UUID) -> bool:
        if connection.get("inbox", (self.name, id_)):
            return False
        connection.insert("inbox", (self.name, id_))
        return True


BUGS: dict[str, Parts] = {
    "watermark relay": Parts(outbox=WatermarkOutbox),
    "relays without a leader": Parts(outbox=ManyRelays),
    "delete before ack": Parts(relay=DeletesFirst),
    "delete at the first ack of a row": Parts(relay=ForgetsNeighbours),
    "auto-commit": Parts(consumer=AutoCommit),
    "commit before the database": Parts(loop=OffsetsFirst),
    "inbox without a unique id": Parts(stock=NoUniqueId),
    "inbox that looks before it writes": Parts(stock=LooksFirst),
}


def caught_at(parts: Parts, seeds: int) -> int | None:
    """How many seeds it takes to find the fault; None when so many do not."""
    return next((seed + 1 for seed in range(seeds) if run_seed(seed, parts).violation), None)
