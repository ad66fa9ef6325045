"""How far behind every consumer and outbox is, asked of Kafka and PostgreSQL themselves.

Guarantee: 0 means that everything published has been applied and committed, and that nothing waits to be published.
What workers report about themselves is some seconds old; this is not.
"""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psycopg2
from chassis.kafka_access import connection
from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._listoffsets import OffsetSpec

from infra.launcher import databases, state
from infra.launcher.errors import LauncherError

SECONDS = 10.0


def measure(data: Path) -> dict[str, int]:
    """`consumer group` or `service/outbox` → what waits there. Raises while a consumer has no process."""
    content = state.load(data)
    groups = _groups(content)
    # Outboxes first: a row that moves into a topic in between is then counted by nobody only if it was consumed too.
    waiting = {f"{service}/outbox": _outbox(data, content, service) for service in databases.SERVICES}
    admin = AdminClient(connection(content["kafka"]["bootstrap"]) | {"log_level": 0})
    try:
        return waiting | {group: _behind(admin, group, topics) for group, topics in groups.items()}
    except KafkaException as fault:
        raise LauncherError(f"Kafka does not tell the consumers' lag: {fault.args[0]}") from fault


def _groups(content: dict[str, Any]) -> dict[str, list[str]]:
    """Every consumer group that the workers run, with the topics that it says it reads."""
    groups: dict[str, list[str]] = {}
    for unit in content.get("processes", []):
        service, _, role = unit["name"].partition("-")
        if role == "worker":
            consumers = _health(unit).get("consumers") or {}
            groups |= {f"{service}.{name}": list(told["lag"]) for name, told in consumers.items()}
    return groups


def _health(unit: dict[str, Any]) -> dict[str, Any]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{unit['port']}/readyz", timeout=SECONDS) as answer:
            told: dict[str, Any] = json.loads(answer.read())
    except urllib.error.HTTPError as fault:  # 503: not ready, but it answers
        told = json.loads(fault.read())
    except OSError as fault:
        raise LauncherError(f"{unit['name']} does not answer ({fault}); its lag is not known.") from None
    return told


def _behind(admin: AdminClient, group: str, topics: list[str]) -> int:
    places = _assigned(admin, group) or _partitions(admin, topics)
    if not places:
        raise LauncherError(f"The consumer group {group} has no partitions yet; its lag is not known.")
    asked = ConsumerGroupTopicPartitions(group, [TopicPartition(place.topic, place.partition) for place in places])
    committed = admin.list_consumer_group_offsets([asked], request_timeout=SECONDS)[group].result().topic_partitions
    starts = _offsets(admin, places, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
    ends = _offsets(admin, places, OffsetSpec.latest())  # type: ignore[no-untyped-call]
    done = {(place.topic, place.partition): place.offset for place in committed}
    return sum(max(0, end - max(done.get(place, -1), starts[place])) for place, end in ends.items())


def _assigned(admin: AdminClient, group: str) -> list[TopicPartition]:
    described = admin.describe_consumer_groups([group], request_timeout=SECONDS)[group].result()
    return [place for member in described.members if member.assignment for place in member.assignment.topic_partitions]


def _partitions(admin: AdminClient, topics: list[str]) -> list[TopicPartition]:
    """For the development broker, which does not tell a group's assignment."""
    known = admin.list_topics(timeout=SECONDS).topics if topics else {}
    return [TopicPartition(topic, number) for topic in topics for number in known[topic].partitions]


def _offsets(admin: AdminClient, places: list[TopicPartition], which: OffsetSpec) -> dict[tuple[str, int], int]:
    wanted = {TopicPartition(place.topic, place.partition): which for place in places}
    found = admin.list_offsets(wanted, request_timeout=SECONDS)
    return {(place.topic, place.partition): int(future.result().offset) for place, future in found.items()}


def _outbox(data: Path, content: dict[str, Any], service: str) -> int:
    password = state.secret(data, f"database-{service}")
    dsn = databases.service_dsn(content["postgres"]["address"], service, password)
    try:
        connection = psycopg2.connect(dsn, connect_timeout=5)
    except psycopg2.OperationalError as fault:
        raise LauncherError(f"PostgreSQL does not answer ({str(fault).splitlines()[0]}).") from None
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT CASE WHEN to_regclass('outbox') IS NULL THEN 0 ELSE 1 END")
            found = cursor.fetchone()
            if not found or not found[0]:
                return 0
            cursor.execute("SELECT coalesce(sum(events), 0) FROM outbox")
            row = cursor.fetchone()
            return int(row[0]) if row else 0
    finally:
        connection.close()
