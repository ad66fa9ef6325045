"""Streams get every event in order, or end; who comes back gets what was missed, or is told to fetch all again."""

import asyncio
import threading

import orjson
import pytest
from gateway.application.hub import EVERYTHING, KEPT, QUEUE, Hub, Stream, StreamEvent

pytestmark = pytest.mark.anyio


async def drained(stream: Stream) -> list[StreamEvent | None]:
    """What is in the queue once the loop has run what was handed to it."""
    await asyncio.sleep(0.01)
    return [stream.queue.get_nowait() for _ in range(stream.queue.qsize())]


def numbers(events: list[StreamEvent | None]) -> list[int]:
    return [orjson.loads(event.data)["n"] for event in events if event and event.name == "sale"]


def publish(hub: Hub, first: int, count: int) -> None:
    for n in range(first, first + count):
        hub.publish("sale", {"n": n})


async def test_an_event_reaches_every_stream_in_order_from_any_thread() -> None:
    hub = Hub()
    streams = [hub.subscribe(None) for _ in range(3)]
    thread = threading.Thread(target=publish, args=(hub, 0, 200))
    thread.start()
    await asyncio.to_thread(thread.join)
    for stream in streams:
        assert numbers(await drained(stream)) == list(range(200))


async def test_who_comes_back_with_the_last_id_gets_what_was_missed_once_and_in_order() -> None:
    hub = Hub()
    first = hub.subscribe(None)
    publish(hub, 0, 5)
    seen = [event for event in await drained(first) if event]
    hub.unsubscribe(first)
    publish(hub, 5, 7)
    second = hub.subscribe(seen[-1].id)
    publish(hub, 12, 3)
    assert numbers([*seen, *await drained(second)]) == list(range(15))


async def test_a_stream_on_which_nothing_happened_can_come_back_too() -> None:
    hub = Hub()
    (welcome,) = await drained(hub.subscribe(None))
    assert welcome is not None and welcome.name == "welcome"
    publish(hub, 0, 3)
    assert numbers(await drained(hub.subscribe(welcome.id))) == [0, 1, 2]


async def test_who_missed_nothing_is_told_nothing() -> None:
    hub = Hub()
    stream = hub.subscribe(None)
    publish(hub, 0, 3)
    last = (await drained(stream))[-1]
    assert last is not None and await drained(hub.subscribe(last.id)) == []


async def test_an_unknown_id_invalidates_everything_and_gives_an_id_to_come_back_with() -> None:
    hub, other = Hub(), Hub()
    publish(hub, 0, 3)
    publish(other, 0, 3)
    foreign = (await drained(other.subscribe(None)))[0]
    assert foreign is not None
    ahead = f"{foreign.id.rpartition('-')[0]}-99"
    for unknown in (foreign.id, ahead, "nonsense", "-", "a-b", "\u0661-\u0661"):
        (told,) = await drained(hub.subscribe(unknown))
        assert told is not None and told.name == "invalidate" and orjson.loads(told.data) == {"keys": [EVERYTHING]}
        assert await drained(hub.subscribe(told.id)) == []


async def test_an_id_older_than_what_is_kept_invalidates_everything() -> None:
    hub = Hub()
    (welcome,) = await drained(hub.subscribe(None))
    assert welcome is not None
    publish(hub, 0, KEPT)
    assert numbers(await drained(hub.subscribe(welcome.id))) == list(range(KEPT))
    publish(hub, KEPT, 1)
    (told,) = await drained(hub.subscribe(welcome.id))
    assert told is not None and told.name == "invalidate"


async def test_a_slow_stream_ends_after_a_part_without_a_hole_and_others_go_on() -> None:
    hub = Hub()
    slow, quick = hub.subscribe(None), hub.subscribe(None)
    got: list[StreamEvent | None] = []
    for n in range(30):
        publish(hub, n * 100, 100)
        got += await drained(quick)
    kept = await drained(slow)
    assert kept[-1] is None or None in kept
    until = kept[: kept.index(None)]
    assert len(until) == QUEUE + KEPT and numbers(until) == list(range(QUEUE + KEPT - 1))
    assert numbers(got) == list(range(3000))


async def test_when_the_process_stops_every_stream_ends_also_one_that_comes_late() -> None:
    hub = Hub()
    stream = hub.subscribe(None)
    hub.close()
    assert (await drained(stream))[-1] is None
    assert (await drained(hub.subscribe(None)))[-1] is None
