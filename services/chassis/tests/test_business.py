"""How the business counts is kept with the data: another environment is refused, and only `adopt` changes it."""

import pytest
from chassis import business
from chassis.database import Database
from chassis.runner import NotStarted
from chassis.settings import CommonSettings
from sqlalchemy import text

MADE = CommonSettings(timezone="Asia/Tokyo", week_start="sunday", currency="JPY", train_hour=5)
OTHERS = {"timezone": "UTC", "week_start": "monday", "currency": "EUR", "train_hour": 2}


@pytest.fixture
def kept(database: Database) -> Database:
    with database.transaction() as connection:
        connection.execute(text("DELETE FROM business"))
    business.require_same(database, MADE, "sales")
    return database


def test_the_first_process_says_how_and_the_same_is_taken(kept: Database) -> None:
    business.require_same(kept, MADE, "sales")
    with kept.transaction() as connection:
        assert business.kept(connection) == business.said(MADE)


@pytest.mark.parametrize(("name", "value"), OTHERS.items())
def test_something_else_is_refused_in_one_line_that_names_the_command(kept: Database, name: str, value: object) -> None:
    other = MADE.model_copy(update={name: value})
    with pytest.raises(NotStarted) as said:
        business.require_same(kept, other, "sales")
    option = f"./almanac settings --{name.replace('_', '-')} {value}"
    assert option in str(said.value) and "\n" not in str(said.value)
    with kept.transaction() as connection:
        assert business.kept(connection) == business.said(MADE)
        assert business.adopt(connection, other) == {name: getattr(MADE, name)}
        assert business.adopt(connection, other) == {}
    business.require_same(kept, other, "sales")
