"""The four services and the gateway, each served as in earnest, on a real PostgreSQL; nothing of Kafka is needed."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from auth.application import housekeeping
from auth.domain import tokens
from auth.storage import signing_keys
from chassis import migrations
from chassis.database import Database
from fastapi import FastAPI
from gateway import app as gateway_app
from gateway.domain import openapi
from gateway.domain.routing import SERVICES
from gateway.settings import Settings as GatewaySettings
from pydantic import SecretStr

from tests.attacks.asker import Asker
from tests.fixtures import Postgres
from tests.serving import served

NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens


@dataclass
class Whole:
    """Everything that answers HTTP. `apps` and `databases` by service, the gateway among the apps."""

    url: str
    apps: dict[str, FastAPI]
    databases: dict[str, Database]

    def token(self, role: str | None = None, scopes: str = "", source: str | None = None) -> dict[str, str]:
        """The header of a person of that role, or of a key with those scopes."""
        with self.databases["auth"].snapshot() as connection:
            key = signing_keys.every(connection)[0]
        claims = {"username": "ada" if role else "key:k", "role": role, "scopes": scopes, "source": source}
        return {"authorization": f"Bearer {tokens.access_token(key, 'almanac', uuid4(), 3600, claims)}"}


@pytest.fixture(scope="session")
def whole(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """The system, but for its workers."""
    apps: dict[str, FastAPI] = {}
    databases: dict[str, Database] = {}
    urls: dict[str, str] = {}
    files = Path(tmp_path_factory.mktemp("files"))
    with contextlib.ExitStack() as stack:
        for name in SERVICES:
            address = postgres.fresh_database(name)
            databases[name] = Database(address, pool=10)
            stack.callback(databases[name].close)
            module = import_module(f"{name}.app")
            migrations.upgrade(databases[name], module.MIGRATIONS)
            settings = import_module(f"{name}.settings").Settings(
                database_url=SecretStr(address), files_dir=files / name, kafka_bootstrap_servers=NOWHERE,
                jwks_url=f"{urls.get('auth', 'http://127.0.0.1:9')}/.well-known/jwks.json",
            )  # fmt: skip
            if name == "auth":
                housekeeping.prepare(databases[name], settings)
            apps[name] = module.build_api(settings, databases[name])
            urls[name] = stack.enter_context(served(apps[name]))
            if name == "auth":  # it asks itself, at an address that it has only now
                apps[name].state.verifier._keys._url = f"{urls['auth']}/.well-known/jwks.json"
        jwks = f"{urls['auth']}/.well-known/jwks.json"
        addresses: dict[str, Any] = {f"{name}_url": url for name, url in urls.items()}
        gateway = GatewaySettings(
            frontend_dir=files, kafka_bootstrap_servers=NOWHERE, jwks_url=jwks, **addresses
        )  # fmt: skip
        apps["gateway"] = gateway_app.build_api(gateway)
        yield Whole(stack.enter_context(served(apps["gateway"])), apps, databases)


@pytest.fixture(scope="session")
def asker(whole: Whole) -> Asker:
    """An administrator who asks everything."""
    return Asker(whole.url, whole.token("admin"))


@pytest.fixture(scope="session")
def document(whole: Whole) -> dict[str, Any]:
    """The whole API, as `/api/openapi.json` has it when every service answers in time."""
    return openapi.merge({name: app.openapi() for name, app in whole.apps.items()})
