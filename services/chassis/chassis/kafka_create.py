"""Creating the topics that `contracts.topics` declares on a broker that somebody may have set up with care.

Guarantee: nothing is ever lowered. What an operator has raised (retention, record size, in-sync replicas, partitions,
replicas) stays; what is lower than declared is raised; what a topic is not right without (cleanup policy, whose clock)
is put as declared. What can only be mended by hand is said in a line each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
)
from contracts.topics import Topic

from chassis.event_log import LogUnavailable
from chassis.kafka_access import connection

SECONDS = 30.0
# Settings of which more is safer; -1 is without end.
GROWING = ("retention.ms", "retention.bytes", "max.message.bytes", "delete.retention.ms", "min.insync.replicas")


@dataclass(frozen=True)
class Safety:
    """On how many brokers each record lies, and how many of them must have it before it counts as written."""

    replicas: int = 1
    min_insync: int = 1


@dataclass
class Created:
    """What was done, and what only an operator can."""

    created: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    to_do: list[str] = field(default_factory=list)


def create(bootstrap: str, topics: Iterable[Topic], safety: Safety = Safety()) -> Created:
    """Create the topics that are missing and raise the settings of the others. Raises LogUnavailable."""
    admin, done = AdminClient(connection(bootstrap) | {"log_level": 0}), Created()
    wanted = {topic.name: topic for topic in topics}
    try:
        existing = admin.list_topics(timeout=10).topics
        _make(admin, [topic for name, topic in wanted.items() if name not in existing], safety, done)
        there = [topic for name, topic in wanted.items() if name in existing]
        _raise(admin, [(t, _compare(t, existing[t.name].partitions, safety, done)) for t in there], done)
    except KafkaException as error:
        raise LogUnavailable(error.args[0].str()) from error
    return done


def _make(admin: AdminClient, topics: list[Topic], safety: Safety, done: Created) -> None:
    new = [NewTopic(topic.name, topic.partitions, safety.replicas, config=_wanted(topic, safety)) for topic in topics]
    for name, future in (admin.create_topics(new) if new else {}).items():
        try:
            future.result(SECONDS)
            done.created.append(name)
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise LogUnavailable(f"{name}: {error.args[0].str()}") from error


def _wanted(topic: Topic, safety: Safety) -> dict[str, str]:
    return topic.config | ({"min.insync.replicas": str(safety.min_insync)} if safety.min_insync > 1 else {})


def _compare(topic: Topic, partitions: Mapping[int, object], safety: Safety, done: Created) -> Safety:
    """Partitions move keys and replicas move data: neither is changed here. How safe the topic can be as it lies: where
    more brokers must have a record than it lies on, older brokers take none."""
    if len(partitions) > topic.partitions:
        done.kept.append(f"{topic.name}: {len(partitions)} partitions, declared are {topic.partitions}")
    if len(partitions) < topic.partitions:
        done.to_do.append(f"{topic.name} has {len(partitions)} partitions instead of {topic.partitions}")
    replicas = min((len(getattr(part, "replicas", ())) for part in partitions.values()), default=0)
    if replicas < safety.replicas:
        done.to_do.append(
            f"{topic.name} lies on {replicas} brokers instead of {safety.replicas}: kafka-reassign-partitions moves it"
        )
    return Safety(replicas, min(safety.min_insync, replicas))


def _raise(admin: AdminClient, topics: list[tuple[Topic, Safety]], done: Created) -> None:
    if not topics:
        return
    asked = admin.describe_configs([ConfigResource("topic", topic.name) for topic, _ in topics])
    present = {resource.name: future.result(SECONDS) for resource, future in asked.items()}
    changes = []
    for topic, safety in topics:
        differing = _differing(topic, present[topic.name], safety, done)
        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET) for name, value in differing.items()
        ]
        if entries:
            changes.append(ConfigResource("topic", topic.name, incremental_configs=entries))
    for future in (admin.incremental_alter_configs(changes) if changes else {}).values():
        future.result(SECONDS)


def _differing(topic: Topic, present: Mapping[str, ConfigEntry], safety: Safety, done: Created) -> dict[str, str]:
    found = {}
    for name, value in _wanted(topic, safety).items():
        is_ = present[name].value if name in present else None
        if is_ is None or is_ == value:
            continue
        if name in GROWING and _size(is_) > _size(value):
            done.kept.append(f"{topic.name}: {name}={is_}, declared is {value}")
        else:
            done.raised.append(f"{topic.name}: {name}={value} instead of {is_}")
            found[name] = value
    return found


def _size(value: str) -> float:
    return float("inf") if int(value) < 0 else int(value)
