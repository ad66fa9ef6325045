"""docs/events says what the code does, and what was sent once is understood for ever."""

from pathlib import Path

import orjson
import pytest
from contracts.envelope import decode, encode
from contracts.events import BY_TYPE
from contracts.schemas import documents
from contracts.topics import TOPICS

DOCS = Path(__file__).parents[3] / "docs" / "events"
GOLDEN = sorted((DOCS / "golden").glob("*.json"))


def test_the_documents_are_what_the_models_say() -> None:
    committed = {path.name: path.read_bytes() for path in DOCS.glob("*.json")}
    assert committed == documents(), "run: python -m contracts.schemas docs/events"


def test_every_type_has_a_golden_record_and_every_topic_a_channel() -> None:
    assert {path.name.split(".v")[0] for path in GOLDEN} == set(BY_TYPE)
    channels = orjson.loads((DOCS / "asyncapi.json").read_bytes())["channels"]
    assert set(channels) == set(TOPICS)
    assert all(channel["messages"] for channel in channels.values())


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_old_record_decodes_and_loses_nothing(path: Path) -> None:
    golden = orjson.loads(path.read_bytes())
    event = decode([(name, text.encode()) for name, text in golden["headers"].items()], orjson.dumps(golden["value"]))
    assert (event.type, event.key) == (path.name.split(".v")[0], golden["key"])
    again = orjson.loads(encode(event)[2])
    assert golden["value"].items() <= again.items()


@pytest.mark.parametrize("topic", TOPICS.values(), ids=lambda topic: topic.name)
def test_the_brokers_clock_decides_what_retention_deletes(topic: object) -> None:
    assert topic.config["message.timestamp.type"] == "LogAppendTime"  # type: ignore[attr-defined]
