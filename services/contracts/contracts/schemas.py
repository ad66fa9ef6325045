"""The contracts as documents: a JSON Schema for each payload and one AsyncAPI 3 document, made from the models.

`python -m contracts.schemas DIRECTORY` writes them; a test holds docs/events to what this gives. The golden records
beside them are written once, never made again: they are what older producers have sent.
"""

import sys
from pathlib import Path
from typing import Any

import orjson

from contracts.events import BY_TYPE, PAYLOADS, Payload
from contracts.topics import TOPICS, Topic

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _types(payload: type[Payload]) -> list[str]:
    return [type_ for type_, of in BY_TYPE.items() if of is payload]


def json_schema(payload: type[Payload]) -> dict[str, Any]:
    """The schema of a payload as readers accept it."""
    return {"$schema": _DIALECT, "$id": f"almanac:{payload.TYPE}:v{payload.VERSION}"} | payload.model_json_schema()


def _message(payload: type[Payload], type_: str) -> dict[str, Any]:
    return {
        "name": type_,
        "summary": (payload.__doc__ or "").strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {
            "type": "object",
            "required": ["ce_type", "ce_id", "ce_source"],
            "properties": {
                "ce_specversion": {"const": "1.0"},
                "ce_type": {"const": type_},
                "ce_id": {"type": "string", "minLength": 1, "maxLength": 200},
                "ce_source": {"type": "string", "minLength": 1, "maxLength": 200},
                "ce_time": {"type": "string", "format": "date-time"},
                "ce_dataschema": {"const": f"almanac:{type_}:v{payload.VERSION}"},
                "traceparent": {"type": "string"},
            },
        },
        "payload": {"schemaFormat": f"application/schema+json;version={_DIALECT}",
                    "schema": {"$ref": f"./{payload.TYPE}.schema.json"}},
    }  # fmt: skip


def _channel(topic: Topic) -> dict[str, Any]:
    types = [type_ for payload in PAYLOADS if topic == payload.TOPIC for type_ in _types(payload)]
    return {
        "address": topic.name,
        "description": f"Keyed by {topic.key}; written by {', '.join(topic.publishers)}.",
        "messages": {type_: {"$ref": f"#/components/messages/{type_}"} for type_ in types},
        "bindings": {"kafka": {"topic": topic.name, "partitions": topic.partitions, "x-configs": topic.config}},
    }


def asyncapi() -> dict[str, Any]:
    """All topics and their messages."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Almanac's events", "version": "1", "description": "CloudEvents 1.0, Kafka's binary mode."},
        "defaultContentType": "application/json",
        "channels": {name: _channel(topic) for name, topic in sorted(TOPICS.items())},
        "components": {"messages": {type_: _message(of, type_) for type_, of in sorted(BY_TYPE.items())}},
    }


def documents() -> dict[str, bytes]:
    """File name → content of everything that is made from the models."""
    made = {f"{payload.TYPE}.schema.json": json_schema(payload) for payload in PAYLOADS} | {"asyncapi.json": asyncapi()}
    style = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {name: orjson.dumps(document, option=style) for name, document in made.items()}


def write(directory: Path) -> None:
    """Write them all."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (directory / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
