"""The simulated system: two of everything that has replicas, clients that keep a ledger of what was acknowledged."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, cast

from chassis.consumer import ConsumerLoop, LoopOptions
from chassis.event_log import LogUnavailable, Outgoing, TopicPartition
from chassis.memory_event_log import MemoryConsumer
from chassis.relay import Pace, Relay
from contracts.envelope import Event
from contracts.events import SaleSubmitted

from tests.simulation import services
from tests.simulation.store import Outbox, Passing, Store
from tests.simulation.world import Chaos, Never, SimulatedProcess, Violation, World, WorldClock

PARTITIONS = 3
TOPICS = {"sale-submitted": PARTITIONS, "sale-recorded": PARTITIONS, "product-changed": 1}
SALES, PRODUCTS, EDITS = 24, 3, 12


@dataclass(frozen=True)
class Parts:
    """What a planted bug may replace."""

    outbox: Callable[[Store], Outbox] = Outbox
    relay: type[Relay] = Relay
    loop: type[ConsumerLoop] = ConsumerLoop
    stock: type[services.SimulatedStock] = services.SimulatedStock
    consumer: Callable[[MemoryConsumer], Any] = lambda consumer: consumer


@dataclass
class SimulatedSystem:
    """One seed's system and what its clients know."""

    seed: int
    parts: Parts = field(default_factory=Parts)
    chaos: Chaos = field(default_factory=Chaos)

    def __post_init__(self) -> None:
        self.world = World(self.seed, TOPICS, self.chaos)
        self.sales, self.catalog, self.history = Store(self.world), Store(self.world), Store(self.world)
        self.acknowledged: set[str] = set()
        self.claims: dict[str, Event] = {}
        self.rest: list[Event] = []
        self.tills: list[list[Event]] = [[], []]
        self.edits = EDITS
        self.garbage = 0
        self.replays = 0
        self.commits: dict[tuple[str, TopicPartition], int] = {}
        self._make_claims()
        self._start()

    def _make_claims(self) -> None:
        random = self.world.random
        for number in range(SALES):
            original = f"e{random.randrange(SALES)}" if random.random() < 0.25 else None
            kind = random.choice(("correction", "void")) if original else random.choice(("sale", "sale", "return"))
            quantity = Decimal(random.randrange(1, 9)) * (-1 if kind == "return" else 1)
            payload = SaleSubmitted.model_construct(
                kind=kind, sku=f"S{random.randrange(4)}", location="main", unit_price=None, reference=None,
                quantity=Decimal(0) if kind == "void" else quantity, original=original, import_id=None, line=None,
                sold_at=datetime(2026, 1, 5, tzinfo=UTC) + timedelta(days=random.randrange(15)) if not original
                else services.RECORDED_AT,
            )  # fmt: skip
            event = Event(f"e{number}", "till", services.RECORDED_AT, payload)
            self.claims[event.id] = event
            random.choice((self.rest, *self.tills)).append(event)

    def _start(self) -> None:
        world = self.world
        world.start("api", self._api)
        for queue in self.tills:
            world.start("till", partial(self._till, queue))
        world.start("editor", self._editor)
        for replica in range(2):
            world.start(f"sales-{replica}", self._consumer("sales", self.sales, services.SalesHandler, trusted=False))
            world.start(f"stock-{replica}", self._consumer("catalog", self.catalog, self.parts.stock))
            handler = services.SimulatedHistory
            world.start(
                f"history-{replica}",
                self._consumer(
                    "forecaster", self.history, handler, keep_offsets=True, decode=handler.decode, values_only=True
                ),
            )
            for store in (self.sales, self.catalog):
                world.start(f"relay-{replica}", partial(self._relay, store))
        world.start("replay", self._replay)

    def _consumer(
        self, service: str, store: Store, handler: type[Any], **options: Any
    ) -> Callable[[SimulatedProcess], None]:
        world, size = self.world, self.world.random.choice((1, 3, 8))

        def main(process: SimulatedProcess) -> None:
            made = handler()
            names = [topic.name for topic in made.topics]

            def connect() -> Any:
                member = world.log.consumer(service, names)
                process.members.append(member)
                return self.parts.consumer(member)

            loop = self.parts.loop(
                store, connect, made, LoopOptions(batch=size, backoff=0.2, **options), clock=WorldClock(world)
            )
            loop.run(Never(world))

        return main

    def _relay(self, store: Store, process: SimulatedProcess) -> None:
        clock = WorldClock(self.world)
        size = self.world.random.choice((2, 7, 50))
        outbox = self.parts.outbox(store)
        self.parts.relay(outbox, self.world.log.producer(), batch=size, pace=Pace(), clock=clock).run(Never(self.world))

    def _api(self, process: SimulatedProcess) -> None:
        while self.rest:
            event = self.rest[self.world.random.randrange(len(self.rest))]
            try:
                with self.sales.begin() as transaction:
                    services.record(transaction, event)
            except Passing:
                self.world.sleep(0.1)
                continue
            self.acknowledged.add(event.id)
            self.rest.remove(event)
            self.world.sleep(self.world.random.random() * 0.3)

    def _till(self, queue: list[Event], process: SimulatedProcess) -> None:
        producer = self.world.log.producer()
        while queue:
            some = queue[: self.world.random.randrange(1, 5)]
            reports: dict[int, Exception | None] = {}
            records = [services.outgoing(event)._replace(token=n) for n, event in enumerate(some)]
            if self.world.chance(0.1):
                self.garbage += 1
                records.append(Outgoing("sale-submitted", b"g%d" % self.garbage, [], b"{", len(some)))
            try:
                producer.send(records, reports.__setitem__)
            except LogUnavailable:
                self.world.sleep(0.2)
                continue
            for number, event in enumerate(some):
                if reports[number] is None:
                    self.acknowledged.add(event.id)
                    if event in queue and not self.world.chance(0.2):
                        queue.remove(event)  # else it is sent once more: tills repeat themselves
            self.world.sleep(self.world.random.random() * 0.5)

    def _editor(self, process: SimulatedProcess) -> None:
        while self.edits:
            try:
                with self.catalog.begin() as transaction:
                    services.edit(transaction, self.world.random.randrange(PRODUCTS))
            except Passing:
                continue
            self.edits -= 1
            self.world.sleep(self.world.random.random() * 0.3)

    def _replay(self, process: SimulatedProcess) -> None:
        """Rebuild the history beside the live one, catch up under the lock, compare, swap."""
        while True:
            self.world.sleep(0.5 + self.world.random.random() * 3)
            places = {place: 0 for place in self.world.log.records if place[0] == "sale-recorded"}
            shadow, reader = services.Shadow(), self.world.log.reader(places)
            read = dict.fromkeys(places, 0)
            try:
                for found in reader.poll(10_000, 0.1):
                    shadow.add(found)
                    read[found.topic, found.partition] = found.offset + 1
                with self.history.begin() as transaction:
                    self._swap(transaction, shadow, read)
                self.replays += 1
            except Passing:
                continue

    def _swap(self, transaction: Any, shadow: services.Shadow, read: dict[TopicPartition, int]) -> None:
        transaction.lock(services.HISTORY_LOCK)
        ends = {place: transaction.get("offset", ("history", place)) or 0 for place in read}
        if any(read[place] > ends[place] for place in read):
            return  # ahead of the live projection: the next attempt reads less
        for place, start in read.items():
            for found in self.world.log.records[place][start : ends[place]]:
                shadow.add(found)
        live = self.history.table("week")
        rebuilt = shadow.rows()
        if rebuilt != live:
            raise Violation(f"a rebuild differs from the live history: {_difference(rebuilt, live)}")
        for key in sorted(rebuilt):
            transaction.put("week", key, rebuilt[key])

    def quiet(self) -> bool:
        """Whether everything that was sent has arrived everywhere."""
        if self.rest or any(self.tills) or self.edits or self.sales.outbox or self.catalog.outbox:
            return False
        return not any(self._behind(group, topic) for group, topic in GROUPS)

    def _behind(self, group: str, topic: str) -> bool:
        committed = self.world.log.committed(group)
        return any(committed.get(place, 0) < high for place, (_, high) in self.world.log.bounds(topic).items())


GROUPS: Sequence[tuple[str, str]] = (
    ("sales", "sale-submitted"), ("catalog", "sale-recorded"), ("forecaster", "sale-recorded"),
)  # fmt: skip


def _difference(one: dict[Any, int], other: dict[Any, int]) -> dict[Any, tuple[int, int]]:
    return {
        key: (one.get(key, 0), other.get(key, 0)) for key in {**one, **other} if one.get(key, 0) != other.get(key, 0)
    }


def sums(values: dict[Any, int]) -> dict[str, int]:
    """By sku."""
    found: dict[str, int] = {}
    for key, value in values.items():
        sku = key[0] if isinstance(key, tuple) else key
        found[sku] = found.get(sku, 0) + value
    return {sku: value for sku, value in found.items() if value}


def expected(system: SimulatedSystem) -> dict[str, int]:
    """What was really sold, from the ledger: entries that no other has replaced."""
    found: dict[str, int] = {}
    for entry in cast("dict[Any, services.LedgerRow]", system.sales.table("sale")).values():
        if entry.successor is None and entry.kind != "void":
            found[entry.sku] = found.get(entry.sku, 0) + int(entry.quantity * 1000)
    return {sku: value for sku, value in found.items() if value}
