"""The launcher's client with the launcher's key, against what is served: whatever strangers do at the door."""

from pathlib import Path

import httpx2
import pytest
from auth.application import housekeeping
from auth.settings import Settings
from pydantic import SecretStr

from infra.launcher import state
from infra.launcher.client import COMMAND_LINE_SECRET, ApiError, Client, command_line_key
from tests.attacks.conftest import Whole


def started(whole: Whole, data: Path) -> Client:
    """As after an `up`: a new secret in the data folder, which auth is given."""
    secret = state.secret(data, COMMAND_LINE_SECRET, renew=True)
    settings = Settings(database_url=SecretStr("postgresql://unused"), command_line_secret=SecretStr(secret))
    housekeeping.prepare(whole.databases["auth"], settings)
    return Client(whole.url, command_line_key(data))


def test_commands_go_on_while_a_stranger_fails_at_the_door_and_end_with_the_next_start(
    whole: Whole, tmp_path: Path
) -> None:
    commands = started(whole, tmp_path)
    assert (tmp_path / "secrets" / COMMAND_LINE_SECRET).stat().st_mode & 0o077 == 0
    wrong = {"username": "operator", "password": "a-wrong-pass-phrase"}
    answers = [httpx2.post(f"{whole.url}/api/auth/login", json=wrong, trust_env=False, timeout=60) for _ in range(12)]
    assert answers[-1].status_code == 429
    assert commands.get("/products")["items"] == [] and list(commands.items("/sales")) is not None
    assert commands.get("/auth/me")["role"] == "operator"
    for path in ("/users", "/api-keys", "/audit"):
        with pytest.raises(ApiError, match="403"):
            commands.get(path)
    later = started(whole, tmp_path)
    assert later.get("/products")["items"] == []
    with pytest.raises(ApiError, match="401"):
        Client(whole.url, f"fk_live_cli_{'x' * 32}").get("/products")
