"""Write the tables of docs/api-surface.md, one route a line, out of frontend/openapi.json.

Run with the project's Python: `.venv/bin/python frontend/scripts/surface.py`. Only what stands between the marks
`<!-- routes: NAME -->` and `<!-- end -->` is written; tests/infra/test_api_surface.py compares it with the services.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from gateway.domain.routing import PER_SERVICE, SERVICES, upstream

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "api-surface.md"
MARKED = re.compile(r"(<!-- routes: ([a-z ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
METHODS = ("get", "post", "put", "patch", "delete")
PAGING = {"limit", "cursor"}


def owner(path: str) -> str:
    """The table that a route of the gateway belongs to."""
    found = upstream(path.removeprefix("/api"))
    if found is None:
        return "gateway"
    return "every service" if found[1].split("/")[1] in PER_SERVICE else found[0]


def routes(document: dict[str, Any]) -> dict[str, dict[str, str]]:
    """Of each table: the line of each route, by what it is called."""
    tables: dict[str, dict[str, str]] = {}
    for path, methods in sorted(document["paths"].items()):
        table = owner(path)
        shown = re.sub(f"^(/api/[^/]+)/({'|'.join(SERVICES)})", r"\1/{service}", path) if table[0] == "e" else path
        for method in METHODS:
            if method in methods:
                name = f"{method.upper()} {shown}"
                asked = takes(document, methods[method])
                said = " ".join((methods[method].get("description") or methods[method]["summary"]).split())
                tables.setdefault(table, {})[name] = f"| `{name}` | {asked} | {said.replace('|', '/')} |"
    return tables


def takes(document: dict[str, Any], operation: dict[str, Any]) -> str:
    """The query (`=…` where it is needed) and the body's fields (`?` where it is not); `…` is a list of pages."""
    query = [p for p in operation.get("parameters", []) if p["in"] == "query"]
    names = [p["name"] + ("=…" if p.get("required") else "") for p in query if p["name"] not in PAGING]
    found = [f"`?{'&'.join(names)}`"] if names else []
    found += ["…"] if PAGING & {p["name"] for p in query} else []
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    for part in content.get("anyOf", [content]):
        if "$ref" in part:
            body = document["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
            needed = body.get("required", [])
            fields = [name + ("" if name in needed else "?") for name in body.get("properties", {})]
            found.append(f"`{{{', '.join(fields)}}}`")
    return " ".join(found)


def page(text: str, document: dict[str, Any]) -> str:
    """The page with its tables as the document has them."""
    tables = routes(document)
    head = "| route | takes | what it does |\n| --- | --- | --- |\n"

    def table(match: re.Match[str]) -> str:
        return f"{match[1]}{head}{chr(10).join(tables[match[2]].values())}\n{match[3]}"

    return MARKED.sub(table, text)


def main() -> int:
    """Write the page."""
    document = json.loads((ROOT / "frontend" / "openapi.json").read_text())
    PAGE.write_text(page(PAGE.read_text(), document))
    return 0


if __name__ == "__main__":
    sys.exit(main())
