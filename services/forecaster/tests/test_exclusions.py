"""Weeks that a person leaves out of training: not learned from, said, audited, and put back."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from chassis.database import Database
from forecaster.settings import Settings

from services.forecaster.tests.helpers import flat_engine, sale
from services.forecaster.tests.test_api import app, client
from services.forecaster.tests.test_findings import looked
from services.forecaster.tests.test_planning import start, week
from services.forecaster.tests.test_training import published, train

__all__ = ["app", "client", "start"]


def learned(database: Database, settings: Settings, day: date) -> tuple[dict[str, float], Any]:
    """What a training got of A, and what it published."""
    got: dict[str, float] = {}

    def engine(dataset: Any, **more: Any) -> Any:
        own = dataset.history[dataset.history["unique_id"] == "main:A"]
        got.update({label.date().isoformat(): y for label, y in zip(own["ds"], own["y"], strict=True)})
        return flat_engine(dataset, **more)

    assert train(database, settings, engine, as_of=day)["status"] == "succeeded"
    return got, [event for event in published(database, "forecast-ready") if event["sku"] == "A"][-1]


@pytest.mark.usefixtures("start")
def test_weeks_are_left_out_with_a_trace_and_put_back(client: Any, database: Database, settings: Settings) -> None:
    body = {"sku": "a", "first_day": "2026-01-14", "last_day": "2026-01-20", "reason": "a crate for a party"}
    made = client("POST", "/forecast/exclusions", "planner", json=body)
    assert made.status_code == 201, made.text
    assert (made.json()["first_week"], made.json()["last_week"]) == ("2026-01-12", "2026-01-19")
    got, event = learned(database, settings, date(2026, 2, 8))
    assert [day for day, units in got.items() if np.isnan(units)] == ["2026-01-12", "2026-01-19"]
    assert "2026-01-12 to 2026-01-19 is left out of training by planner: a crate for a party" in event["reason"]

    path = f"/forecast/exclusions/{made.json()['id']}/restore"
    assert client("POST", path, "planner").json()["restored_by"] == "planner"
    assert client("POST", path, "planner").status_code == 409
    got, event = learned(database, settings, date(2026, 2, 8))
    assert not np.isnan(list(got.values())).any()
    assert "left out" not in event["reason"]
    actions = [one["action"] for one in published(database, "audit-recorded")]
    assert [one for one in actions if one.startswith("weeks-")] == ["weeks-excluded", "weeks-restored"]
    listed = client("GET", "/forecast/exclusions", params={"sku": "A"}).json()["items"]
    assert [(one["author"], one["restored_by"]) for one in listed] == [("planner", "planner")]


@pytest.mark.usefixtures("start")
@pytest.mark.parametrize(
    ("more", "status"),
    [({"sku": "N"}, 404), ({"last_day": "2026-01-01"}, 422), ({"last_day": "2029-01-01"}, 422), ({"reason": " "}, 422)],
)
def test_what_cannot_be_left_out_is_refused(client: Any, more: dict[str, Any], status: int) -> None:
    body = {"sku": "A", "first_day": "2026-01-14", "reason": "a crate for a party"}
    assert client("POST", "/forecast/exclusions", "planner", json=body | more).status_code == status
    assert client("POST", "/forecast/exclusions", "viewer", json=body).status_code == 403


@pytest.mark.usefixtures("start")
def test_a_week_that_was_left_out_is_no_anomaly_any_more(
    client: Any, database: Database, settings: Settings, project: Any
) -> None:
    learned(database, settings, date(2026, 2, 8))
    project(sale("A", str(week(0)), "90"), sale("B", str(week(0)), "10"))
    assert [one["sku"] for one in looked(database, week(0)) if one["open"]] == ["A"]
    body = {"sku": "A", "first_day": str(week(0)), "reason": "a crate for a party"}
    assert client("POST", "/forecast/exclusions", "planner", json=body).status_code == 201
    assert [(one["sku"], one["open"]) for one in looked(database, week(0))] == [("A", False)]
