"""Apps served by uvicorn on a real socket, for tests: as `chassis.api.serve` has them, with its patience.

What differs between processes stays with the caller, as uvicorn's own options: whom a server believes who says for whom
it asks (`forwarded_allow_ips`).
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import structlog
import uvicorn
from chassis.patience import PatientProtocol
from starlette.types import ASGIApp

# A traceback as structlog draws it by default takes seconds, in the loop that everybody waits for.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer()])


@contextlib.contextmanager
def served(app: ASGIApp, **config: Any) -> Iterator[str]:
    """An app behind a socket of its own; its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_config=None, access_log=False, http=PatientProtocol, **config)
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server did not start"
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        thread.join(10)
