"""Moving before buying: never below the giver's own level nor more than is wanted, whole units, most at risk first."""

from collections import defaultdict
from typing import Any

import pytest
from catalog.domain.transfers import transfers
from chassis.database import Database
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text


def row(location: str, quantity: float = 0, excess: float = 0, risk: float = 0, sku: str = "TEA") -> dict[str, Any]:
    return {"sku": sku, "location": location, "name": "Tea", "quantity": quantity, "excess": excess,
            "unit_cost": "2.50", "revenue_at_risk": risk}  # fmt: skip


def moved(*rows: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(each.from_location, each.to_location, each.quantity) for each in transfers(rows)]


def test_what_lies_too_much_elsewhere_is_moved_instead_of_bought() -> None:
    (found,) = transfers([row("north", excess=20), row("south", quantity=12)])
    assert (found.from_location, found.to_location, found.quantity) == ("north", "south", 12)
    assert (found.wanted, found.saved) == (12, 30.0)


def test_who_loses_most_is_served_first_from_where_most_is_spare() -> None:
    rows = [row("north", excess=10), row("west", excess=4), row("a", quantity=9, risk=1), row("b", quantity=8, risk=50)]
    assert sorted(moved(*rows)) == [("north", "a", 2), ("north", "b", 8), ("west", "a", 4)]


def test_another_product_s_excess_is_no_help_and_parts_of_a_unit_stay() -> None:
    assert moved(row("north", excess=20, sku="OIL"), row("south", quantity=12)) == []
    assert moved(row("north", excess=0.9), row("south", quantity=12)) == []
    assert moved(row("north", excess=5.9), row("south", quantity=12)) == [("north", "south", 5)]


SERIES = st.builds(
    row, st.sampled_from("abcdef"), st.floats(0, 500), st.floats(0, 500), st.floats(0, 1e6), st.sampled_from(["X", "Y"])
)


@given(st.lists(SERIES, max_size=12, unique_by=lambda each: (each["sku"], each["location"])))
def test_whatever_there_is_nobody_gives_what_is_not_spare_nor_gets_what_is_not_wanted(
    rows: list[dict[str, Any]],
) -> None:
    given_, got = defaultdict[tuple[str, str], int](int), defaultdict[tuple[str, str], int](int)
    for each in transfers(rows):
        assert each.quantity >= 1
        given_[each.sku, each.from_location] += each.quantity
        got[each.sku, each.to_location] += each.quantity
    by_series = {(each["sku"], each["location"]): each for each in rows}
    assert all(units <= by_series[series]["excess"] for series, units in given_.items())
    assert all(units <= by_series[series]["quantity"] for series, units in got.items())
    assert not given_.keys() & got.keys()
    for sku in {each["sku"] for each in rows}:  # nothing whole is left on both sides
        left = [by_series[s]["excess"] - given_[s] for s in by_series if s[0] == sku and by_series[s]["quantity"] <= 0]
        lacks = [by_series[s]["quantity"] - got[s] for s in by_series if s[0] == sku and by_series[s]["quantity"] > 0]
        assert not (any(units >= 1 for units in left) and any(units >= 1 for units in lacks))


@pytest.mark.usefixtures("told")
def test_the_api_tells_what_to_move_of_the_live_decisions(stocked: TestClient, database: Database) -> None:
    assert stocked.get("/replenishment/transfers").json()["items"] == []
    wants = next(item for item in stocked.get("/replenishment").json()["items"] if item["quantity"] > 0)
    copied = ", ".join(
        {"location": "'north'", "quantity": "0", "order_value": "0", "excess": "7.5"}.get(name, name)
        for name in _columns(database)
    )
    with database.transaction() as connection:
        connection.execute(
            text(
                f"INSERT INTO decision ({', '.join(_columns(database))}) SELECT {copied} FROM decision WHERE sku = :sku"
            ),
            {"sku": wants["sku"]},
        )
    (found,) = stocked.get("/replenishment/transfers").json()["items"]
    assert (found["from_location"], found["to_location"]) == ("north", wants["location"])
    assert found["quantity"] == min(7, int(wants["quantity"])) and found["sku"] == wants["sku"]


def _columns(database: Database) -> list[str]:
    with database.snapshot() as connection:
        found = connection.execute(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = 'decision' AND table_schema = current_schema() AND is_generated = 'NEVER'"
            )
        )
        return [str(name) for name in found.scalars()]
