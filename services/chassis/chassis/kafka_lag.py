"""Where partitions end and how far behind every consumer group is: one batch of requests, however many there are."""

from collections.abc import Iterable

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaException
from confluent_kafka import TopicPartition as Position
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from chassis.event_log import LogUnavailable, TopicPartition
from chassis.kafka_access import connection

SECONDS = 5.0


class KafkaLag:
    """Committed offsets against the ends of the partitions."""

    def __init__(self, bootstrap: str) -> None:
        self._admin = AdminClient(connection(bootstrap) | {"log_level": 0})

    def measure(self) -> dict[str, dict[str, int]]:
        """Group to topic to records not yet applied. Raises LogUnavailable."""
        try:
            listed = self._admin.list_consumer_groups(request_timeout=SECONDS).result(SECONDS)
            if listed.errors:  # a broker that does not answer is no broker without groups
                raise LogUnavailable(str(listed.errors[0]))
            # Our groups are called `service.consumer`; readers outside of groups come and go.
            groups = [group.group_id for group in listed.valid if group.group_id.count(".") == 1]
            asked = [
                self._admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name)])[name] for name in groups
            ]
            committed = {
                name: [place for place in answer.result(SECONDS).topic_partitions if place.offset >= 0]
                for name, answer in zip(groups, asked, strict=True)
            }
            ends = self._ends({(place.topic, place.partition) for found in committed.values() for place in found})
        except (KafkaException, TimeoutError) as error:
            raise LogUnavailable(str(error) or f"no answer within {SECONDS:.0f} s") from error
        lag: dict[str, dict[str, int]] = {name: {} for name in groups}
        for name, found in committed.items():
            for place in found:
                behind = max(0, ends[place.topic, place.partition] - place.offset)
                lag[name][place.topic] = lag[name].get(place.topic, 0) + behind
        return lag

    def ends(self, topics: Iterable[str]) -> dict[TopicPartition, int]:
        """The next offset of each partition of those of the topics that are there. Raises LogUnavailable."""
        try:
            there = self._admin.list_topics(timeout=SECONDS).topics
            return self._ends(
                {(name, number) for name in there.keys() & set(topics) for number in there[name].partitions}
            )
        except (KafkaException, TimeoutError) as error:
            raise LogUnavailable(str(error) or f"no answer within {SECONDS:.0f} s") from error

    def _ends(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        wanted = {Position(*place): OffsetSpec.latest() for place in places}  # type: ignore[no-untyped-call]
        found = self._admin.list_offsets(wanted) if wanted else {}
        return {(place.topic, place.partition): answer.result(SECONDS).offset for place, answer in found.items()}
