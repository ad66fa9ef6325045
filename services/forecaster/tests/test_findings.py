"""What needs somebody: one cause is one finding, said when it appears, changes and ends, and not again meanwhile."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from chassis import migrations
from chassis.database import Database, rows
from forecaster.app import MIGRATIONS
from forecaster.application.planning.findings import Watch, look
from forecaster.domain.anomalies import Week, anomaly
from forecaster.settings import Settings
from forecaster.storage import learned

from services.forecaster.tests.helpers import sale, weekly_sales
from services.forecaster.tests.test_planning import run_of, says, start, week
from services.forecaster.tests.test_training import published, train
from tests.row_counts import rows_read

__all__ = ["start"]


def test_an_anomaly_is_outside_what_was_published() -> None:
    def weeks(*sold: float) -> list[Week]:
        return [Week(week(n), actual, 10, 5, 15, 8, 12) for n, actual in enumerate(sold)]

    assert anomaly(weeks(10, 10, 11)) is None
    assert anomaly(weeks(10, 10, 16)) == "spike"
    assert anomaly(weeks(10, 10, 4)) == "drop"
    assert anomaly(weeks(13, 13, 14)) == "level-shift"
    assert anomaly(weeks(13, 7, 14)) is None
    assert anomaly([]) is None


def said(database: Database) -> list[dict[str, Any]]:
    """What was published of findings since it was last asked."""
    found = published(database, "finding-changed")
    with database.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM outbox WHERE type = 'finding-changed'")
    return found


def looked(database: Database, newest: date) -> list[dict[str, Any]]:
    """What a look says."""
    with database.transaction() as connection:
        look(connection, newest)
    return said(database)


@pytest.mark.usefixtures("start")
def test_one_cause_is_one_finding_with_its_money(database: Database, settings: Settings, project: Any) -> None:
    project(*(e for sku in ("C", "D", "E") for e in weekly_sales(sku, "2025-12-29", [10] * 6, location="shop")))
    run_of(database, settings, 0, 10)
    project(sale("A", str(week(0)), "200", "5"), sale("B", str(week(0)), "10"))
    project(sale("B", "2026-01-07", "3"))  # late
    entries = sorted(looked(database, week(0)), key=lambda finding: -finding["money"])
    assert [entry["root"] for entry in entries] == ["series:main:A", "silent:shop", "late-data"]
    assert entries[0]["money"] > entries[1]["money"] == pytest.approx(30 * 2.5)
    assert all(entry["open"] for entry in entries)
    assert [(event["sku"], event["kind"]) for event in published(database, "anomaly-detected")] == [("A", "spike")]
    assert looked(database, week(0)) == []
    assert len(published(database, "anomaly-detected")) == 1


@pytest.mark.usefixtures("start")
def test_a_finding_is_said_again_only_when_it_has_changed_and_once_when_it_is_no_longer_so(
    database: Database, settings: Settings, project: Any
) -> None:
    run_of(database, settings, 0, 10)
    project(sale("A", str(week(0)), "200"), sale("B", str(week(0)), "300"))
    assert {finding["sku"]: finding["open"] for finding in looked(database, week(0))} == {"A": True, "B": True}
    assert looked(database, week(0)) == []
    project(sale("B", str(week(0)), "1"))
    assert [(f["sku"], f["detail"]["actual"], f["open"]) for f in looked(database, week(0))] == [("B", 301, True)]
    run_of(database, settings, 1, 10)
    project(sale("A", str(week(1)), "10"), sale("B", str(week(1)), "300"))
    assert {finding["sku"]: (finding["open"], finding["week"]) for finding in looked(database, week(1))} == {
        "A": (False, str(week(0))),
        "B": (True, str(week(1))),
    }
    assert looked(database, week(1)) == []
    with database.transaction() as connection:
        assert [row["sku"] for row in rows(connection, "SELECT sku FROM finding")] == ["B"]


@pytest.mark.usefixtures("start")
def test_a_forecast_that_leans_is_found(database: Database, settings: Settings, project: Any) -> None:
    for number in range(7):
        run_of(database, settings, number, 11)
        project(sale("A", str(week(number)), "10"), sale("B", str(week(number)), "10" if number % 2 else "12"))
    entries = {entry["sku"]: entry for entry in looked(database, week(6))}
    assert set(entries) == {"A"}
    assert entries["A"]["detail"]["tracking_signal"] == pytest.approx(7)


@pytest.mark.usefixtures("start")
def test_only_one_process_looks_at_a_time(database: Database, settings: Settings) -> None:
    run_of(database, settings, 0, 10)
    one, other = Watch(database, settings), Watch(database, settings)
    assert one.once()
    assert not one.once()
    assert other.once()


def test_what_needed_attention_before_is_published_and_what_people_settled_stays_settled(database_url: str) -> None:
    database = Database(database_url.rsplit("/", 1)[0] + "/" + database_url.rsplit("/", 1)[1], pool=2)
    migrations.upgrade(database, MIGRATIONS)
    migrations.downgrade(database, MIGRATIONS, "0004")
    with database.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT INTO attention (id, root, kind, sku, money, title, detail, status, assignee, settled_by) VALUES"
            " (gen_random_uuid(), 'series:main:A', 'anomaly', 'A', 5, 'a', '{}', 'open', 'olga', NULL),"
            " (gen_random_uuid(), 'series:main:B', 'bias', 'B', 5, 'b', '{}', 'resolved', NULL, 'anna'),"
            " (gen_random_uuid(), 'series:main:C', 'bias', 'C', 5, 'c', '{}', 'resolved', NULL, 'system')"
        )
    migrations.upgrade(database, MIGRATIONS)
    events = said(database)
    assert [(event["root"], event["open"], event["detail"]["before"]["assignee"]) for event in events] == [
        ("series:main:A", True, "olga")
    ]
    with database.transaction() as connection:
        kept = rows(connection, "SELECT root FROM finding ORDER BY root")
    assert [row["root"] for row in kept] == ["series:main:A", "series:main:B"]
    database.close()


@pytest.mark.usefixtures("start")
def test_a_sale_that_training_did_not_believe_is_found_and_ends_when_it_is_mended(
    database: Database, settings: Settings, project: Any
) -> None:
    entry = {"series": "main:A", "column": "y", "value": "40,063,812", "period": "2026-01-19", "used": 10.0,
             "done": "damped to 10", "why": "nothing explains it"}  # fmt: skip

    def doubting(dataset: Any, **more: Any) -> Any:
        answer = says(10)(dataset, **more)
        answer.report = {"told": [entry]}
        return answer

    assert train(database, settings, doubting, as_of=week(0) - timedelta(days=1))["status"] == "succeeded"
    found = [one for one in looked(database, week(0)) if one["root"] == "series:main:A"]
    assert [(one["kind"], one["week"], one["open"]) for one in found] == [("anomaly", "2026-01-19", True)]
    assert "40,063,812 of 2026-01-19 damped to 10" in found[0]["title"]
    assert looked(database, week(0)) == [], "said once"
    run_of(database, settings, 1, 10)
    assert ("series:main:A", False) in [(one["root"], one["open"]) for one in looked(database, week(0))]


def test_what_changed_since_training_is_told_and_where_nothing_learned_changed_no_week_is_read(
    database: Database, settings: Settings, project: Any
) -> None:
    chance = random.Random(58)
    days = ["2026-01-07", "2026-01-20", "2026-02-04", "2026-02-11"]  # the last: of the week that runs
    project(*(each for sku in "ABC" for each in weekly_sales(sku, "2026-01-05", [10, 20, 30, 40, 50])))
    for _ in range(3):
        train(database, settings)
        project(sale("A", days[-1], "3"))
        with database.snapshot() as connection:
            before = rows_read(connection, "demand_week")
            assert learned.changed_since_training(connection) == []
            assert rows_read(connection, "demand_week") == before
        for _ in range(6):
            project(sale(chance.choice("ABC"), chance.choice(days), str(chance.randint(1, 9))))
            with database.snapshot() as connection:
                every = rows(
                    connection,
                    "SELECT d.sku, d.location, count(*) AS weeks, sum(abs(d.revenue))::float8 AS money"
                    " FROM live_forecast JOIN run AS r ON r.id = run_id JOIN demand_week AS d USING (sku, location)"
                    " WHERE d.week < r.first_week AND NOT pg_visible_in_snapshot(d.changed_by, r.snapshot)"
                    " GROUP BY 1, 2 ORDER BY money DESC, 1, 2",
                )
                assert learned.changed_since_training(connection) == every
        assert every
