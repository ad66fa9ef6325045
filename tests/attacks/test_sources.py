"""A key that is bound to a source acts for that source alone, whatever it names; people and free keys for all."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import text

from tests.attacks.conftest import Whole

FILE = b"date,sku,quantity,unit price,invoice\n2026-01-05,A1,2,2.50,%s\n"


class Caller:
    """Somebody with a token, who asks the gateway."""

    def __init__(self, whole: Whole, source: str | None, role: str | None = None) -> None:
        self._headers = whole.token(role, "" if role else "sales:write read", source)
        self._client = httpx2.Client(base_url=whole.url + "/api", trust_env=False, timeout=60, headers=self._headers)

    def post(self, path: str, **sent: Any) -> httpx2.Response:
        """The answer."""
        return self._client.post(path, **sent)

    def sale(self) -> str:
        """Record one; its id."""
        given = {"sku": "A1", "quantity": "1", "unit_price": "2.50", "sold_at": "2026-01-05T12:00:00Z"}
        answer = self.post("/sales", json=given | {"id": str(uuid4())})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def file(self, source: str | None = None) -> httpx2.Response:
        """Import one."""
        mapping = "{}" if source is None else f'{{"source": "{source}"}}'
        return self.post("/imports", params={"mapping": mapping}, content=FILE % uuid4().hex.encode())


@pytest.fixture(scope="module")
def callers(whole: Whole) -> dict[str, Caller]:
    """By what they are."""
    with whole.databases["sales"].transaction() as connection:
        known = text("INSERT INTO known_product VALUES ('A1', :id, 2, 1) ON CONFLICT DO NOTHING")
        connection.execute(known, {"id": uuid4()})
    return {
        "till-1": Caller(whole, "till-1"), "till-2": Caller(whole, "till-2"), "a free key": Caller(whole, None),
        "a planner": Caller(whole, None, "planner"),
    }  # fmt: skip


# What is done to something of till-1's, and what it answers whoever may.
ACTS = {
    "void": lambda who, sale, _: who.post(f"/sales/{sale}/void", json={"reason": "r"}),
    "correct": lambda who, sale, _: who.post(f"/sales/{sale}/correct", json={"quantity": "3"}),
    "cancel": lambda who, _, import_: who.post(f"/imports/{import_}/cancel"),
    "import as": lambda who, _, __: who.file("till-1"),
}
MAY = {"till-1", "a free key", "a planner"}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", ["till-1", "till-2", "a free key", "a planner"])
def test_what_belongs_to_a_source_is_changed_by_its_own_key_or_by_who_is_bound_to_none(
    callers: dict[str, Caller], act: str, who: str
) -> None:
    owner = callers["till-1"]
    answer = ACTS[act](callers[who], owner.sale(), owner.file().json()["id"])
    if who in MAY:
        assert answer.status_code < 300, answer.text
    else:
        assert (answer.status_code, answer.json()["code"]) == (403, "other_source")


def test_what_a_bound_key_sends_is_of_its_source_whatever_it_says(callers: dict[str, Caller], whole: Whole) -> None:
    sale, import_ = callers["till-1"].sale(), callers["till-1"].file().json()["id"]
    with whole.databases["sales"].snapshot() as connection:
        source = connection.execute(text("SELECT source FROM sale WHERE sale_id = :id"), {"id": sale}).scalar()
        file = connection.execute(text("SELECT source FROM import WHERE id = :id"), {"id": import_}).scalar()
    assert (source, file) == ("till-1", "file:till-1")


def test_the_same_id_of_two_sources_is_two_sales(callers: dict[str, Caller]) -> None:
    given = {"id": "one", "sku": "A1", "quantity": "1", "unit_price": "2.50", "sold_at": "2026-01-05T12:00:00Z"}
    made = {callers[who].post("/sales", json=given).json()["id"] for who in ("till-1", "till-2")}
    assert len(made) == 2
    void = {"id": "two", "kind": "void", "original": "one"}
    with_foreign_original = callers["till-2"].post("/sales", json=void).json()
    assert with_foreign_original["id"] not in made
