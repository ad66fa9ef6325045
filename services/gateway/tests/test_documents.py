"""The reference and the dashboard's files, with the headers that keep browsers safe."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from gateway.domain.headers import SECURITY

from services.gateway.tests.conftest import NOBODY, served
from services.gateway.tests.upstream import Upstream


@pytest.fixture
def client(gateway: httpx2.Client, tmp_path: Path) -> httpx2.Client:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("the dashboard")
    (tmp_path / "assets" / "app-1234.js").write_text("the script")
    (tmp_path / ".hidden").write_text("secret")
    (tmp_path.parent / "outside.txt").write_text("secret")
    return gateway


def documented(path: str, text: str) -> dict[str, Any]:
    operation = {"operationId": "op", "description": f"{text}\nmore", "responses": {}}
    return {"openapi": "3.1.0", "paths": {path: {"get": operation}}, "components": {"schemas": {}}}


def test_the_reference_is_merged_from_the_services_that_answer(
    build: Callable[..., Any], upstreams: dict[str, Upstream]
) -> None:
    upstreams["sales"].answers["/openapi.json"] = documented("/sales", "<b>Sales</b>")
    upstreams["catalog"].answers["/openapi.json"] = documented("/products", "Products")
    with served(build(catalog_url=NOBODY, auth_url=NOBODY, forecaster_url=NOBODY)) as address:
        paths = httpx2.get(f"{address}/api/openapi.json", trust_env=False).json()["paths"]
        page = httpx2.get(f"{address}/api/docs", trust_env=False)
    assert "/api/sales" in paths and "/api/status" in paths and "/api/products" not in paths
    assert "&lt;b&gt;Sales" in page.text and "<script" not in page.text and "more" not in page.text


@pytest.mark.parametrize("path", ["/", "/products/42", "/forecast?x=1"])
def test_a_page_is_the_dashboard_and_never_kept(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (200, "the dashboard")
    assert answer.headers["cache-control"] == "no-cache"


def test_a_built_file_is_kept_for_ever_and_a_missing_one_is_no_page(client: httpx2.Client) -> None:
    assert "immutable" in client.get("/assets/app-1234.js").headers["cache-control"]
    assert client.get("/assets/app-0000.js").status_code == 404


@pytest.mark.parametrize("path", ["/", "/products/42", "/assets/app-1234.js"])
@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [("gzip, br", "gzip"), ("*", "gzip"), ("br;q=1, GZIP;q=0.5", "gzip"), ("identity", None), ("gzip;q=0", None)],
)
def test_pages_and_scripts_come_compressed_to_whoever_takes_it_so(
    client: httpx2.Client, path: str, accepted: str, encoding: str | None
) -> None:
    plain = client.get(path, headers={"Accept-Encoding": "identity"})
    answer = client.get(path, headers={"Accept-Encoding": accepted})
    assert answer.headers.get("content-encoding") == encoding and answer.headers["vary"] == "Accept-Encoding"
    assert answer.text == plain.text  # unpacked by the client
    assert answer.headers["content-type"].split(";")[0] == plain.headers["content-type"].split(";")[0]
    assert answer.headers["cache-control"] == plain.headers["cache-control"]
    assert client.head(path, headers={"Accept-Encoding": accepted}).content == b""


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "br"), ("br;q=0, gzip", "gzip"), ("gzip", "gzip"), ("identity", None)]
)
def test_what_its_build_packed_is_served_so_to_whoever_takes_it(
    client: httpx2.Client, tmp_path: Path, accepted: str, encoding: str | None
) -> None:
    (tmp_path / "assets" / "app-1234.js.br").write_bytes(b"packed by the build")
    with client.stream("GET", "/assets/app-1234.js", headers={"Accept-Encoding": accepted}) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers.get("content-encoding") == encoding
    assert (raw == b"packed by the build") == (encoding == "br")
    assert (
        answer.headers["content-type"].startswith("text/javascript") and "immutable" in answer.headers["cache-control"]
    )


def test_a_picture_is_compressed_already_and_a_new_build_is_seen(client: httpx2.Client, tmp_path: Path) -> None:
    (tmp_path / "icon.png").write_bytes(b"picture")
    assert "content-encoding" not in client.get("/icon.png").headers
    assert client.get("/").text == "the dashboard"
    (tmp_path / "index.html").write_text("another dashboard")
    assert client.get("/").text == "another dashboard"


@pytest.mark.parametrize("path", ["/../outside.txt", "/%2e%2e/outside.txt", "/..%2foutside.txt", "/.hidden",
                                  "/assets/../../outside.txt", "/%00"])  # fmt: skip
def test_nothing_beside_the_built_files_is_served(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    assert "secret" not in answer.text and answer.status_code in (200, 404)


@pytest.mark.parametrize("path", ["/", "/assets/app-1234.js", "/assets/none.js", "/api/products", "/api/nonsense",
                                  "/api/docs", "/api/status", "/api/products/problem"])  # fmt: skip
def test_every_answer_bears_the_security_headers(client: httpx2.Client, path: str) -> None:
    answer = client.get(path)
    for name, value in SECURITY.items():
        assert answer.headers.get_list(name) == [value], (path, name)


def test_a_key_that_cannot_be_checked_is_refused_with_a_request_id_and_the_headers(
    build: Callable[..., Any],
) -> None:
    with served(build(auth_url=NOBODY)) as address:
        answer = httpx2.get(f"{address}/api/products", headers={"authorization": "Bearer fk_live_a_b"}, trust_env=False)
    assert (answer.status_code, answer.json()["code"]) == (503, "upstream_unavailable")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert [answer.headers.get(name) for name in SECURITY] == list(SECURITY.values())
