"""The event log in memory, for simulations: partitions, groups, fencing and faults as Kafka has them.

The contract tests run against it and against Kafka. What may go wrong is asked of `Faults` at every step, so a
seeded scheduler decides about crashes, lost reports, delays and the order in which partitions are read. Records
are in order within a partition only. One thread at a time.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from chassis.event_log import BATCH_BYTES, LogUnavailable, Outgoing, Record, TopicPartition


class Faults:
    """Nothing goes wrong. A simulation overrides what it wants to break."""

    def at(self, place: str) -> None:
        """Called at every step; may raise, or run something else meanwhile."""

    def cut(self, records: int) -> tuple[int, int]:
        """Of so many records to be sent: how many are written, and how many of those are reported."""
        return records, records

    def arrived(self, records: int) -> int:
        """Of so many records that could be polled: how many are."""
        return records

    def shuffle(self, places: list[TopicPartition]) -> None:
        """The order in which partitions are polled."""

    def wait(self, seconds: float) -> None:
        """Nothing to poll for so long."""
        time.sleep(min(seconds, 0.001))


@lru_cache(maxsize=100_000)
def murmur2(key: bytes) -> int:
    """The hash by which Java's producers, librdkafka's `murmur2_random` and this log place a key."""
    length, m = len(key), 0x5BD1E995
    h = (0x9747B28C ^ length) & 0xFFFFFFFF
    for i in range(0, length - length % 4, 4):
        k = int.from_bytes(key[i : i + 4], "little") * m & 0xFFFFFFFF
        k = (k ^ (k >> 24)) * m & 0xFFFFFFFF
        h = (h * m & 0xFFFFFFFF) ^ k
    if rest := key[length - length % 4 :]:
        h = (h ^ int.from_bytes(rest, "little")) * m & 0xFFFFFFFF
    h = (h ^ (h >> 13)) * m & 0xFFFFFFFF
    return h ^ (h >> 15)


def partition_of(key: bytes, partitions: int) -> int:
    """The partition of a key."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions


class MemoryLog:
    """Topics with so many partitions, and the groups that read them."""

    def __init__(
        self, topics: Mapping[str, int], faults: Faults | None = None, now: Callable[[], float] = time.time
    ) -> None:
        self.faults, self._now = faults or Faults(), now
        self.records: dict[TopicPartition, list[Record]] = {}
        self._partitions: dict[str, int] = {}
        self._groups: dict[str, _Group] = {}
        for topic, partitions in topics.items():
            self.add(topic, partitions)

    def add(self, topic: str, partitions: int) -> None:
        """A new topic."""
        self._partitions[topic] = partitions
        self.records.update({(topic, number): [] for number in range(partitions)})

    def producer(self) -> "MemoryProducer":
        """Somebody who writes."""
        return MemoryProducer(self)

    def consumer(self, group: str, topics: Sequence[str]) -> "MemoryConsumer":
        """A new member of a group."""
        places = [place for place in self.records if place[0] in topics]
        return MemoryConsumer(self, self._groups.setdefault(group, _Group()), places)

    def reader(self, starts: Mapping[TopicPartition, int]) -> "MemoryReader":
        """Reads from given offsets, in no group."""
        return MemoryReader(self, starts)

    def committed(self, group: str) -> dict[TopicPartition, int]:
        """What the group has committed."""
        return dict(self._groups[group].committed) if group in self._groups else {}

    def bounds(self, topic: str) -> dict[TopicPartition, tuple[int, int]]:
        """(first offset, next offset) of each partition."""
        return {place: (0, len(held)) for place, held in self.records.items() if place[0] == topic}

    def append(self, record: Outgoing) -> Record:
        """Write one record."""
        place = (record.topic, partition_of(record.key, self._partitions[record.topic]))
        held = self.records[place]
        written = Record(*place, len(held), record.key, tuple(record.headers), record.value, int(self._now() * 1000))
        held.append(written)
        return written

    def polled(self, positions: dict[TopicPartition, int], limit: int, size: int = BATCH_BYTES) -> list[Record]:
        """The next records at these positions, which move on; at least one, if there is any."""
        places = [place for place in positions if positions[place] < len(self.records[place])]
        self.faults.shuffle(places)
        found: list[Record] = []
        held = 0
        for place in places:
            start, room = positions[place], limit - len(found)
            there = self.records[place][start : start + room]
            there = there[: self.faults.arrived(len(there))]
            for number, record in enumerate(there):
                held += len(record.value or b"")
                if held > size and (found or number):
                    there = there[:number]
                    break
            found += there
            positions[place] = start + len(there)
        return found


class MemoryProducer:
    """Writes records in order; a failure cuts off the rest, and may hide that records were written."""

    def __init__(self, log: MemoryLog) -> None:
        self._log = log

    def send(self, records: Sequence[Outgoing], report: Callable[[int, Exception | None], None]) -> None:
        """Write all; returns when every record has been reported."""
        self._log.faults.at("send")
        written, reported = self._log.faults.cut(len(records))
        for number, record in enumerate(records[:written]):
            self._log.append(record)
            if number % 8 == 7:
                self._log.faults.at("sending")
        self._log.faults.at("sent")
        for number, record in enumerate(records):
            report(record.token, None if number < reported else LogUnavailable("no report"))

    def close(self) -> None:
        """Nothing is held back."""


class _Group:
    """Who owns which partition. A partition moves when its owner lets it go at a poll, or is fenced."""

    def __init__(self) -> None:
        self.members: list[MemoryConsumer] = []
        self.owners: dict[TopicPartition, MemoryConsumer] = {}
        self.committed: dict[TopicPartition, int] = {}

    def target(self, member: "MemoryConsumer") -> set[TopicPartition]:
        mine = self.members.index(member)
        return {place for number, place in enumerate(member.places) if number % len(self.members) == mine}

    def leave(self, member: "MemoryConsumer") -> None:
        self.members.remove(member)
        self.owners = {place: owner for place, owner in self.owners.items() if owner is not member}


class MemoryConsumer:
    """A group member."""

    def __init__(self, log: MemoryLog, group: _Group, places: list[TopicPartition]) -> None:
        self._log, self._group, self.places = log, group, places
        self._positions: dict[TopicPartition, int] = {}
        group.members.append(self)

    @property
    def fenced(self) -> bool:
        """Whether the group has given this member up."""
        return self not in self._group.members

    def expire(self) -> None:
        """The group's session timeout: the member has not been heard of. It may come back at its next poll."""
        if not self.fenced:
            self._group.leave(self)

    def poll(self, limit: int, seconds: float, size: int = BATCH_BYTES) -> list[Record]:
        """At most `limit` records of `size` bytes together, as soon as there are any."""
        self._log.faults.at("poll")
        if self.fenced:
            self._positions.clear()
            self._group.members.append(self)
        self._balance()
        found = self._log.polled(self._positions, limit, size)
        if not found:
            self._log.faults.wait(seconds)
        return found

    def _balance(self) -> None:
        target, owners = self._group.target(self), self._group.owners
        for place in [place for place in self._positions if place not in target]:
            del self._positions[place], owners[place]
        for place in self.places:
            if place in target and place not in owners:
                owners[place] = self
                self._positions[place] = self._group.committed.get(place, 0)

    def commit(self, offsets: Mapping[TopicPartition, int]) -> None:
        """Remember the next offset to read of each partition. Raises LogUnavailable."""
        self._log.faults.at("commit")
        if self.fenced:
            raise LogUnavailable("the group has given this member up")
        self._group.committed.update(offsets)
        self._log.faults.at("committed")

    def lag(self) -> dict[TopicPartition, int]:
        """Records behind the end, of the partitions assigned now."""
        held = self._log.records
        return {place: len(held[place]) - self._group.committed.get(place, 0) for place in self._positions}

    def close(self) -> None:
        """Leave the group."""
        self.expire()


class MemoryReader:
    """Reads partitions from given offsets."""

    def __init__(self, log: MemoryLog, starts: Mapping[TopicPartition, int]) -> None:
        self._log, self._positions = log, dict(starts)

    def poll(self, limit: int, seconds: float) -> list[Record]:
        """At most `limit` records, as soon as there are any."""
        self._log.faults.at("read")
        found = self._log.polled(self._positions, limit)
        if not found:
            self._log.faults.wait(seconds)
        return found

    def poll_values(self, limit: int, seconds: float) -> list[tuple[int, bytes | None]]:
        """(offset, value) only."""
        return [(record.offset, record.value) for record in self.poll(limit, seconds)]

    def close(self) -> None:
        """Let go."""
