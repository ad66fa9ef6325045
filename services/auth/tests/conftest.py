"""Auth's app on a real PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from auth import app
from auth.application import housekeeping
from auth.settings import Settings
from chassis import migrations
from chassis.database import Database
from chassis.security import Keys, Verifier
from fastapi.testclient import TestClient
from pydantic import SecretStr

ADMIN = {"username": "ada", "password": "a-long-enough-secret"}


@pytest.fixture(scope="module")
def database(database_url: str) -> Iterator[Database]:
    opened = Database(database_url, pool=20)
    migrations.upgrade(opened, app.MIGRATIONS)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(database: Database, database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(
        database_url=SecretStr(database_url), bootstrap_admin_username=ADMIN["username"],
        bootstrap_admin_password=SecretStr(ADMIN["password"]), files_dir=Path(tmp_path_factory.mktemp("files")),
    )  # fmt: skip
    housekeeping.prepare(database, settings)
    built = app.build_api(settings, database)
    with TestClient(built, base_url="http://127.0.0.1") as opened:
        answer = opened.get("/.well-known/jwks.json")
        built.state.verifier = Verifier(Keys("", lambda _: orjson.dumps(answer.json())), settings.issuer)
        yield opened


@pytest.fixture
def sign_in(client: TestClient) -> Callable[..., dict[str, str]]:
    """Headers of somebody who has signed in."""

    def headers(**who: str) -> dict[str, str]:
        answer = client.post("/auth/login", json=who or ADMIN)
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    return headers
