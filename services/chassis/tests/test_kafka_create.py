"""Creating topics raises what is too low, and never lowers what an operator has raised."""

import os
import subprocess
import sys
from uuid import uuid4

import pytest
from chassis.kafka import KafkaTopics
from chassis.kafka_create import Safety
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
)
from contracts.topics import Topic

from services.chassis.tests.conftest import until


def declared(**more: object) -> Topic:
    return Topic(f"t-{uuid4().hex[:8]}", "key", ("test",), 2, **{"retention_ms": 86_400_000} | more)  # type: ignore[arg-type]


def setting(kafka: str, topic: str, name: str, value: str | None = None) -> str:
    """A topic's setting at the broker, after it was changed."""
    admin = AdminClient({"bootstrap.servers": kafka})
    if value is not None:
        entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for done in admin.incremental_alter_configs(
            [ConfigResource("topic", topic, incremental_configs=[entry])]
        ).values():
            done.result(30)
        until(lambda: _told(admin, topic, name) == value)  # a controller answers before its brokers have heard
    return _told(admin, topic, name)


def _told(admin: AdminClient, topic: str, name: str) -> str:
    resource = ConfigResource("topic", topic)
    return str(admin.describe_configs([resource])[resource].result(30)[name].value)


@pytest.mark.real_kafka
@pytest.mark.parametrize(
    ("name", "raised"),
    [
        ("retention.ms", "172800000"), ("retention.ms", "-1"), ("max.message.bytes", "2097152"),
        ("min.insync.replicas", "2"), ("segment.bytes", "52428800"), ("compression.type", "zstd"),
    ],
)  # fmt: skip
def test_what_an_operator_has_raised_or_set_beside_stays(kafka: str, name: str, raised: str) -> None:
    topic = declared()
    KafkaTopics(kafka).create([topic])
    setting(kafka, topic.name, name, raised)
    done = KafkaTopics(kafka).create([topic])
    assert setting(kafka, topic.name, name) == raised
    assert done.created == done.raised == []


@pytest.mark.real_kafka
@pytest.mark.parametrize(
    ("name", "lowered"),
    [("retention.ms", "3600000"), ("max.message.bytes", "1000"), ("cleanup.policy", "compact"),
     ("message.timestamp.type", "CreateTime")],
)  # fmt: skip
def test_what_is_less_than_declared_is_put_right_and_said(kafka: str, name: str, lowered: str) -> None:
    topic = declared()
    KafkaTopics(kafka).create([topic])
    right = setting(kafka, topic.name, name)
    setting(kafka, topic.name, name, lowered)
    done = KafkaTopics(kafka).create([topic])
    assert setting(kafka, topic.name, name) == right
    assert done.raised == [f"{topic.name}: {name}={right} instead of {lowered}"]


@pytest.mark.real_kafka
def test_partitions_that_were_added_stay(kafka: str) -> None:
    topic = declared()
    topics = KafkaTopics(kafka)
    topics.create([topic])
    admin = AdminClient({"bootstrap.servers": kafka})
    for done in admin.create_partitions([NewPartitions(topic.name, 5)]).values():
        done.result(30)
    assert topics.create([topic]).kept == [f"{topic.name}: 5 partitions, declared are 2"]
    assert len(topics.partitions(topic.name)) == 5


@pytest.mark.real_kafka
def test_what_only_an_operator_can_mend_is_said(kafka: str) -> None:
    topic = declared()
    KafkaTopics(kafka).create([topic])
    more = Topic(topic.name, "key", ("test",), 3, retention_ms=topic.retention_ms)
    done = KafkaTopics(kafka).create([more], Safety(replicas=3, min_insync=2))
    assert done.to_do == [
        f"{topic.name} has 2 partitions instead of 3",
        f"{topic.name} lies on 1 brokers instead of 3: kafka-reassign-partitions moves it",
    ]
    assert done.raised == [], "two brokers must have a record, of one: older brokers take none then"
    assert setting(kafka, topic.name, "min.insync.replicas") == "1"


@pytest.mark.real_kafka
def test_more_replicas_than_brokers_are_one_line(kafka: str) -> None:
    command = [sys.executable, "-m", "chassis", "create-topics"]
    given = {"ALMANAC_KAFKA_BOOTSTRAP_SERVERS": kafka, "ALMANAC_KAFKA_REPLICAS": "3", "ALMANAC_KAFKA_MIN_INSYNC": "2"}
    done = subprocess.run(command, env=os.environ | given, capture_output=True, text=True)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "Unable to replicate the partition 3 time(s)" in line
