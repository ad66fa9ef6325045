"""The running system's API for launcher commands: found by its data folder, signed in with the launcher's own key.

    client = Client.connect(Path(".almanac"))
    client.get("/sales/totals")            # paths as in docs/api-surface.md, without /api
    client.post("/forecast/train", {"as_of": "2023-02-12"})

Standard library only, so that commands start quickly. Tokens are renewed before they run out.
"""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

from infra.launcher import state
from infra.launcher.errors import LauncherError

OPERATOR = "operator"
DEMO_USERNAME = "demo"
DEMO_PASSWORD = "almanac-demo-2026"  # noqa: S105 - documented, and only ever set under --demo on loopback
COMMAND_LINE_SECRET = "cli"  # noqa: S105 - its name
TIMEOUT = 60.0


class ApiError(LauncherError):
    """The API refused: its problem+json in one line."""

    def __init__(self, status: int, problem: dict[str, Any], request: str) -> None:
        self.status = status
        self.problem = problem
        errors = "; ".join(f"{e.get('field')}: {e.get('message')}" for e in problem.get("errors") or [])
        detail = problem.get("detail") or problem.get("title") or "no reason given"
        more = f" ({errors})" if errors and errors != detail else ""
        super().__init__(f"{request} answered {status}: {detail}{more}")


class NoAnswer(LauncherError):
    """Nobody listens at the system's address: it is down, or its gateway starts again."""


def credentials(data: Path, *, demo: bool) -> tuple[str, str]:
    """The first administrator's sign-in. Commands have a key instead (`command_line_key`)."""
    if demo:
        return DEMO_USERNAME, DEMO_PASSWORD
    return OPERATOR, state.secret(data, "operator")


def administrator(data: Path) -> tuple[str, str]:
    """The first administrator's sign-in at the system of that data folder."""
    return credentials(data, demo=bool(state.load(data).get("demo")))


def command_line_key(data: Path) -> str:
    """What commands sign in with: a key of the role operator, made anew at each `up`; no failed sign-in shuts it."""
    return f"fk_live_cli_{state.secret(data, COMMAND_LINE_SECRET)}"


class Client:
    """One signed-in client: by an API key, or as a person."""

    def __init__(self, url: str, sign_in: str | tuple[str, str]) -> None:
        self.url = url
        self._sign_in = sign_in
        self._token = ""
        self._renew_at = 0.0

    @classmethod
    def connect(cls, data: Path) -> Self:
        """The running system of that data folder; a clear line when none runs."""
        content = state.load(data)
        if state.supervisor_of(content) is None or "url" not in content:
            raise LauncherError(
                f"No system runs from {data}: start it with `./almanac up`, or name its folder with --data."
            )
        return cls(content["url"], command_line_key(data))

    def get(self, path: str, **query: Any) -> Any:
        """GET, as JSON."""
        given = {name: value for name, value in query.items() if value is not None}
        return self.request("GET", f"{path}?{urllib.parse.urlencode(given)}" if given else path)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST of JSON."""
        content = b"" if body is None else json.dumps(body).encode()
        return self.request("POST", path, content, {"Content-Type": "application/json"} | headers)

    def token(self) -> str:
        """An access token for a client of one's own."""
        self._stay_signed_in()
        return self._token

    def items(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, page after page."""
        cursor = None
        while True:
            page = self.get(path, **query, cursor=cursor)
            yield from page["items"]
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def request(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        """Any request; `body` is bytes or an open file (which must then have a Content-Length header)."""
        self._stay_signed_in()
        return self._send(method, path, body, {"Authorization": f"Bearer {self._token}"} | (headers or {}))

    def _stay_signed_in(self) -> None:
        if time.monotonic() < self._renew_at:
            return
        if isinstance(self._sign_in, str):
            told = self._send("POST", "/auth/token", b"", {"Authorization": f"Bearer {self._sign_in}"})
        else:
            body = json.dumps(dict(zip(("username", "password"), self._sign_in, strict=True))).encode()
            told = self._send("POST", "/auth/login", body, {"Content-Type": "application/json"})
        self._token = told["access_token"]
        self._renew_at = time.monotonic() + float(told.get("expires_in", 600)) / 2

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        request = urllib.request.Request(f"{self.url}/api{path}", data=body, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
                content = response.read()
        except urllib.error.HTTPError as fault:
            raise ApiError(fault.code, _problem(fault.read()), f"{method} {path}") from None
        except OSError as fault:
            reason = getattr(fault, "reason", fault)
            raise NoAnswer(f"{self.url} does not answer ({reason}): see `./almanac status`.") from None
        return json.loads(content) if content else None


def _problem(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError:
        return {"detail": content.decode(errors="replace")[:200]}
    return told if isinstance(told, dict) else {"detail": str(told)}
