"""`python -m chassis create-topics`: create what contracts.topics declares. Safe to repeat."""

import sys

from contracts.topics import TOPICS

from chassis import logs
from chassis.kafka import KafkaTopics
from chassis.settings import CommonSettings


def main() -> int:
    """The command line."""
    if sys.argv[1:] != ["create-topics"]:
        print(__doc__, file=sys.stderr)
        return 2
    logs.configure("chassis", "topics", "INFO")
    created = KafkaTopics(CommonSettings().kafka_bootstrap_servers).create(TOPICS.values())
    print(f"topics: {len(created)} created, {len(TOPICS) - len(created)} were there")
    return 0


if __name__ == "__main__":
    sys.exit(main())
