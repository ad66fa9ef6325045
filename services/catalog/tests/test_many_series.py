"""With many series: those of one supplier are looked for among what it has terms for."""

from datetime import date
from uuid import uuid4

from catalog.api.series import ForecastSeriesList
from catalog.storage import forecasts
from chassis.database import Database, rows
from fastapi.testclient import TestClient
from sqlalchemy import text

from tests.row_counts import rows_read

PRODUCTS, SUPPLIERS = 1000, 20
FORECASTS = """
INSERT INTO forecast (run_id, sku, location, as_of, sums, means)
SELECT CAST(:run AS uuid), 'P' || n, l, :as_of, '{{1}}', '{1}'
FROM generate_series(1, :products) AS n, unnest(ARRAY['here', 'there']) AS l
"""
TERMS = """
INSERT INTO supply_term (sku, location, supplier, unit_cost, moq, multiple)
SELECT 'P' || n, '', 'S' || n % :suppliers, 1, 0, 1 FROM generate_series(1, :products) AS n
UNION ALL SELECT 'P' || n, 'there', 'S' || (n + 1) % :suppliers, 1, 0, 1
FROM generate_series(1, :products) AS n WHERE n % 3 = 0
"""


def test_the_series_of_a_supplier_are_found_by_its_terms_and_no_others_are_read(database: Database) -> None:
    run, as_of = uuid4(), date(2026, 11, 22)
    with database.transaction() as connection:
        for number in range(SUPPLIERS):
            connection.execute(
                text("INSERT INTO supplier (code, name, lead_days) VALUES (:code, :code, 7)"), {"code": f"S{number}"}
            )
        connection.execute(text(FORECASTS), {"run": run, "as_of": as_of, "products": PRODUCTS})
        connection.execute(text(TERMS), {"products": PRODUCTS, "suppliers": SUPPLIERS})
        connection.execute(text("UPDATE live_run SET run_id = :run, as_of = :as_of"), {"run": run, "as_of": as_of})
        for table in ("forecast", "supply_term", "live_run"):
            connection.exec_driver_sql(f"ANALYZE {table}")
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = rows_read(connection, "forecast")
        found = forecasts.live_series(connection, "S3", None)
        read = rows_read(connection, "forecast") - before
    wanted = {(f"P{n}", "here") for n in range(1, PRODUCTS + 1) if n % SUPPLIERS == 3}
    wanted |= {(f"P{n}", "there") for n in range(1, PRODUCTS + 1) if (n + (n % 3 == 0)) % SUPPLIERS == 3}
    assert set(found) == wanted and len(found) == len(wanted) and found == sorted(found)
    assert read <= 2 * len(wanted) < PRODUCTS / 4


def test_the_api_answers_them_as_its_document_says_whatever_their_codes_are(
    client: TestClient, database: Database
) -> None:
    run, as_of = uuid4(), date(2026, 11, 22)
    with database.transaction() as connection:
        connection.execute(text(FORECASTS), {"run": run, "as_of": as_of, "products": 3})
        connection.execute(text("UPDATE forecast SET sku = :sku WHERE sku = 'P2'"), {"sku": 'Ä"\\2'})
        connection.execute(text("UPDATE live_run SET run_id = :run, as_of = :as_of"), {"run": run, "as_of": as_of})
        stored = rows(connection, "SELECT sku, location FROM forecast ORDER BY sku, location")
    answer = client.get("/series")
    assert answer.headers["content-type"] == "application/json"
    assert [each.model_dump() for each in ForecastSeriesList(**answer.json()).items] == stored
    assert len(stored) == 6
    document = client.get("/openapi.json").json()["paths"]["/series"]["get"]["responses"]["200"]
    assert document["content"]["application/json"]["schema"]["$ref"].endswith("/ForecastSeriesList")
