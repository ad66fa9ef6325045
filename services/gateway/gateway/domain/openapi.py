"""One OpenAPI document of many: what is served at /api/openapi.json and what the dashboard is typed from."""

import json
from collections.abc import Mapping
from typing import Any

from gateway.domain import narrowing, routing

Document = dict[str, Any]


def merge(documents: Mapping[str, Document]) -> Document:
    """Paths under /api; operation ids kept; each schema once. `gateway` names our own document.

    Two different schemas of one name keep apart: the later service's gets the service's name in front.
    """
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service, given in documents.items():
        found = given.get("components", {}).get("schemas", {})
        renamed = {name: f"{service.title()}{name}" for name in found if schemas.get(name, found[name]) != found[name]}
        text = json.dumps(given)
        for old, new in renamed.items():
            text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
        document = json.loads(text)
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            schemas[renamed.get(name, name)] = schema
        for path, operations in document.get("paths", {}).items():
            paths[path if service == "gateway" else routing.public(service, path)] = _named(service, path, operations)
    narrowing.describe(paths)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Almanac", "version": "1", "description": "Sales forecasting: the whole API."},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"bearer": []}],
    }


def _named(service: str, path: str, operations: dict[str, Any]) -> dict[str, Any]:
    if path.split("/")[1] in routing.PER_SERVICE and service != "gateway":
        for operation in operations.values():
            operation["operationId"] = f"{service}_{operation['operationId']}"
    return operations
