"""Whether the log holds all that the live history was made from: from less, a rebuilt one would be less, silently.

Two proofs. Before anything is read: each partition still has its records up to the offset counted to, from the first
one on, or from where the topic was made again from the ledger. Before anything is written: the log holds as many
entries as were ever counted; offsets of a log that was lost prove nothing, ids do.
"""

from collections.abc import Mapping

from chassis.event_log import LogUnavailable
from chassis.kafka import KafkaReader, KafkaTopics
from contracts.lean import read_value

LOOK = 20_000  # records: what was on its way when the topic was made again may lie before the first that says so
SILENCE = 100  # polls of 0.1 s


class IncompleteLog(Exception):
    """Records are gone that were counted."""


def require_whole(bootstrap: str, topic: str, counted: Mapping[int, int]) -> dict[int, int]:
    """The first offset of each partition; raises IncompleteLog when one lacks records that were counted."""
    bounds = {partition: ends for (_, partition), ends in KafkaTopics(bootstrap).bounds(topic).items()}
    late = {partition for partition, (first, _) in bounds.items() if first > 0 and counted.get(partition, 0) > 0}
    made_again = _made_again(bootstrap, topic, bounds, late)
    for partition, offset in sorted(counted.items()):
        first, end = bounds.get(partition, (0, 0))
        if partition in late and not (partition in made_again or (made_again and first == end)):
            raise IncompleteLog(
                f"partition {partition} of {topic} begins at offset {first}: what lay before is gone, but was counted"
            )
        if end < offset:
            raise IncompleteLog(
                f"partition {partition} of {topic} ends at offset {end}, but {offset} records of it were counted"
            )
    return {partition: first for partition, (first, _) in bounds.items()}


def require_entries(held: int, counted: int) -> None:
    """Raise IncompleteLog when the log holds fewer entries than the history has counted."""
    if held < counted:
        raise IncompleteLog(
            f"the log holds {held:,} entries, but {counted:,} were counted. `almanac republish sale-recorded` makes the"
            " topic again from the ledger; where that is done, more was counted than was sold: --trust-log"
        )


def _made_again(bootstrap: str, topic: str, bounds: Mapping[int, tuple[int, int]], late: set[int]) -> set[int]:
    """Those of the partitions whose first records say that they were told again."""
    if not late:
        return set()
    reader = KafkaReader(bootstrap, {})
    try:
        return {
            partition for partition in late if _says_so(reader, topic, partition, *bounds[partition])
        }  # fmt: skip
    finally:
        reader.close()


def _says_so(reader: KafkaReader, topic: str, partition: int, first: int, end: int) -> bool:
    reader.move({(topic, partition): first})
    seen = silent = 0
    while seen < min(LOOK, end - first):
        found = reader.poll_values(1000, 0.1)
        seen, silent = seen + len(found), 0 if found else silent + 1
        if any(_again(value) for _, value in found):
            return True
        if silent > SILENCE:
            raise LogUnavailable(f"partition {partition} gives nothing at offset {first}")
    return False


def _again(value: bytes | None) -> bool:
    try:
        return bool(read_value(value or b"").republished)
    except ValueError:
        return False  # somebody else's record
