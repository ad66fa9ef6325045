"""What the relay and the consumers rely on, of the log in memory and of Kafka alike."""

import uuid

import pytest
from chassis.event_log import LogConsumer, LogProducer, LogReader, Outgoing, Record
from chassis.memory_event_log import partition_of

from services.chassis.tests.conftest import LogUnderTest


def outgoing(topic: str, number: int, key: str | None = None) -> Outgoing:
    return Outgoing(topic, (key or f"k{number}").encode(), [("ce_id", str(number).encode())], b"%d" % number, number)


def send(producer: LogProducer, records: list[Outgoing]) -> dict[int, Exception | None]:
    reports: dict[int, Exception | None] = {}
    producer.send(records, reports.__setitem__)
    return reports


def read(source: LogConsumer | LogReader, count: int, log: LogUnderTest) -> list[Record]:
    found: list[Record] = []
    for _ in range(int(log.patience / 0.2) + 5):
        found += source.poll(1000, 0.2)
        if len(found) >= count:
            break
    return found


def group() -> str:
    return f"g-{uuid.uuid4().hex[:8]}"


def test_every_record_is_reported_before_send_returns(log: LogUnderTest) -> None:
    topic, producer = log.topic(3), log.producer()
    assert send(producer, [outgoing(topic, n) for n in range(500)]) == dict.fromkeys(range(500))
    assert sum(high for _, high in log.bounds(topic).values()) == 500


def test_a_record_comes_back_as_it_was_sent(log: LogUnderTest) -> None:
    topic, producer = log.topic(1), log.producer()
    send(producer, [Outgoing(topic, "Filiale:ß".encode(), [("a", b"1"), ("a", b"\xff")], b"\x00\xff", 7)])
    consumer = log.consumer(group(), [topic])
    (record,) = read(consumer, 1, log)
    assert (record.topic, record.partition, record.offset) == (topic, 0, 0)
    assert (record.key, list(record.headers), record.value) == (
        "Filiale:ß".encode(), [("a", b"1"), ("a", b"\xff")], b"\x00\xff"
    )  # fmt: skip
    assert record.timestamp_ms > 1_600_000_000_000
    consumer.close()


def test_a_key_keeps_its_order_and_lies_where_java_would_put_it(log: LogUnderTest) -> None:
    topic, producer = log.topic(5), log.producer()
    send(producer, [outgoing(topic, n, f"key-{n % 7}") for n in range(700)])
    consumer = log.consumer(group(), [topic])
    seen: dict[bytes, list[int]] = {}
    for record in read(consumer, 700, log):
        assert record.key is not None and record.value is not None
        assert record.partition == partition_of(record.key, 5)
        seen.setdefault(record.key, []).append(int(record.value))
    assert sorted(seen) == [b"key-%d" % n for n in range(7)]
    assert all(numbers == sorted(numbers) and len(numbers) == 100 for numbers in seen.values())
    consumer.close()


@pytest.mark.parametrize(
    ("key", "expected"),
    # Reference values of Apache Kafka's own UtilsTest.
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536),
     (b"a-little-bit-longer-string", -1486304829), (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
     (b"abc", 479470107)],
)  # fmt: skip
def test_the_partitioner_is_kafkas(key: bytes, expected: int) -> None:
    assert partition_of(key, 2**31) == expected & 0x7FFFFFFF


def test_a_new_group_starts_at_the_beginning_and_goes_on_where_it_committed(log: LogUnderTest) -> None:
    topic, producer, name = log.topic(1), log.producer(), group()
    send(producer, [outgoing(topic, n) for n in range(10)])
    first = log.consumer(name, [topic])
    assert [record.offset for record in read(first, 10, log)] == list(range(10))
    first.commit({(topic, 0): 4})
    first.close()
    second = log.consumer(name, [topic])
    assert [record.offset for record in read(second, 6, log)] == list(range(4, 10))
    second.close()


def test_what_was_not_committed_is_read_again(log: LogUnderTest) -> None:
    topic, producer, name = log.topic(1), log.producer(), group()
    send(producer, [outgoing(topic, n) for n in range(3)])
    first = log.consumer(name, [topic])
    assert len(read(first, 3, log)) == 3
    first.close()
    second = log.consumer(name, [topic])
    assert [record.offset for record in read(second, 3, log)] == [0, 1, 2]
    second.close()


def test_a_poll_gives_at_most_what_was_asked_for(log: LogUnderTest) -> None:
    topic, producer = log.topic(1), log.producer()
    send(producer, [outgoing(topic, n) for n in range(50)])
    consumer = log.consumer(group(), [topic])
    sizes = []
    for _ in range(200):
        sizes.append(len(consumer.poll(7, 0.2)))
        if sum(sizes) == 50:
            break
    assert sum(sizes) == 50 and max(sizes) <= 7
    consumer.close()


def test_a_poll_gives_no_more_bytes_than_it_may_and_loses_nothing(log: LogUnderTest) -> None:
    topic, producer, large = log.topic(2), log.producer(), 200_000
    send(producer, [outgoing(topic, n)._replace(value=b"%06d" % n + bytes(large)) for n in range(40)])
    consumer, size = log.consumer(group(), [topic]), 3 * 1024 * 1024
    batches: list[list[Record]] = []
    for _ in range(200):
        batches.append(consumer.poll(1000, 0.2, size))
        if sum(map(len, batches)) == 40:
            break
    weights = [sum(len(record.value or b"") for record in batch) for batch in batches]
    assert max(weights) <= size < sum(weights)
    read_values = sorted((record.value or b"")[:6] for batch in batches for record in batch)
    assert read_values == [b"%06d" % n for n in range(40)]
    consumer.close()


def test_a_record_that_is_larger_than_a_batch_may_be_comes_alone(log: LogUnderTest) -> None:
    topic, producer = log.topic(1), log.producer()
    send(producer, [outgoing(topic, n)._replace(value=bytes(500_000)) for n in range(3)])
    consumer, sizes = log.consumer(group(), [topic]), []
    for _ in range(200):
        sizes.append(len(consumer.poll(1000, 0.2, 1000)))
        if sum(sizes) == 3:
            break
    assert sum(sizes) == 3 and max(sizes) == 1
    consumer.close()


def test_two_members_share_the_partitions_and_none_is_read_by_both(log: LogUnderTest) -> None:
    topic, producer, name = log.topic(6), log.producer(), group()
    first, second = log.consumer(name, [topic]), log.consumer(name, [topic])
    shares: list[set[int]] = [set(), set()]
    for sent in range(400):
        send(producer, [outgoing(topic, n) for n in range(sent * 12, sent * 12 + 12)])
        shares = []
        for member in (first, second):
            found = member.poll(1000, 0.1)
            if found:
                member.commit({(r.topic, r.partition): r.offset + 1 for r in found})
            shares.append({record.partition for record in found})
        if len(shares[0]) == len(shares[1]) == 3:
            break
    assert shares[0] | shares[1] == set(range(6)) and not shares[0] & shares[1]
    first.close()
    second.close()


def test_the_partitions_of_a_member_that_left_move_to_the_other(log: LogUnderTest) -> None:
    topic, producer, name = log.topic(4), log.producer(), group()
    first, second = log.consumer(name, [topic]), log.consumer(name, [topic])
    read(first, 0, log)
    read(second, 0, log)
    second.close()
    send(producer, [outgoing(topic, n) for n in range(100)])
    assert len(read(first, 100, log)) == 100
    first.close()


def test_lag_is_what_lies_behind_the_committed_offset(log: LogUnderTest) -> None:
    topic, producer = log.topic(1), log.producer()
    send(producer, [outgoing(topic, n) for n in range(30)])
    consumer = log.consumer(group(), [topic])
    read(consumer, 30, log)
    consumer.commit({(topic, 0): 20})
    assert consumer.lag() == {(topic, 0): 10}
    consumer.close()


def test_a_reader_starts_where_it_is_told_and_needs_no_group(log: LogUnderTest) -> None:
    topic, producer = log.topic(2), log.producer()
    send(producer, [outgoing(topic, n) for n in range(200)])
    bounds = log.bounds(topic)
    starts = {place: high - 3 for place, (_, high) in bounds.items()}
    for _ in range(2):
        reader = log.reader(starts)
        found = read(reader, 6, log)
        assert sorted((r.topic, r.partition, r.offset) for r in found) == sorted(
            (*place, start + n) for place, start in starts.items() for n in range(3)
        )
        reader.close()
