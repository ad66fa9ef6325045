"""A run counts when all of it has arrived and is decided; nobody sees a run with another's decisions."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event as Flag
from typing import Any
from uuid import UUID, uuid4

import pytest
from catalog.application import runs
from catalog.application.deciding import Deciding
from chassis.database import Database, rows, scalar
from contracts.envelope import Event
from fastapi.testclient import TestClient
from sqlalchemy import text

Deliver = Callable[..., None]
Telling = tuple[Callable[..., Event], Callable[..., Event]]


def counted(client: TestClient) -> set[tuple[str, float]]:
    """(run, expected demand) of every decision."""
    items = client.get("/replenishment").json()["items"]
    return {(item["inputs"]["run_id"], round(item["expected_demand"])) for item in items}


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_run_counts_when_its_last_forecast_and_its_end_have_arrived_in_whatever_order(
    stocked: TestClient, deliver: Deliver, telling: Telling, order: tuple[int, ...]
) -> None:
    forecast, completed = telling
    before, run = counted(stocked), uuid4()
    told = [forecast("A1", run, 20), forecast("B2", run, 20), completed(run, 1, series=2)]
    for place in order[:2]:
        deliver(told[place])
        assert counted(stocked) == before
    deliver(told[order[2]])
    assert counted(stocked) == {(str(run), 40)}


def test_only_the_newest_complete_run_counts_and_what_it_replaced_is_forgotten(
    stocked: TestClient, deliver: Deliver, telling: Telling, database: Database
) -> None:
    forecast, completed = telling
    partial, whole, failed, later = (uuid4() for _ in range(4))
    deliver(completed(partial, 9, series=2), forecast("A1", partial, 90))
    deliver(*(forecast(sku, run, 20) for sku in ("A1", "B2") for run in (whole, failed)), forecast("A1", later, 20))
    deliver(completed(failed, 5, "failed"), completed(whole, 4, series=2))
    assert counted(stocked) == {(str(whole), 40)}
    with database.transaction() as connection:
        kept = {row["run_id"] for row in rows(connection, "SELECT DISTINCT run_id FROM forecast")}
        assert kept == {partial, whole, later}
        assert scalar(connection, "SELECT count(*) FROM decision WHERE run_id <> (SELECT run_id FROM live_run)") == 0


def test_a_run_that_is_made_live_again_counts_when_it_is_told_again(
    stocked: TestClient, deliver: Deliver, telling: Telling
) -> None:
    forecast, completed = telling
    first = UUID(next(iter(counted(stocked)))[0])
    second = uuid4()
    deliver(forecast("A1", second, 20), forecast("B2", second, 20), completed(second, 3, series=2))
    deliver(forecast("A1", first), forecast("B2", first), completed(first, 8, series=2))
    assert counted(stocked) == {(str(first), 20)}


def test_an_override_of_the_live_run_is_decided_soon_after(
    stocked: TestClient, deliver: Deliver, telling: Telling
) -> None:
    forecast, _ = telling
    live = UUID(next(iter(counted(stocked)))[0])
    deliver(forecast("A1", live, 30))
    assert counted(stocked) == {(str(live), 60), (str(live), 20)}


def test_no_read_sees_a_run_with_the_decisions_of_another(
    stocked: TestClient, deliver: Deliver, telling: Telling
) -> None:
    forecast, completed = telling
    done, seen = Flag(), []

    def watch() -> None:
        while not done.is_set():
            seen.append(frozenset(counted(stocked)))

    with ThreadPoolExecutor(1) as reader:
        watching = reader.submit(watch)
        for number in range(1, 6):
            run = uuid4()
            deliver(forecast("A1", run, 10 * number), forecast("B2", run, 10 * number), completed(run, number))
        done.set()
        watching.result()
    assert {len(view) for view in seen} == {1}, "each view is of one run with one demand"


def test_what_changes_while_a_run_is_prepared_is_in_its_decisions(
    stocked: TestClient, deliver: Deliver, telling: Telling, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast, completed = telling
    run = uuid4()
    prepare: Any = runs._prepare_some

    def and_then_count(*given: Any) -> Any:
        found = prepare(*given)
        stocked.post("/stock/counts", json={"items": [{"sku": "A1", "quantity": 31}]})
        return found

    monkeypatch.setattr(runs, "_prepare_some", and_then_count)
    deliver(forecast("A1", run), forecast("B2", run), completed(run, 3))
    monkeypatch.undo()
    assert counted(stocked) == {(str(run), 20)}
    (item,) = stocked.get("/replenishment", params={"sku": "A1"}).json()["items"]
    assert (float(item["on_hand"]), item["quantity"], item["stale"]) == (31, 0, False)


def test_a_forecast_that_cannot_be_decided_on_is_a_dead_letter_and_stops_nothing(
    stocked: TestClient, deliver: Deliver, telling: Telling, database: Database
) -> None:
    forecast, _ = telling
    live = UUID(next(iter(counted(stocked)))[0])
    event = forecast("A1", live)
    odd = [
        event._replace(payload=event.payload.model_copy(update={"sum_quantiles": sums}))
        for sums in ([], [[1.0] * 10], [[float("nan")] * 11])
    ] + [event._replace(payload=event.payload.model_copy(update={"mean": mean})) for mean in ([], [float("inf")] * 8)]
    deliver(*odd, forecast("B2", live, 30))
    assert counted(stocked) == {(str(live), 20), (str(live), 60)}
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM dead_letter WHERE code = 'bad_payload'") == 5


def test_what_is_marked_says_so_until_it_is_decided(
    stocked: TestClient, database: Database, settle: Callable[[], None]
) -> None:
    def state() -> tuple[int, list[bool]]:
        items = stocked.get("/replenishment").json()["items"]
        return stocked.get("/replenishment/summary").json()["stale"], [item["stale"] for item in items]

    assert state() == (0, [False, False])
    with database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO decision_due (sku, location) VALUES ('A1', 'main'), ('A1', 'main')")
    assert state() == (1, [True, False])
    settle()
    assert state() == (0, [False, False])


def test_two_workers_take_turns(stocked: TestClient, database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO decision_due (sku, location) SELECT 'A1', 'main' FROM"
                                   " generate_series(1, 50)")  # fmt: skip
    with ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: Deciding(database, 0.0).settle(), range(2)))
    assert stocked.get("/replenishment/summary").json()["stale"] == 0


def of_which_run(client: TestClient) -> tuple[str, Any]:
    found = client.get("/replenishment/summary").json()
    return found["run_id"], found["newer_run"]


def test_while_a_newer_run_is_being_decided_its_orders_say_of_which_forecast_they_are_and_how_far_it_is(
    stocked: TestClient, deliver: Deliver, telling: Telling, monkeypatch: pytest.MonkeyPatch
) -> None:
    forecast, completed = telling
    live = next(iter(counted(stocked)))[0]
    assert of_which_run(stocked) == (live, None)
    run = uuid4()
    deliver(forecast("A1", run, 20))  # its end is told after its forecasts
    as_of = forecast("A1", run).payload.as_of.isoformat()
    told = {"run_id": str(run), "as_of": as_of, "arrived": 1, "series": None, "decided": 0}
    assert of_which_run(stocked) == (live, told)
    before = stocked.post("/orders", json={}).json()[0]
    assert (before["forecast_as_of"], before["newer_run"]) == (as_of, str(run))
    seen: list[Any] = []
    prepare: Any = runs._prepare_some

    def and_look(*given: Any) -> Any:
        found = prepare(*given)
        seen.append(of_which_run(stocked))
        return found

    monkeypatch.setattr(runs, "_prepare_some", and_look)
    monkeypatch.setattr(runs, "BATCH", 1)
    deliver(forecast("B2", run, 20), completed(run, 1, series=2))
    assert [(one[0], one[1]["decided"]) for one in seen] == [(live, 1), (live, 2), (live, 2)]
    assert {(one[1]["arrived"], one[1]["series"]) for one in seen} == {(2, 2)}
    assert of_which_run(stocked) == (str(run), None)
    after = stocked.post("/orders", json={}).json()[0]
    assert (after["forecast_as_of"], after["newer_run"]) == (as_of, None)
    assert float(after["lines"][0]["quantity"]) > float(before["lines"][0]["quantity"])


def test_what_a_run_left_whose_end_was_never_told_is_no_newer_run(
    stocked: TestClient, deliver: Deliver, telling: Telling, database: Database
) -> None:
    forecast, _ = telling
    deliver(forecast("A1", uuid4(), 20))
    with database.transaction() as connection:
        connection.execute(text("UPDATE forecast SET kept_at = now() - interval '3 minutes'"))
    assert of_which_run(stocked)[1] is None
