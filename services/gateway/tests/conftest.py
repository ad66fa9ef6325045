"""The gateway, served by uvicorn, before small real services."""

import contextlib
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import jwt
import orjson
import pytest
from chassis.security import Keys, Verifier
from cryptography.hazmat.primitives.asymmetric import ec
from gateway import app as gateway_app
from gateway.domain.routing import SERVICES
from gateway.settings import Settings

from services.gateway.tests.upstream import Upstream
from tests import serving

NOBODY = "http://127.0.0.1:9"  # the discard port: nothing listens
Token = Callable[..., dict[str, str]]
# Nothing stands before it here, so nobody is believed who says for whom they ask (infra.launcher.environment).
served = partial(serving.served, forwarded_allow_ips="")


@pytest.fixture
def anyio_backend() -> str:
    """What the gateway runs on."""
    return "asyncio"


@pytest.fixture(scope="session")
def signing_key() -> ec.EllipticCurvePrivateKey:
    """Whose signatures the gateway accepts."""
    return ec.generate_private_key(ec.SECP256R1())


@pytest.fixture(scope="session")
def verifier(signing_key: ec.EllipticCurvePrivateKey) -> Verifier:
    """Checks tokens as the services do."""
    jwk = jwt.algorithms.ECAlgorithm.to_jwk(signing_key.public_key(), as_dict=True) | {"kid": "one", "alg": "ES256"}
    return Verifier(Keys("", lambda _: orjson.dumps({"keys": [jwk]})), "almanac")


@pytest.fixture(scope="session")
def signed_in(signing_key: ec.EllipticCurvePrivateKey) -> Token:
    """Headers of a caller with a role, or with scopes."""

    def headers(role: str | None = "viewer", scopes: str = "", seconds: float = 300, who: str = "u") -> dict[str, str]:
        now = time.time()
        claims = {
            "iss": "almanac", "aud": "almanac", "sub": who, "jti": "j", "iat": int(now), "exp": int(now + seconds),
            "username": "ada", "role": role, "scopes": scopes,
        }  # fmt: skip
        token = jwt.encode(claims, signing_key, "ES256", {"kid": "one", "typ": "at+jwt"})
        return {"authorization": f"Bearer {token}"}

    return headers


@pytest.fixture
def upstreams() -> Iterator[dict[str, Upstream]]:
    """A small real service in place of each of ours, by name."""
    with contextlib.ExitStack() as stack:
        made = {name: Upstream(name) for name in SERVICES}
        for upstream in made.values():
            upstream.address = stack.enter_context(served(upstream))
        yield made


@pytest.fixture
def build(upstreams: dict[str, Upstream], verifier: Verifier, tmp_path: Path) -> Callable[..., Any]:
    """The gateway's app; a service's address may be another one."""

    def built(verifier: Verifier = verifier, **other: Any) -> Any:
        addresses = {f"{name}_url": upstream.address for name, upstream in upstreams.items()}
        given = {"frontend_dir": tmp_path, "kafka_bootstrap_servers": "127.0.0.1:9", **addresses, **other}
        return gateway_app.build_api(Settings(**given), verifier=verifier)

    return built


@pytest.fixture
def gateway(build: Callable[..., Any], signed_in: Token) -> Iterator[httpx2.Client]:
    """A client of the gateway, before services that answer, signed in as a planner."""
    with served(build()) as address, httpx2.Client(base_url=address, trust_env=False, timeout=20) as client:
        client.headers |= signed_in("planner")
        yield client
