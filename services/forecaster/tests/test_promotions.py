"""What a promotion brings: its weeks against those around it, as sold and as expected, known to the forecast or not."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Database
from contracts.envelope import new_event
from contracts.events import PromotionChanged
from forecaster.api import promotions as api
from forecaster.domain.lift import AROUND, lift, promoted_weeks
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings

from services.forecaster.tests.helpers import flat_engine, record, weekly_sales
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_overrides import put
from services.forecaster.tests.test_training import train

__all__ = ["app", "client"]

AS_OF = date(2026, 2, 8)
WEEK = timedelta(days=7)
FIRST = AS_OF + timedelta(days=1)  # the first week that is forecast


@pytest.fixture(autouse=True)
def then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "yesterday", lambda _: AS_OF)


@pytest.fixture
def plan(database: Database, settings: Settings) -> Any:
    """Tell of a promotion; the answer is its id."""

    def call(starts: date, ends: date, skus: list[str], id: UUID | None = None, **more: Any) -> UUID:
        told = PromotionChanged(
            promotion_id=id or uuid4(), name="Week", skus=skus, locations=more.pop("locations", []), starts=starts,
            ends=ends, discount=None, removed=more.pop("removed", False), revision=more.pop("revision", 1),
        )  # fmt: skip
        batch = Batch([Delivery(new_event(told, "catalog", time=datetime.now(UTC)), record(told, 0))])
        with database.transaction() as connection:
            CatalogHandler(settings.zone).apply(connection, batch)
        return told.promotion_id

    return call


def effect(client: Any, promotion: UUID) -> dict[str, Any]:
    answer = client("GET", f"/forecast/promotions/{promotion}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def lifting(times: float, step: int) -> Any:
    """An engine that expects so many times as much in one of the weeks ahead."""

    def engine(dataset: Any, **more: Any) -> Any:
        answer = flat_engine(dataset, **more)
        assert answer is not None
        answer.mean[:, step] *= times
        return answer

    return engine


@pytest.fixture
def history(project: Any) -> None:
    project(*weekly_sales("A", "2025-11-03", [10] * 9 + [30] + [10] * 4), *weekly_sales("B", "2025-11-03", [5] * 14))


@pytest.mark.usefixtures("history")
def test_what_was_sold_in_a_promotion_is_measured_against_the_weeks_around(
    client: Any, database: Database, settings: Settings, plan: Any
) -> None:
    one = plan(date(2026, 1, 7), date(2026, 1, 9), ["A"])  # in the week that sold 30
    train(database, settings)
    found = effect(client, one)
    assert (found["during"], found["usual"], found["lift"], found["ended"], found["series"]) == (30, 10, 2, True, 1)
    assert [week["promoted"] for week in found["weeks"]] == [False] * AROUND + [True] + [False] * AROUND
    assert all(week["sold"] for week in found["weeks"])
    both = effect(client, plan(date(2026, 1, 5), date(2026, 1, 11), []))  # of all products
    assert (both["during"], both["usual"], both["series"]) == (35, 15, 2)


@pytest.mark.usefixtures("history")
def test_what_is_expected_of_it_is_the_sum_of_the_live_forecast_after_overrides(
    client: Any, database: Database, settings: Settings, plan: Any
) -> None:
    ahead = FIRST + 2 * WEEK
    one = plan(ahead, ahead + timedelta(days=6), ["A", "B"])
    train(database, settings, lifting(2, 2))
    found = effect(client, one)
    usual = 15.0  # A and B, flat
    assert (found["during"], found["lift"]) == (2 * usual, pytest.approx(1))
    assert (found["ended"], found["known"]) == (False, True)
    put(client, sku="B", value="100", first_week=str(ahead))
    assert effect(client, one)["during"] == 2 * 10 + 100


@pytest.mark.usefixtures("history")
def test_once_it_has_ended_what_was_planned_stands_beside_what_was_sold(
    client: Any, database: Database, settings: Settings, plan: Any, project: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead = FIRST + 2 * WEEK
    one = plan(ahead, ahead + timedelta(days=6), ["A"])
    train(database, settings, lifting(2, 2))
    assert effect(client, one)["planned"] is None, "it is to come: that is what is told of it"
    project(*weekly_sales("A", str(FIRST), [10, 10, 35, 10, 10]))
    monkeypatch.setattr(api, "yesterday", lambda _: FIRST + 5 * WEEK - timedelta(days=1))
    found = effect(client, one)
    assert (found["during"], found["lift"], found["ended"]) == (35, pytest.approx(2.5), True)
    assert (found["planned"], found["planned_lift"], found["rehearsed"]) == (20, pytest.approx(1), False)
    never = effect(client, plan(date(2026, 1, 7), date(2026, 1, 9), ["A"]))
    assert (never["planned"], never["planned_lift"]) == (None, None), "nothing was forecast of that week"


@pytest.mark.usefixtures("history")
def test_a_promotion_planned_or_changed_since_the_forecast_is_not_known_to_it(
    client: Any, database: Database, settings: Settings, plan: Any
) -> None:
    train(database, settings)
    ahead = FIRST + WEEK
    one = plan(ahead, ahead + timedelta(days=2), ["A"])
    assert effect(client, one)["known"] is False
    train(database, settings)
    assert effect(client, one)["known"] is True
    plan(ahead, ahead + timedelta(days=2), ["A"], id=one)  # told again as it was, as a replay does
    assert effect(client, one)["known"] is True
    plan(ahead, ahead + timedelta(days=4), ["A"], id=one, revision=2)
    assert effect(client, one)["known"] is False


@pytest.mark.usefixtures("history")
def test_weeks_of_another_promotion_of_the_same_products_are_no_comparison(
    client: Any, database: Database, settings: Settings, plan: Any
) -> None:
    train(database, settings)
    one = plan(date(2025, 12, 1), date(2025, 12, 7), ["B"])
    plan(date(2026, 1, 12), date(2026, 1, 18), ["A"])
    mine = effect(client, one)
    assert all(week["compared"] for week in mine["weeks"] if not week["promoted"])
    plan(date(2025, 12, 17), date(2025, 12, 23), ["B"])  # touches two weeks
    assert [week["week"] for week in effect(client, one)["weeks"] if not week["compared"]] == [
        "2025-12-01", "2025-12-15", "2025-12-22"
    ]  # fmt: skip


@pytest.mark.usefixtures("history")
def test_what_lies_beyond_the_forecast_or_is_gone_is_said(
    client: Any, database: Database, settings: Settings, plan: Any
) -> None:
    train(database, settings)
    far = effect(client, plan(date(2028, 1, 3), date(2028, 1, 12), ["A"]))
    assert (far["during"], far["usual"], far["lift"], far["missing"], far["weeks"]) == (0, None, None, 2, [])
    gone = plan(FIRST, FIRST, ["A"], removed=True)
    assert client("GET", f"/forecast/promotions/{gone}").status_code == 404
    assert effect(client, plan(FIRST, FIRST, ["NONE"]))["series"] == 0


def test_too_few_weeks_to_compare_with_are_no_comparison() -> None:
    weeks = promoted_weeks(FIRST, FIRST + WEEK, lambda day: day - timedelta(days=day.weekday()))
    assert weeks == [FIRST, FIRST + WEEK]
    found = lift(weeks, [], {FIRST - WEEK: 5}, {FIRST: 8, FIRST + WEEK: 9})
    assert (found.during, found.usual, found.share) == (17, None, None)
    assert lift(weeks, [], {FIRST - WEEK: 0, FIRST - 2 * WEEK: 0}, {FIRST: 8}).share is None  # nothing is usual
