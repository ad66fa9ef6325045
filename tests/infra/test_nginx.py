"""nginx and the gateway tell browsers the same, on every answer, and nginx waits for nobody for ever."""

import re

import pytest
from chassis.bodies import MOST_BYTES
from gateway.api import forward
from gateway.domain import routing
from gateway.domain.headers import SECURITY

from infra.launcher.paths import ROOT

UNITS = {"s": 1, "m": 60, "h": 3600}
SIZES = {"k": 1024, "m": 1024**2, "g": 1024**3}
LOCATION = re.compile(r"location ((?:[=~] )?[/@^]\S*) \{(.*?)\n    \}", re.DOTALL)


@pytest.fixture(scope="module")
def text() -> str:
    """The configuration without its comments."""
    lines = (ROOT / "infra" / "nginx" / "default.conf").read_text().splitlines()
    return "\n".join(line for line in lines if not line.strip().startswith("#"))


@pytest.fixture(scope="module")
def locations(text: str) -> dict[str, str]:
    """Each location's own lines."""
    return {name.strip(): body for name, body in LOCATION.findall(text)}


@pytest.fixture(scope="module")
def server(text: str) -> str:
    """What holds for every location."""
    return LOCATION.sub("", text[text.index("server {") :])


def seconds(of: str, where: str) -> int:
    found = re.search(rf"^\s*{of} (\d+)([smh]);", where, re.MULTILINE)
    assert found, of
    return int(found[1]) * UNITS[found[2]]


def test_the_security_headers_are_the_gateways_on_every_answer_errors_too(server: str) -> None:
    added = dict(re.findall(r'add_header (\S+) "([^"]*)" always;', server))
    assert {name.lower(): value for name, value in added.items()} == SECURITY


def test_no_location_adds_a_header_and_so_forgets_those_of_all(locations: dict[str, str]) -> None:
    files = {"/api/imports", "/api/shop-imports"}
    assert set(locations) == files | {
        "= /healthz",
        "@problem",
        "= /api/stream",
        "= /api/table.csv",
        "/api/",
        *(f"~ ^/assets/.+\\.{kind}$" for kind in ("js", "css", "json")),
        "/assets/",
        "/",
    }
    for directive in ("add_header", "expires", "proxy_set_header", "proxy_hide_header"):
        assert [name for name, body in locations.items() if directive in body] == [], directive


def test_what_the_gateway_says_too_is_said_once(server: str) -> None:
    assert {name.lower() for name in re.findall(r"proxy_hide_header (\S+);", server)} == SECURITY.keys()


def test_built_files_are_kept_and_pages_are_not(text: str) -> None:
    kept = dict(re.findall(r'^\s+(\S+)\s+"([^"]*)";', text[text.index("map ") : text.index("}")], re.MULTILINE))
    assert "immutable" in kept["~^/assets/"] and kept["default"] == "no-cache" and kept["~^/api/"] == ""


@pytest.mark.parametrize(("name", "most"), [("client_header_timeout", 15), ("client_body_timeout", 30),
                                            ("send_timeout", 60), ("keepalive_timeout", 75),
                                            ("proxy_connect_timeout", 10), ("proxy_send_timeout", 60)])  # fmt: skip
def test_nobody_is_waited_for_for_ever(server: str, name: str, most: int) -> None:
    assert 0 < seconds(name, server) <= most


def test_the_gateway_is_waited_for_longer_than_it_waits_for_a_service(server: str, locations: dict[str, str]) -> None:
    assert seconds("proxy_read_timeout", server) > routing.READ_SECONDS
    assert seconds("proxy_read_timeout", locations["/api/imports"]) > routing.UPLOAD_SECONDS


def test_bodies_are_as_large_as_the_gateway_takes_them(server: str, locations: dict[str, str]) -> None:
    def size(where: str) -> int:
        found = re.search(r"client_max_body_size (\d+)([kmg]);", where)
        assert found
        return int(found[1]) * SIZES[found[2]]

    assert size(server) == MOST_BYTES
    assert {size(locations[f"/api{path}"]) for path in forward.LARGE} == {forward.LARGE_BYTES}


def test_a_slow_body_holds_no_connection_of_the_gateway_unless_it_is_a_file(locations: dict[str, str]) -> None:
    unbuffered = [name for name, body in locations.items() if "proxy_request_buffering off;" in body]
    assert unbuffered == ["/api/imports", "/api/shop-imports"]


def test_one_address_has_a_bounded_number_of_requests_under_way(text: str, server: str) -> None:
    zone = re.search(r"limit_conn_zone \$binary_remote_addr zone=(\w+):", text)
    assert zone and re.search(rf"limit_conn {zone[1]} \d+;", server)
