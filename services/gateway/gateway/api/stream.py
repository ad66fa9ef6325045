"""The live stream: server-sent events for a signed-in user, read with fetch and a bearer token."""

import asyncio
import signal
import threading
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import FrameType
from typing import Annotated, Any

from chassis.parameters import Viewer
from fastapi import APIRouter, Header, Request
from fastapi.responses import StreamingResponse

from gateway.api.callers import HoldingResponse, too_many
from gateway.application.hub import Hub
from gateway.application.shares import Full

PING_SECONDS = 15
RETRY_MS = 2000
ENDS_BEFORE_TOKEN_SECONDS = 5

router = APIRouter(tags=["live"])


@router.get("/api/stream", response_class=StreamingResponse)
async def stream_events(
    request: Request, caller: Viewer, last_event_id: Annotated[str | None, Header(max_length=100)] = None
) -> StreamingResponse:
    """Events `sale`, `training`, `invalidate` {keys: what to fetch again}. It ends before the token; open it anew."""
    _end_with_the_process(request)
    state, held = request.app.state, AsyncExitStack()
    try:
        await held.enter_async_context(state.live.place(caller.id))
    except Full:
        raise too_many("live streams") from None
    return HoldingResponse(
        _events(state.hub, caller.expires_at, last_event_id),
        held,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _events(hub: Hub, expires_at: int, last_id: str | None) -> AsyncIterator[bytes]:
    stream = hub.subscribe(last_id)
    try:
        yield b"retry: %d\n: welcome\n\n" % RETRY_MS
        while (left := expires_at - ENDS_BEFORE_TOKEN_SECONDS - time.time()) > 0:
            try:
                event = await asyncio.wait_for(stream.queue.get(), min(PING_SECONDS, left))
            except TimeoutError:
                yield b": ping\n\n"
                continue
            if event is None:
                return
            yield event.encoded()
    finally:
        hub.unsubscribe(stream)


def _end_with_the_process(request: Request) -> None:
    """Let streams end at the signal; the server would wait for them until its patience runs out."""
    state = request.app.state
    if getattr(state, "ends_streams", False) or threading.current_thread() is not threading.main_thread():
        return
    state.ends_streams = True
    for number in (signal.SIGTERM, signal.SIGINT):
        before: Any = signal.getsignal(number)

        def closing(signum: int, frame: FrameType | None, before: Any = before) -> None:
            state.hub.close()
            if callable(before):
                before(signum, frame)

        signal.signal(number, closing)
