"""The real nginx, with the configuration that is shipped, before the real gateway.

What tests/infra/test_nginx.py reads there is what happens. Where no nginx is installed this is skipped.
"""

import gzip
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from gateway.domain.headers import SECURITY

from infra.launcher import processes
from infra.launcher.paths import ROOT
from tests.attacks.conftest import Whole

BINARY = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
pytestmark = pytest.mark.skipif(BINARY is None, reason="nginx is not installed here")

# Shortened for a test, in the same proportion: who says nothing is let go.
SHORTENED = {
    "client_header_timeout 10s": "client_header_timeout 1s", "client_body_timeout 15s": "client_body_timeout 1s",
}  # fmt: skip
SCRIPT = "let dashboard = 1;\n" * 500
# Beside it, as the build leaves them: told apart by what is in them.
BROTLI, GZIP = b"as Brotli", gzip.compress(SCRIPT.encode(), mtime=0)
FRAME = """
{user} daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
    include /etc/nginx/mime.types;
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/default.conf;
}}
"""


@pytest.fixture(scope="module")
def front(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """nginx's address."""
    folder, port = Path(tmp_path_factory.mktemp("nginx")), processes.free_port([])
    pages = folder / "pages"
    (pages / "assets").mkdir(parents=True)
    (pages / "index.html").write_text("<html>the dashboard</html>")
    (pages / "assets" / "app-1a2b.js").write_text(SCRIPT)
    (pages / "assets" / "app-1a2b.js.br").write_bytes(BROTLI)
    (pages / "assets" / "app-1a2b.js.gz").write_bytes(GZIP)
    shipped = (ROOT / "infra" / "nginx" / "default.conf").read_text()
    changed = {
        "resolver 127.0.0.11 valid=10s;": "", "listen 8080;": f"listen 127.0.0.1:{port};",
        "root /usr/share/nginx/html;": f"root {pages};", "http://gateway-api:8080": whole.url, **SHORTENED,
    }  # fmt: skip
    for here, there in changed.items():
        assert here in shipped, here
        shipped = shipped.replace(here, there)
    (folder / "default.conf").write_text(shipped)
    (folder / "nginx.conf").write_text(FRAME.format(folder=folder, user="user root;" if os.geteuid() == 0 else ""))
    running = subprocess.Popen([str(BINARY), "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")])
    try:
        deadline = time.monotonic() + 20
        while not _listens(port):
            assert running.poll() is None and time.monotonic() < deadline, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait(20)


def _listens(port: int) -> bool:
    with closing(socket.socket()) as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def client(front: str, whole: Whole) -> Iterator[httpx2.Client]:
    """A viewer, before nginx."""
    headers = whole.token("planner")
    with httpx2.Client(base_url=front, trust_env=False, timeout=60, headers=headers) as opened:
        yield opened


def connected(front: str) -> socket.socket:
    host, _, port = front.removeprefix("http://").partition(":")
    opened = socket.create_connection((host, int(port)), timeout=30)
    return opened


def rest_of(opened: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    came = b""
    try:
        while part := opened.recv(65536):
            came += part
    except ConnectionResetError:
        pass
    return came


def problem_of(answer: bytes) -> dict[str, object]:
    """The problem that nginx itself answered with, the gateway's headers on it too."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower() and b"x-content-type-options" in head.lower()
    problem: dict[str, object] = json.loads(body)
    return problem


@pytest.mark.parametrize("path", [
    "/", "/products/A1", "/assets/app-1a2b.js", "/assets/none.js", "/api/products", "/api/nowhere", "/api/auth/me",
    "/healthz", "/api/openapi.json",
])  # fmt: skip
def test_each_answer_has_the_gateways_security_headers_once(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    found = [(name.lower(), value) for name, value in answer.headers.multi_items() if name.lower() in SECURITY]
    assert sorted(found) == sorted(SECURITY.items())


def test_the_api_says_the_same_through_nginx_as_without(client: httpx2.Client, whole: Whole) -> None:
    for path in ("/api/products", "/api/nowhere", "/api/products?cursor=x"):
        straight = httpx2.get(whole.url + path, headers=client.headers, trust_env=False, timeout=60)
        through = client.get(path)
        assert (through.status_code, through.headers["content-type"]) == (
            straight.status_code, straight.headers["content-type"],
        )  # fmt: skip
        assert through.headers["x-request-id"] != straight.headers["x-request-id"]


def test_files_and_large_answers_come_compressed(client: httpx2.Client) -> None:
    for path in ("/assets/app-1a2b.js", "/api/openapi.json"):
        answer = client.get(path, headers={"accept-encoding": "gzip"})
        assert (answer.status_code, answer.headers.get("content-encoding")) == (200, "gzip"), path
        assert int(answer.headers.get("content-length", 0)) < len(answer.content)
    assert "immutable" in client.get("/assets/app-1a2b.js").headers["cache-control"]
    assert client.get("/").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(("taken", "packed"), [
    ("gzip, deflate, br, zstd", "br"), ("br", "br"), ("gzip, br;q=0.5", "br"), ("gzip, br;q=0", "gzip"),
    ("gzip", "gzip"), ("brotli", None), ("identity", None),
])  # fmt: skip
def test_a_built_text_is_sent_as_it_was_packed_to_who_takes_it_so(
    client: httpx2.Client, taken: str, packed: str | None
) -> None:
    with client.stream("GET", "/assets/app-1a2b.js", headers={"accept-encoding": taken}) as answer:
        body = b"".join(answer.iter_raw())
    assert (answer.status_code, answer.headers.get("content-encoding")) == (200, packed)
    assert body == {"br": BROTLI, "gzip": GZIP, None: SCRIPT.encode()}[packed]
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers.get_list("vary") == ["Accept-Encoding"]
    assert "immutable" in answer.headers["cache-control"]


def test_a_body_beyond_the_bound_is_refused_before_it_is_sent(front: str, whole: Whole) -> None:
    token = whole.token("planner")["authorization"]
    for path, size, said in (("/api/sales", 9 * 1024**2, b"413"), ("/api/imports", 2 * 1024**3, b"413")):
        with closing(connected(front)) as opened:
            opened.sendall(
                f"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {token}\r\nContent-Length: {size}\r\n\r\n".encode()
            )
            answer = opened.recv(4096)
            assert said in answer.split(b"\r\n")[0], path
            assert problem_of(answer) == {"type": "about:blank", "title": "Content Too Large", "status": 413}


def test_who_sends_headers_or_a_body_slowly_is_let_go_and_holds_nobody_up(front: str, client: httpx2.Client) -> None:
    token = client.headers["authorization"]
    half_a_head = b"GET /api/products HTTP/1.1\r\nHost: x\r\n"
    half_a_body = half_a_head.replace(b"GET /api/products", b"POST /api/sales")
    half_a_body += f"Authorization: {token}\r\nContent-Length: 9\r\n\r\n{{".encode()
    opened = [connected(front) for _ in range(40)]
    try:
        for place, one in enumerate(opened):
            one.sendall(half_a_head if place % 2 else half_a_body)
        assert client.get("/api/products").status_code == 200
        ended = [rest_of(one) for one in opened]
    finally:
        for one in opened:
            one.close()
    assert all(not said or b" 408 " in said.split(b"\r\n")[0] for said in ended)


def test_an_address_has_so_many_requests_under_way_and_no_more(
    front: str, client: httpx2.Client, whole: Whole
) -> None:
    """Of several people behind one address, none of whom has more streams than the gateway gives one."""
    tokens = [whole.token("viewer")["authorization"] for _ in range(5)]
    opened = [connected(front) for _ in range(110)]
    try:
        for place, one in enumerate(opened):
            head = f"GET /api/stream HTTP/1.1\r\nHost: x\r\nAuthorization: {tokens[place % 5]}\r\n\r\n"
            one.sendall(head.encode())
        answers = [one.recv(4096) for one in opened]
        status = [int(answer.split(b" ")[1]) for answer in answers]
        assert (status.count(200), status.count(429)) == (100, 10)
        assert problem_of(answers[-1])["status"] == 429
    finally:
        for one in opened:
            one.close()
    deadline = time.monotonic() + 20
    while client.get("/api/products").status_code != 200:
        assert time.monotonic() < deadline, "the places are not given back"
        time.sleep(0.2)


def test_events_pass_one_by_one_as_they_happen(client: httpx2.Client, whole: Whole) -> None:
    with client.stream("GET", "/api/stream", headers={"accept-encoding": "gzip"}) as answer:
        assert answer.status_code == 200 and "content-encoding" not in answer.headers
        lines = answer.iter_lines()
        assert next(lines).startswith("retry:")
        for number in range(3):
            hub = whole.apps["gateway"].state.hub
            hub.invalidate([f"products-{number}"])
            told = next(line for line in lines if "products-" in line)  # before the next one happens
            assert f"products-{number}" in told
