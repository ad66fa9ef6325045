"""Write frontend/openapi.json, what the dashboard's types are generated from, docs/api-surface.md and topics.gen.ts.

Run with the project's Python: `.venv/bin/python frontend/scripts/openapi.py [--check]`. All come out of the
services' own code; nothing has to be running. `--check` writes nothing and fails when the committed file says
something else than the code.
"""

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from chassis.database import Database
from gateway import app as gateway_app
from gateway.domain import openapi
from gateway.domain.routing import SERVICES
from gateway.settings import Settings

FILE = Path(__file__).resolve().parents[1] / "openapi.json"
NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


def document_of(service: str) -> dict[str, Any]:
    """A service's own document, from its app; the database is never asked."""
    module = import_module(f"{service}.app")
    build = getattr(module, "build_api", None) or module.build
    settings = import_module(f"{service}.settings").Settings
    found: dict[str, Any] = build(settings(), Database(NOWHERE, pool=1, application="openapi")).openapi()
    return found


def text() -> str:
    """The merged document as the file holds it."""
    os.environ.setdefault("ALMANAC_DATABASE_URL", NOWHERE)
    documents = {service: document_of(service) for service in SERVICES}
    documents["gateway"] = gateway_app.build_api(Settings()).openapi()
    return json.dumps(openapi.merge(documents), indent=1, sort_keys=True) + "\n"


def main() -> int:
    """Generate, and write or compare."""
    if "--check" not in sys.argv[1:]:
        # beside this script; docs/api-surface.md and src/api/topics.gen.ts are written from the same file
        import surface
        import topics

        FILE.write_text(text())
        return surface.main() or topics.main()
    if FILE.read_text() == text():
        return 0
    print("frontend/openapi.json does not say what the services do; run frontend/scripts/openapi.py and `npm run api`")
    return 1


if __name__ == "__main__":
    sys.exit(main())
