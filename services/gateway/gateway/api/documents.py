"""The API's reference: the merged OpenAPI document, and a page that shows it without any script."""

import asyncio
import html
from typing import Any

from chassis.security import public
from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from gateway.domain import openapi
from gateway.domain.routing import SERVICES
from gateway.upstreams.client import Upstreams

router = APIRouter(tags=["system"], dependencies=[Depends(public)])


async def _merged(request: Request) -> dict[str, Any]:
    upstreams: Upstreams = request.app.state.upstreams
    found = await asyncio.gather(*(upstreams.get(name, "/openapi.json") for name in SERVICES))
    present = {name: document for name, document in zip(SERVICES, found, strict=True) if document}
    return openapi.merge({**present, "gateway": request.app.openapi()})


@router.get("/api/openapi.json", include_in_schema=False)
async def get_openapi(request: Request) -> dict[str, Any]:
    """The whole API; a service that does not answer now is missing."""
    return await _merged(request)


@router.get("/api/docs", include_in_schema=False, response_class=HTMLResponse)
async def get_docs(request: Request) -> HTMLResponse:
    """The operations, for people."""
    document = await _merged(request)
    parts = [
        f"<tr><td><code>{method.upper()} {html.escape(path)}</code></td><td>{html.escape(_about(operation))}</td>"
        f"<td><code>{html.escape(str(operation.get('operationId', '')))}</code></td></tr>"
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict)
    ]
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Almanac API</title></head><body>'
        '<main><h1>Almanac API</h1><p>Machine-readable: <a href="/api/openapi.json">openapi.json</a></p>'
        "<table><thead><tr><th>Operation</th><th>What it does</th><th>Id</th></tr></thead><tbody>"
        + "".join(parts) + "</tbody></table></main></body></html>"
    )  # fmt: skip


def _about(operation: dict[str, Any]) -> str:
    return str(operation.get("description") or operation.get("summary") or "").split("\n")[0]
