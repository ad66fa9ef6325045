"""Whether the log holds all that the live history was made from: from less, a rebuilt one would be less, silently."""

from collections.abc import Mapping

from chassis.kafka import KafkaTopics


class IncompleteLog(Exception):
    """Records are gone that were counted."""


def require_whole(bootstrap: str, topic: str, counted: Mapping[int, int]) -> None:
    """Raise IncompleteLog unless each partition still has its records from the first up to the offset counted to."""
    bounds = {partition: ends for (_, partition), ends in KafkaTopics(bootstrap).bounds(topic).items()}
    for partition, offset in sorted(counted.items()):
        first, end = bounds.get(partition, (0, 0))
        if first > 0:
            raise IncompleteLog(
                f"partition {partition} of {topic} begins at offset {first}: what lay before is gone, but was counted"
            )
        if end < offset:
            raise IncompleteLog(
                f"partition {partition} of {topic} ends at offset {end}, but {offset} records of it were counted"
            )
