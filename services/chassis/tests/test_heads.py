"""A request's first line and headers are bounded before anything is done with them, and say each thing once."""

from typing import Annotated

import pytest
from chassis import heads
from chassis.api import create_api
from chassis.parameters import IdempotencyKey, Search
from chassis.security import public
from chassis.settings import CommonSettings
from fastapi import APIRouter, Depends, Query
from fastapi.testclient import TestClient

router = APIRouter(dependencies=[Depends(public)])


def narrowed(word: Annotated[str | None, Query(alias="w")] = None) -> str | None:
    return word


@router.get("/things")
def things(
    word: Annotated[str | None, Depends(narrowed)], q: Search = None, limit: int = 1,
    kind: Annotated[list[str] | None, Query()] = None,
) -> list[object]:  # fmt: skip
    return [word, q, limit, kind]


@router.post("/things")
def make(idempotency_key: IdempotencyKey = None) -> str | None:
    return idempotency_key


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_api("test", CommonSettings(), [router]))


def test_a_url_and_headers_within_the_bounds_pass(client: TestClient) -> None:
    url = "/things?x=" + "a" * (heads.MOST_URL_BYTES - 100)
    assert client.get(url, headers={"x-a": "a" * (heads.MOST_HEADER_BYTES - 1000)}).status_code == 200


@pytest.mark.parametrize("path", ["/things?x=", "/nowhere/"])
def test_a_url_beyond_its_bound_is_a_414(client: TestClient, path: str) -> None:
    answer = client.get(path + "a" * heads.MOST_URL_BYTES)
    assert (answer.status_code, answer.headers["content-type"]) == (414, "application/problem+json")


def test_headers_beyond_their_bound_are_a_431_that_names_the_longest(client: TestClient) -> None:
    answer = client.post("/things", headers={"idempotency-key": "a" * heads.MOST_HEADER_BYTES})
    assert answer.status_code == 431 and "longest is idempotency-key" in answer.json()["detail"]


@pytest.mark.parametrize(("query", "named"), [
    ("limit=1&limit=2", "limit"), ("q=a&limit=1&q=b", "q"), ("w=a&w=b", "w"), ("limit=1&limit=1", "limit"),
])  # fmt: skip
def test_a_parameter_of_one_value_that_is_given_twice_is_refused(client: TestClient, query: str, named: str) -> None:
    answer = client.get(f"/things?{query}")
    assert (answer.status_code, [fault["field"] for fault in answer.json()["errors"]]) == (422, [named])


def test_a_list_is_given_as_often_as_it_has_members(client: TestClient) -> None:
    assert client.get("/things?kind=a&kind=b&limit=3").json() == [None, None, 3, ["a", "b"]]


def test_a_path_with_a_slash_too_many_leads_nowhere_else(client: TestClient) -> None:
    answer = client.get("/things/", follow_redirects=False)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("key", ["", "  "])
def test_an_empty_idempotency_key_is_none_and_is_refused(client: TestClient, key: str) -> None:
    assert client.post("/things", headers={"idempotency-key": key}).status_code == 422
    assert client.post("/things", headers={"idempotency-key": "k"}).json() == "k"
