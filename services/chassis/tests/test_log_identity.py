"""Offsets belong to a log: of one that is begun anew they say nothing."""

from chassis import log_identity
from chassis.consumer_store import PostgresStore
from chassis.database import Database, rows
from chassis.kafka import KafkaConsumer
from sqlalchemy import text


def kept(database: Database) -> list[int]:
    with database.transaction() as connection:
        return [row["next_offset"] for row in rows(connection, "SELECT next_offset FROM projection_offset")]


def test_offsets_end_with_their_log_and_grow_anew_from_the_next_ones_beginning(database: Database) -> None:
    store = PostgresStore(database)
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM event_log"))
    with store.begin() as work:
        work.keep_offsets("history", {("t", 0): 500})
    assert not log_identity.follow(database, "first")  # of an installed system: its log is adopted
    assert not log_identity.follow(database, "first")
    assert kept(database) == [500]
    assert log_identity.follow(database, "second")
    assert kept(database) == []
    with store.begin() as work:
        work.keep_offsets("history", {("t", 0): 3})
    assert not log_identity.follow(database, "second")
    assert kept(database) == [3]


def test_a_consumer_knows_its_log(kafka: str) -> None:
    names = set()
    for group in ("one", "two"):
        consumer = KafkaConsumer(kafka, group, ["t"])
        names.add(consumer.cluster_id())
        consumer.close()
    (name,) = names
    assert len(name) > 8
