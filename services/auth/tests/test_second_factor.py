"""A second factor: nobody who has one comes in by the password alone, and no code counts twice."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from auth import app
from auth.domain.second_factor import SECONDS, SecondFactor, digest, new_recovery_codes, new_secret
from chassis.database import Database
from chassis.runner import NotStarted
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

Headers = Callable[..., dict[str, str]]
PASSWORD = "correct horse battery"  # noqa: S105 - a test user's
NOW = datetime(2026, 11, 27, 12, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // SECONDS


@given(st.integers(-5, 5), st.integers(-5, 5))
def test_a_code_counts_in_its_own_period_and_those_beside_it_and_never_again(away: int, last: int) -> None:
    secret = new_secret()
    factor = SecondFactor(secret, True, STEP + last, ())
    code = pyotp.TOTP(secret).generate_otp(STEP + away)
    found = factor.step_of(code, NOW)
    assert found == (STEP + away if abs(away) <= 1 and away > last else None)


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the last six digits."""
    factor = SecondFactor("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", True, 0, ())
    assert factor.step_of("287 082", datetime.fromtimestamp(59, UTC)) == 1
    assert factor.step_of("081804", datetime.fromtimestamp(1111111109, UTC)) == 1111111109 // 30


def test_a_recovery_code_counts_once_however_it_is_typed() -> None:
    codes = new_recovery_codes()
    factor = SecondFactor(new_secret(), True, 0, tuple(digest(code) for code in codes))
    left = factor.without(codes[3].upper().replace("-", " "))
    assert left is not None and len(left) == len(codes) - 1 == 9
    assert SecondFactor(factor.secret, True, 0, left).without(codes[3]) is None


@pytest.fixture
def person(client: TestClient, sign_in: Headers) -> dict[str, Any]:
    """Somebody new."""
    name = f"two-{time.monotonic_ns()}"
    made = client.post("/auth/register", json={"username": name, "password": PASSWORD}).json()
    client.post(f"/users/{made['id']}/approve", headers=sign_in())
    return {"id": made["id"], "username": name, "password": PASSWORD}


def login(client: TestClient, person: dict[str, Any], **code: str) -> Any:
    return client.post("/auth/login", json={"username": person["username"], "password": PASSWORD} | code)


def turned_on(client: TestClient, person: dict[str, Any]) -> tuple[pyotp.TOTP, list[str], dict[str, str]]:
    """(the device, its recovery codes, headers of the person)."""
    headers = {"Authorization": f"Bearer {login(client, person).json()['access_token']}"}
    offer = client.post("/auth/second-factor", json={"current": PASSWORD}, headers=headers).json()
    device = pyotp.parse_uri(offer["uri"])
    assert isinstance(device, pyotp.TOTP) and device.secret == offer["secret"] and device.issuer == "Almanac"
    assert offer["picture"].startswith("data:image/svg+xml")
    assert login(client, person).status_code == 200  # only begun
    before = device.at(datetime.now(UTC) - timedelta(seconds=SECONDS))
    confirmed = client.post("/auth/second-factor/confirm", json={"code": before}, headers=headers)
    assert confirmed.status_code == 200, confirmed.text
    return device, confirmed.json()["codes"], headers


def test_who_has_one_needs_its_code_and_no_code_counts_twice(client: TestClient, person: dict[str, Any]) -> None:
    device, _, headers = turned_on(client, person)
    without = login(client, person)
    assert (without.status_code, without.json()["code"]) == (401, "code_needed")
    assert "set-cookie" not in without.headers
    wrong = login(client, person, code="000000")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "unauthenticated")
    now = device.now()
    assert login(client, person, code=now).json()["user"]["second_factor"] is True
    assert login(client, person, code=now).status_code == 401
    wrong_password = client.post("/auth/login", json=person | {"password": "wrong", "code": device.now()})
    assert "password" in wrong_password.json()["detail"]
    assert client.post("/auth/second-factor", json={"current": PASSWORD}, headers=headers).status_code == 409


def test_a_recovery_code_signs_in_once_without_the_device(
    client: TestClient, person: dict[str, Any], sign_in: Headers
) -> None:
    _, codes, _ = turned_on(client, person)
    assert login(client, person, code=codes[0]).status_code == 200
    assert login(client, person, code=codes[0]).status_code == 401
    assert login(client, person, code=codes[1]).status_code == 200
    assert client.get("/users", headers=sign_in()).status_code == 200


def test_it_is_turned_off_with_the_password_and_not_without(client: TestClient, person: dict[str, Any]) -> None:
    _, _, headers = turned_on(client, person)
    refused = client.post("/auth/second-factor/remove", json={"current": "wrong"}, headers=headers)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "current")
    assert login(client, person).status_code == 401
    assert client.post("/auth/second-factor/remove", json={"current": PASSWORD}, headers=headers).status_code == 204
    assert login(client, person).json()["user"]["second_factor"] is False


def test_an_administrator_takes_it_from_who_lost_the_device_and_all_their_sessions_end(
    client: TestClient, person: dict[str, Any], sign_in: Headers
) -> None:
    turned_on(client, person)
    reset = client.post(f"/users/{person['id']}/second-factor/reset", headers=sign_in())
    assert reset.json()["second_factor"] is False
    assert login(client, person).status_code == 200
    nobody = "/users/00000000-0000-0000-0000-000000000000/second-factor/reset"
    assert client.post(nobody, headers=sign_in()).status_code == 404


def test_who_holds_the_machine_lets_in_an_administrator_who_lost_password_and_device(
    client: TestClient, person: dict[str, Any], database: Database, capsys: pytest.CaptureFixture[str], sign_in: Headers
) -> None:
    turned_on(client, person)
    settings = client.app.state.settings  # type: ignore[attr-defined]
    app.let_in(settings.model_copy(update={"let_in": person["username"].upper()}), database)
    password = capsys.readouterr().out.strip()
    assert login(client, person).status_code == 401
    back = client.post("/auth/login", json={"username": person["username"], "password": password}).json()["user"]
    assert (back["role"], back["second_factor"], back["id"]) == ("admin", False, person["id"])
    app.let_in(settings.model_copy(update={"let_in": "somebody-new"}), database)
    new = {"username": "somebody-new", "password": capsys.readouterr().out.strip()}
    assert client.get("/users", headers=sign_in(**new)).status_code == 200
    for no_name in (None, "", "a b", "x"):
        with pytest.raises(NotStarted):
            app.let_in(settings.model_copy(update={"let_in": no_name}), database)


def test_codes_are_not_guessed_from_many_addresses(client: TestClient, person: dict[str, Any]) -> None:
    turned_on(client, person)
    statuses = []
    for number in range(31):
        client.app.state.throttle.succeeded(person["username"], "testclient")  # type: ignore[attr-defined] # as if from elsewhere
        statuses.append(login(client, person, code=f"{number:06d}").status_code)
    assert statuses == [401] * 30 + [429]
    assert login(client, person).json()["code"] == "code_needed"
