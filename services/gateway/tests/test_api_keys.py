"""API keys at the gateway, before the real auth on a real PostgreSQL: exchanged, kept for a minute, ended in time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from auth import app as auth_app
from auth.application import housekeeping
from auth.settings import Settings as AuthSettings
from chassis import migrations
from chassis.database import Database
from chassis.security import Keys, Verifier
from gateway.application import key_exchange
from gateway.application.key_exchange import KEPT_SECONDS, KeyExchange
from gateway.upstreams.client import Upstreams
from pydantic import SecretStr

from services.gateway.tests.conftest import NOBODY, served
from services.gateway.tests.upstream import Upstream

ADMIN = {"username": "ada", "password": "a-long-enough-secret"}


@dataclass
class Auth:
    """The real service, and how often it was asked to exchange a key."""

    address: str
    verifier: Verifier | None = None
    exchanges: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def database_service() -> str:
    return "auth"


@pytest.fixture(scope="module")
def auth(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Auth]:
    database = Database(database_url, pool=5)
    migrations.upgrade(database, auth_app.MIGRATIONS)
    settings = AuthSettings(
        database_url=SecretStr(database_url), bootstrap_admin_username=ADMIN["username"],
        bootstrap_admin_password=SecretStr(ADMIN["password"]), files_dir=Path(tmp_path_factory.mktemp("files")),
    )  # fmt: skip
    housekeeping.prepare(database, settings)
    app, told = auth_app.build_api(settings, database), Auth("")

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        if scope.get("path") == "/auth/token":
            told.exchanges.append(1)
        await app(scope, receive, send)

    with served(counted) as told.address:
        keys = httpx2.get(f"{told.address}/.well-known/jwks.json", trust_env=False).content
        app.state.verifier = told.verifier = Verifier(Keys("", lambda _: keys), settings.issuer)
        yield told
    database.close()


@pytest.fixture
def admin(auth: Auth) -> Iterator[httpx2.Client]:
    """Auth itself, signed in as its administrator."""
    with httpx2.Client(base_url=auth.address, trust_env=False) as client:
        token = client.post("/auth/login", json=ADMIN).json()["access_token"]
        client.headers["authorization"] = f"Bearer {token}"
        yield client


@pytest.fixture
def moments(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets time go by for what the gateway keeps."""
    passed = [1000.0]
    original = KeyExchange.__init__
    monkeypatch.setattr(KeyExchange, "__init__", lambda self, upstreams: original(self, upstreams, lambda: passed[0]))

    def pass_by(seconds: float) -> None:
        passed[0] += seconds

    return pass_by


@pytest.fixture
def client(
    build: Callable[..., Any], auth: Auth, moments: Callable[[float], None], upstreams: dict[str, Upstream]
) -> Iterator[httpx2.Client]:
    auth.exchanges.clear()
    app = build(auth_url=auth.address, verifier=auth.verifier)
    with served(app) as address, httpx2.Client(base_url=address, trust_env=False) as opened:
        yield opened


def new_key(admin: httpx2.Client, *scopes: str) -> tuple[str, dict[str, str]]:
    made = admin.post("/api-keys", json={"name": "till 7", "scopes": scopes or ["read"], "source": "till-7"}).json()
    return made["id"], {"authorization": f"Bearer {made['key']}"}


def test_a_service_sees_a_token_and_never_the_key(
    client: httpx2.Client, admin: httpx2.Client, auth: Auth, upstreams: dict[str, Upstream]
) -> None:
    _, headers = new_key(admin, "sales:write")
    told = dict(client.post("/api/sales", json={}, headers=headers).json()["headers"])
    assert headers["authorization"].split()[1] not in str(told)
    assert auth.verifier is not None
    caller = auth.verifier.verify(told["authorization"].split()[1])
    assert (caller.role, caller.scopes, caller.source) == (None, frozenset({"sales:write"}), "till-7")


def test_a_key_is_exchanged_once_a_minute(
    client: httpx2.Client, admin: httpx2.Client, auth: Auth, moments: Callable[[float], None]
) -> None:
    _, headers = new_key(admin)
    for _ in range(5):
        assert client.get("/api/sales", headers=headers).status_code == 200
    assert len(auth.exchanges) == 1
    moments(KEPT_SECONDS + 1)
    assert client.get("/api/sales", headers=headers).status_code == 200
    assert len(auth.exchanges) == 2


def test_a_revoked_key_works_for_no_longer_than_a_minute(
    client: httpx2.Client, admin: httpx2.Client, moments: Callable[[float], None]
) -> None:
    key_id, headers = new_key(admin)
    assert client.get("/api/sales", headers=headers).status_code == 200
    assert admin.delete(f"/api-keys/{key_id}").status_code == 204
    assert client.get("/api/sales", headers=headers).status_code == 200
    moments(KEPT_SECONDS + 1)
    answer = client.get("/api/sales", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "key", ["fk_", "fk_live_x", "fk_live_x_y", "fk_live_" + "x" * 2000, "FK_live_a_b", "fk_live_\xe4_b"]
)
def test_a_key_that_is_none_is_a_401_that_says_to_sign_in(client: httpx2.Client, key: str) -> None:
    answer = client.get("/api/sales", headers=[(b"authorization", b"Bearer " + key.encode("latin-1"))])
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


def test_a_key_that_is_wrong_is_asked_for_each_time(client: httpx2.Client, auth: Auth) -> None:
    for _ in range(3):
        client.get("/api/sales", headers={"authorization": "Bearer fk_live_x_y"})
    assert len(auth.exchanges) == 3


def test_the_exchange_itself_gets_the_key_as_it_is(client: httpx2.Client, admin: httpx2.Client) -> None:
    _, headers = new_key(admin)
    answer = client.post("/api/auth/token", headers=headers)
    assert (answer.status_code, answer.json()["token_type"]) == (200, "Bearer")


def test_a_key_works_while_auth_is_down_for_as_long_as_its_token_is_kept(
    client: httpx2.Client, admin: httpx2.Client, moments: Callable[[float], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, headers = new_key(admin)
    assert client.get("/api/sales", headers=headers).status_code == 200

    async def down(self: Upstreams, service: str, path: str, token: str, seconds: float = 5.0) -> tuple[int, Any]:
        raise key_exchange.unavailable(service)

    monkeypatch.setattr(Upstreams, "post", down)
    assert client.get("/api/sales", headers=headers).status_code == 200
    moments(KEPT_SECONDS + 1)
    assert client.get("/api/sales", headers=headers).status_code == 503


def test_a_token_of_ones_own_is_left_as_it_is(client: httpx2.Client, auth: Auth) -> None:
    told = dict(client.get("/api/sales", headers={"authorization": "Bearer a.b.c"}).json()["headers"])
    assert told["authorization"] == "Bearer a.b.c" and auth.exchanges == []


@pytest.mark.anyio
async def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_exchange, "KEPT_KEYS", 10)

    async def exchanged(self: Upstreams, service: str, path: str, token: str, seconds: float = 5.0) -> tuple[int, Any]:
        return 200, {"access_token": token, "expires_in": 300}

    monkeypatch.setattr(Upstreams, "post", exchanged)
    exchange = KeyExchange(Upstreams({"auth": NOBODY}))
    for number in range(100):
        assert await exchange.token(str(number)) == str(number)
    assert len(exchange._tokens) <= 10
