"""How long a server waits for a client that says nothing: uvicorn itself waits for ever.

A connection is closed when a request's headers are not whole in time, and when the rest of a body that nobody reads any
more, the answer being given, does not end; and when of an answer nothing is taken for `WRITE_SECONDS`. What is no HTTP
is told so as every error is, and its connection closed.
"""

import asyncio

import h11
import orjson
from uvicorn.protocols.http.h11_impl import H11Protocol

SECONDS = 10.0
WRITE_SECONDS = 30.0
_NO_HTTP = orjson.dumps(
    {
        "type": "about:blank", "title": "Bad request", "status": 400, "code": "bad_request",
        "detail": "This is no HTTP request, or its first line and headers are too long.",
    }
)  # fmt: skip


class PatientProtocol(H11Protocol):
    """uvicorn's own, that is patient for `SECONDS`, and for `WRITE_SECONDS` with who does not read."""

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._judge()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._judge()

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong, unless an answer is under way already, and close."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
            headers.append((b"content-length", str(len(_NO_HTTP)).encode()))
            for event in (h11.Response(status_code=400, headers=headers), h11.Data(data=_NO_HTTP), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for_reader()

    def resume_writing(self) -> None:
        self._stop_waiting()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait_for_reader(self) -> None:
        """A slow reader takes something in every turn; whoever takes nothing in one is let go."""
        left = self.transport.get_write_buffer_size()

        def judge() -> None:
            if self.transport.get_write_buffer_size() < left:
                self._wait_for_reader()
            else:
                self.transport.abort()

        self._unread = self.loop.call_later(WRITE_SECONDS, judge)

    def _stop_waiting(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _judge(self) -> None:
        """The time runs from the first byte that is waited on, however many follow one by one."""
        theirs = self.conn.their_state
        half = theirs is h11.IDLE and bool(self.conn.trailing_data[0])
        unread = theirs is h11.SEND_BODY and self.cycle is not None and self.cycle.response_complete
        if half or unread:
            self._arm()
        else:
            self._disarm()

    def _arm(self) -> None:
        if self._deadline is None:
            self._deadline = self.loop.call_later(SECONDS, self.transport.abort)

    def _disarm(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
