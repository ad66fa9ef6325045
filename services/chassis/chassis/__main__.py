"""`python -m chassis create-topics`: create what contracts.topics declares. Safe to repeat."""

import sys

from contracts.topics import TOPICS

from chassis import logs
from chassis.event_log import LogUnavailable
from chassis.kafka import KafkaTopics
from chassis.kafka_create import Safety
from chassis.settings import CommonSettings


def main() -> int:
    """The command line."""
    if sys.argv[1:] != ["create-topics"]:
        print(__doc__, file=sys.stderr)
        return 2
    settings = CommonSettings()
    logs.configure("chassis", "topics", settings.log_level)
    safety = Safety(settings.kafka_replicas, settings.kafka_min_insync)
    try:
        done = KafkaTopics(settings.kafka_bootstrap_servers).create(TOPICS.values(), safety)
    except LogUnavailable as error:
        print(f"topics: not created: {error}", file=sys.stderr)
        return 1
    print(f"topics: {len(done.created)} created, {len(TOPICS) - len(done.created)} were there")
    for said, lines in (("raised", done.raised), ("kept as it is", done.kept), ("to do", done.to_do)):
        for line in lines:
            print(f"topics: {said}: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
