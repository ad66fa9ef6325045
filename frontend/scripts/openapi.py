"""Write frontend/openapi.json, what the dashboard's types are generated from, out of the services' own code.

Run with the project's Python: `.venv/bin/python frontend/scripts/openapi.py [--check]`. Nothing has to be
running. `--check` writes nothing and fails when the committed file says something else than the code.
"""

import json
import os
import sys
from importlib import import_module
from importlib.util import find_spec
from inspect import signature
from pathlib import Path
from typing import Any

from chassis.database import Database

FILE = Path(__file__).resolve().parents[1] / "openapi.json"
SERVICES = ("auth", "catalog", "sales", "forecaster")
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
# Every service has these; the gateway tells them apart by the service's name in the path.
PER_SERVICE = ("dead-letters", "consumers")


def merged() -> dict[str, Any]:
    """One document: paths under /api, explicit operation ids, each schema once."""
    paths: dict[str, Any] = {}
    schemas: dict[str, Any] = {}
    for service in SERVICES:
        document = _document(service)
        if document is None:
            continue
        renamed = {
            name: f"{service.title()}{name}"
            for name, schema in document.get("components", {}).get("schemas", {}).items()
            if schemas.get(name, schema) != schema
        }
        text = json.dumps(document)
        for old, new in renamed.items():
            text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
        document = json.loads(text)
        for name, schema in document.get("components", {}).get("schemas", {}).items():
            schemas[renamed.get(name, name)] = schema
        for path, operations in document["paths"].items():
            paths[_public(service, path)] = _named(service, path, operations)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Almanac", "version": "1"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _document(service: str) -> dict[str, Any] | None:
    if find_spec(service) is None or find_spec(f"{service}.app") is None:
        return None
    module = import_module(f"{service}.app")
    build = getattr(module, "build_api", None) or module.build
    settings = next(iter(signature(build, eval_str=True).parameters.values())).annotation
    app = build(settings(), Database(NOWHERE, pool=1, application="openapi"))
    found: dict[str, Any] = app.openapi()
    return found


def _first(path: str) -> str:
    return path.split("/")[1]


def _public(service: str, path: str) -> str:
    if _first(path) in PER_SERVICE:
        return f"/api/{_first(path)}/{service}" + path[len(_first(path)) + 1 :]
    return f"/api{path}"


def _named(service: str, path: str, operations: dict[str, Any]) -> dict[str, Any]:
    if _first(path) in PER_SERVICE:
        for operation in operations.values():
            operation["operationId"] = f"{service}_{operation['operationId']}"
    return operations


def main() -> int:
    """Generate, and write or compare."""
    os.environ.setdefault("ALMANAC_DATABASE_URL", NOWHERE)
    document = json.dumps(merged(), indent=1, sort_keys=True) + "\n"
    if "--check" not in sys.argv[1:]:
        FILE.write_text(document)
        return 0
    if FILE.read_text() == document:
        return 0
    print("frontend/openapi.json does not say what the services do; run frontend/scripts/openapi.py and `npm run api`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
