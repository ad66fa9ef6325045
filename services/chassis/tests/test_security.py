"""A caller is turned away for what the token says, never for our own outage."""

import threading
import time

import jwt
import orjson
import pytest
from chassis.problems import Problem
from chassis.security import Keys, Role, Verifier
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

KEY = ec.generate_private_key(ec.SECP256R1())


def published() -> bytes:
    entry = ECAlgorithm.to_jwk(KEY.public_key(), as_dict=True) | {"kid": "k1", "alg": "ES256", "use": "sig"}
    return orjson.dumps({"keys": [entry]})


def token(**changed: object) -> str:
    now = int(time.time())
    claims = {"sub": "1", "username": "u", "role": "viewer", "iss": "almanac", "aud": "almanac", "jti": "j",
              "iat": now, "exp": now + 60}  # fmt: skip
    return jwt.encode(claims | changed, KEY, "ES256", {"kid": "k1", "typ": "at+jwt"})


def away(_: str) -> bytes:
    raise OSError("auth does not answer")


def status(verifier: Verifier, given: str) -> int:
    with pytest.raises(Problem) as refused:
        verifier.verify(given)
    return refused.value.status


def test_a_current_token_names_its_caller() -> None:
    caller = Verifier(Keys("", lambda _: published()), "almanac").verify(token())
    assert (caller.id, caller.name, caller.role) == ("1", "u", Role.VIEWER)


def test_without_any_keys_the_answer_is_503_and_not_that_the_token_is_bad() -> None:
    verifier = Verifier(Keys("", away), "almanac")
    assert status(verifier, token()) == 503
    assert status(verifier, "rubbish") == 401


def test_an_outage_of_auth_locks_nobody_out(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([published()])
    verifier = Verifier(Keys("", lambda _: next(answers)), "almanac")
    verifier.verify(token())
    real = time.monotonic
    monkeypatch.setattr("chassis.security.time.monotonic", lambda: real() + 3600)
    assert verifier.verify(token()).id == "1"


def test_calls_that_come_while_the_first_keys_are_fetched_wait_for_them() -> None:
    fetching = threading.Event()

    def slow(_: str) -> bytes:
        fetching.set()
        time.sleep(0.3)
        return published()

    verifier = Verifier(Keys("", slow), "almanac")
    first = threading.Thread(target=verifier.verify, args=(token(),))
    first.start()
    assert fetching.wait(5)
    assert verifier.verify(token()).id == "1"
    first.join()


@pytest.mark.parametrize("changed", [{"exp": 1}, {"iss": "other"}, {"aud": "other"}, {"role": "king"}, {"sub": None}])
def test_a_wrong_token_is_401(changed: dict[str, object]) -> None:
    assert status(Verifier(Keys("", lambda _: published()), "almanac"), token(**changed)) == 401
