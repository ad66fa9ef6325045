"""What a list is continued with is what it gave itself: no other cursor reaches a query."""

import base64
from typing import Any

import orjson
import pytest
from chassis import pagination
from chassis.api import create_api
from chassis.failures import Invalid
from chassis.pagination import Cursor, Limit
from chassis.security import public
from chassis.settings import ServiceSettings
from fastapi import APIRouter, Depends
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

REACHED: list[Any] = []


def service(word: str = "one") -> TestClient:
    """Two lists of numbers, in two ways around."""
    router = APIRouter(dependencies=[Depends(public)])

    def items(after: list[int] | None, limit: int) -> dict[str, object]:
        REACHED.append(after)
        start = after[0] if after else 0
        found, following = pagination.page(list(range(start + 1, start + 2 + limit)), limit, lambda item: [item])
        return {"items": found, "next_cursor": following}

    @router.get("/one")
    def one(limit: Limit = 2, cursor: Cursor = None) -> dict[str, object]:
        return items(pagination.decode(cursor, int), limit)

    @router.get("/other")
    def other(limit: Limit = 2, cursor: Cursor = None) -> dict[str, object]:
        return items(pagination.decode(cursor, int), limit)

    settings = ServiceSettings(database_url=SecretStr(f"postgresql://sales:{word}@127.0.0.1/almanac"))
    return TestClient(create_api("test", settings, [router]), raise_server_exceptions=False)


def unsigned(values: Any) -> str:
    """As cursors were before they were signed; whoever saw one could write another."""
    return base64.urlsafe_b64encode(orjson.dumps(values)).decode().rstrip("=")


FORGED = {
    "beyond 64 bits": unsigned([2**63 - 1]), "less than nothing": unsigned([-(2**63)]), "no number": unsigned(["x"]),
    "NUL": unsigned(["\x00"]), "true": unsigned([True]), "nothing": unsigned([None]), "too much": unsigned([1, 2]),
    "no list": unsigned({"a": 1}), "deep": base64.urlsafe_b64encode(b"[" * 700).decode(), "no base64": "%$",
    "a float": unsigned([1e308]), "empty": "",
}  # fmt: skip


@pytest.mark.parametrize("kind", FORGED)
def test_a_cursor_that_is_not_ours_is_bad_input_and_reaches_no_query(kind: str) -> None:
    REACHED.clear()
    answer = service().get("/one", params={"cursor": FORGED[kind]})
    assert (answer.status_code, answer.json()["code"], REACHED) == (422, "bad_cursor", [])


def test_a_cursor_leads_on_through_its_own_list_in_any_process_of_the_service_and_nowhere_else() -> None:
    given_ = service().get("/one").json()["next_cursor"]
    assert service().get("/one", params={"cursor": given_}).json()["items"] == [3, 4]
    assert service().get("/other", params={"cursor": given_}).status_code == 422
    assert service("another").get("/one", params={"cursor": given_}).status_code == 422


def test_no_character_of_a_cursor_can_be_another() -> None:
    given_ = service().get("/one").json()["next_cursor"]
    asked = service()
    for place in range(len(given_)):
        changed = given_[:place] + ("A" if given_[place] != "A" else "B") + given_[place + 1 :]
        answer = asked.get("/one", params={"cursor": changed})
        # the last characters may hold bits that stand for nothing
        assert answer.status_code == 422 or answer.json()["items"] == [3, 4], place


def test_the_longest_names_fit_into_a_cursor() -> None:
    assert len(pagination.encode(["\U0001f600" * 200, "\U0001f600" * 64, "\U0001f600" * 64])) <= 4000


@given(st.text(max_size=60))
def test_any_text_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        pagination.decode(cursor, int)
