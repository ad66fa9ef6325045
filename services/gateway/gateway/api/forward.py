"""Passes requests to the service that owns the path.

Answers and files stream; other bodies are whole, and their sender known, before a service hears of them. One caller has
at most a share of the connections to the services, however slowly the answers are read.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import httpx2
from chassis import tracing
from chassis.bodies import MOST_BYTES, announced
from chassis.failures import not_found
from chassis.problems import Problem
from chassis.security import current_principal, public
from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool

from gateway.api.callers import HoldingResponse, too_many
from gateway.api.refusals import passed_on
from gateway.application.held import HeldBodies
from gateway.application.narrowing import OwnerRefused, narrowed
from gateway.application.shares import Full
from gateway.domain import routing
from gateway.upstreams.client import Call, TimedOut, Upstreams

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
# Files are handed on while they come; what is sent to sign in is small.
LARGE = ("/imports", "/shop-imports")
LARGE_BYTES = 1024**3  # a service may take less; nginx has the same bound
SIGN_IN_BYTES = 64 * 1024
_HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"te", b"trailer",
    b"transfer-encoding", b"upgrade",
}  # fmt: skip
# The gateway's own envelope sets these on every answer.
_OURS = {b"x-request-id", b"x-content-type-options", b"date", b"server"}

router = APIRouter(include_in_schema=False)


@router.api_route("/api/{path:path}", methods=METHODS, dependencies=[Depends(public)])
async def forward(request: Request, path: str) -> HoldingResponse:
    """The owner's answer. Permissions are the owner's: it verifies the token itself."""
    raw = request.scope.get("raw_path", request.url.path.encode()).split(b"?")[0].decode("latin-1")
    target = routing.upstream(raw.removeprefix("/api"))
    if target is None or {".", ".."} & set(path.split("/")):
        raise not_found(f"/api/{path}")
    service, own_path = target
    async with AsyncExitStack() as held:
        answer = await _answered(request, service, own_path, held)
        response = HoldingResponse(answer.aiter_raw(), held.pop_all(), status_code=answer.status_code)
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.lower() not in _HOP_BY_HOP | _OURS
    ]
    return response


async def _answered(request: Request, service: str, own_path: str, held: AsyncExitStack) -> httpx2.Response:
    """The owner's answer, not yet read; `held` gives back what it holds."""
    bodies: HeldBodies = request.app.state.held
    try:
        if not announced(request.scope):
            return await _asked(request, service, own_path, None, held)
        if service != "auth":  # where people sign in; all others have no use for a body of a stranger
            await run_in_threadpool(current_principal, request)
        if own_path.startswith(LARGE):
            return await _asked(request, service, own_path, request.stream(), held)
        most = SIGN_IN_BYTES if service == "auth" else MOST_BYTES
        async with bodies.whole(request.stream(), most) as body:
            return await _asked(request, service, own_path, body, held)
    except TimedOut:
        raise Problem(504, f"The {service} service took too long.", code="upstream_timeout") from None
    except OwnerRefused as refused:
        raise passed_on(refused) from None
    except Full:
        raise too_many("requests") from None


async def _asked(
    request: Request, service: str, own_path: str, body: bytes | AsyncIterator[bytes] | None, held: AsyncExitStack
) -> httpx2.Response:
    state = request.app.state
    upstreams: Upstreams = state.upstreams
    share = state.answers if body is None or isinstance(body, bytes) else state.uploads
    await held.enter_async_context(share.place(await state.callers.known(request)))
    path = own_path + (f"?{request.url.query}" if request.url.query else "")
    call = Call(request.method, path, _request_headers(request, body), body, routing.deadline(own_path))
    answer = await upstreams.open(service, await narrowed(upstreams, call))
    held.push_async_callback(answer.aclose)
    return answer


def _request_headers(request: Request, body: bytes | AsyncIterator[bytes] | None) -> list[tuple[bytes, bytes]]:
    named_in_connection = {
        name.strip().lower().encode() for name in request.headers.get("connection", "").split(",") if name.strip()
    }
    dropped = _HOP_BY_HOP | named_in_connection | {b"host", b"x-request-id", b"traceparent"}
    dropped |= {b"x-forwarded-for", b"x-forwarded-proto", b"x-forwarded-host", b"forwarded"}
    if isinstance(body, bytes) or "transfer-encoding" in request.headers:
        dropped |= {b"content-length"}  # of a body in chunks it is none, whatever it says (RFC 9112, 6.3)
    kept = [(name, value) for name, value in request.headers.raw if name not in dropped]
    kept.append((b"host", request.headers.get("host", "").encode("latin-1")))
    kept.append((b"x-request-id", request.state.request_id.encode()))
    if trace := tracing.current():
        kept.append((b"traceparent", trace.encode()))
    if request.client:
        kept.append((b"x-forwarded-for", request.client.host.encode()))
    return kept
