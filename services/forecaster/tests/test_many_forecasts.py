"""With many series live, a page of their list reads its own: by name however deep, and by what few are found by."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from chassis.consumer import Batch, Delivery
from chassis.database import Database
from contracts.envelope import new_event
from contracts.events import ProductChanged
from forecaster.events.catalog import CatalogHandler
from forecaster.settings import Settings
from forecaster.storage import compare, forecasts
from forecaster.storage import live as storage

from services.forecaster.tests.helpers import record, weekly_sales
from services.forecaster.tests.test_training import train
from tests.row_counts import rows_read

MANY = (
    "INSERT INTO forecast SELECT run_id, 'X' || n, location, mean, quantiles, sum_quantiles, method, reason,"
    " active, next4 FROM forecast, generate_series(1, 900) AS n WHERE sku = 'B'",
    "INSERT INTO product (product_id, sku, name, archived, attributes, revision)"
    " SELECT gen_random_uuid(), 'X' || n, 'Thing', false, '{}', 1 FROM generate_series(1, 900) AS n",
)


@pytest.fixture(autouse=True)
def many(database: Database, settings: Settings, project: Callable[..., None]) -> None:
    """A lamp, B that the catalog has not told of yet, and 900 products of one name at two locations."""
    project(
        *weekly_sales("A1", "2026-01-05", [4, 6, 5, 5, 6]), *weekly_sales("B", "2026-01-05", [10, 20]),
        *weekly_sales("B", "2026-01-05", [1, 1, 1, 1, 1], location="shop"),
    )  # fmt: skip
    changed = ProductChanged(product_id=uuid4(), sku="A1", name="Red lamp", revision=1)
    with database.transaction() as connection:
        CatalogHandler(settings.zone).apply(
            connection, Batch([Delivery(new_event(changed, "catalog"), record(changed, 0))])
        )
    run = train(database, settings)
    with database.transaction() as connection:
        for statement in MANY:
            connection.exec_driver_sql(statement)
        forecasts.publish(connection, run["id"], "train", "somebody", None)
        for table in ("live_forecast", "forecast", "product"):
            connection.exec_driver_sql(f"ANALYZE {table}")


def test_a_name_that_few_have_leads_to_their_series_and_no_other_is_read(database: Database) -> None:
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = {table: rows_read(connection, table) for table in ("live_forecast", "forecast")}
        given: dict[str, Any] = {"location": None, "search": "%red l%"}
        page = storage.summary_page(
            connection, sort="-next4", category=None, active=None, series=None, after=None, limit=50, **given
        )
        weekly = storage.weekly_page(connection, run_id=None, sku=None, start=None, weeks=100, **given)
        assert [row["sku"] for row in page + weekly] == ["A1", "A1"]
        for table, rows_before in before.items():
            assert rows_read(connection, table) - rows_before < 50, table


def test_a_page_of_the_list_by_name_reads_its_own_series_however_deep_it_lies(database: Database) -> None:
    found, after = list[tuple[str, str]](), None
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        while True:
            before = {table: rows_read(connection, table) for table in ("live_forecast", "forecast", "product")}
            page = storage.summary_page(
                connection, sort="name", search=None, category=None, location=None, active=None, series=None,
                after=after, limit=50,
            )  # fmt: skip
            for table, rows_before in before.items():
                assert rows_read(connection, table) - rows_before < 250, table
            if not page:
                break
            found += [(row["sku"], row["location"]) for row in page]
            after = [page[-1][name] for name in ("sort_key", "sku", "location")]
        every = connection.exec_driver_sql(
            "SELECT l.sku, l.location FROM live_forecast AS l LEFT JOIN product AS p ON p.sku = l.sku"
            " ORDER BY lower(COALESCE(p.name, l.sku)), l.sku, l.location"
        )
        assert found == [tuple(row) for row in every] and len(found) > 900


def test_what_was_live_before_anything_was_is_nothing_and_no_series_is_looked_for(database: Database) -> None:
    with database.snapshot() as connection:
        before = {table: rows_read(connection, table) for table in ("live_forecast", "forecast")}
        moment = datetime.now(UTC) - timedelta(days=1)
        given: dict[str, Any] = {"sku": None, "location": None, "after": None, "limit": 101}
        assert compare.as_of_page(connection, moment, **given) == []
        assert {table: rows_read(connection, table) for table in before} == before
