"""Files become sales: every line with an outcome, the same file once, over crashes too."""

import csv
import io
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow
import pyarrow.parquet
import pytest
from chassis import jobs
from chassis.database import Database, rows, scalar
from fastapi.testclient import TestClient
from sales.application import run_import as job_module
from sales.application.run_import import KIND, ImportJob
from sales.settings import Settings

SAMPLE = b"""name,sku,product price,stock,quantity sale,date of sale
Laptop,LAP001,1200,50,5,2023-01-15
Laptop,LAP001,1200,50,7,2023-01-22
Phone,PHN002,800,100,12,2023-01-15
Phone,PHN002,800,100,12,2023-01-15
"""


def upload(client: TestClient, content: bytes, **query: str) -> str:
    answer = client.post("/imports", content=content, params={"name": "sample.csv"} | query)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def ledger(database: Database, source: str) -> list[Any]:
    with database.transaction() as connection:
        return rows(connection, "SELECT * FROM sale WHERE source = :source ORDER BY sale_id", source=source)


def test_a_file_imported_three_times_changes_nothing_after_the_first(
    client: TestClient, database: Database, run: Callable[[], None]
) -> None:
    first = upload(client, SAMPLE)
    run()
    before = ledger(database, "file:import")
    told = client.get(f"/imports/{first}").json()
    assert (told["status"], told["recorded"], told["total"], told["rejected"]) == ("succeeded", 4, 4, 0), told
    for _ in range(2):
        again = upload(client, SAMPLE)
        run()
        told = client.get(f"/imports/{again}").json()
        assert (told["recorded"], told["duplicates"]) == (0, 4)
    assert ledger(database, "file:import") == before
    assert sum(row["quantity"] for row in before) == 36


def test_faults_are_listed_with_line_column_and_code_and_good_lines_recorded(
    client: TestClient, run: Callable[[], None]
) -> None:
    lines = [
        "invoice;sku;quantity;unit price;date", "1;F-1;2;1,50;31.12.2025", "2;F-1;x;1,50;31.12.2025",
        "3;F-1;2;1,50;31.13.2025", "4;;2;1,50;31.12.2025", "5;F-1;-2;1,50;31.12.2025", "6;F-1;0;1,50;31.12.2025",
        "7;F-1;2;-1,50;31.12.2025", "8;F-1;2;1,50;31.12.2999", "9;F-1;;1,50;31.12.2025", "10;F-1;1e30;1,50;31.12.2025",
        "11;F-1;3;2,25;30.12.2025",
    ]  # fmt: skip
    id_ = upload(client, "\n".join(lines).encode(), mapping='{"source": "faults"}')
    run()
    told = client.get(f"/imports/{id_}").json()
    # The fifth line, of less than nothing, is a return.
    assert (told["recorded"], told["rejected"], told["total"]) == (3, 8, 11), told
    errors = {e["line"]: (e["code"], e["column"]) for e in client.get(f"/imports/{id_}/errors").json()["items"]}
    assert errors == {
        2: ("bad_number", "quantity"), 3: ("bad_date", "date"), 4: ("bad_value", "sku"),
        6: ("zero_quantity", "quantity"), 7: ("bad_value", "unit price"),
        8: ("in_the_future", "date"), 9: ("missing", "quantity"), 10: ("bad_value", "quantity"),
    }  # fmt: skip
    table = list(csv.DictReader(io.StringIO(client.get(f"/imports/{id_}/errors.csv").text, newline="")))
    assert {int(row["line"]): (row["code"], row["column"]) for row in table} == errors


def test_the_preview_refuses_just_what_the_import_refuses(client: TestClient, run: Callable[[], None]) -> None:
    good = [f"{number};PV-1;1;1,50;31.12.2025" for number in range(3, 120)]
    lines = ["invoice;sku;quantity;unit price;date", "1;PV-1;0;1,50;31.12.2025", "2;PV-1;x;1,50;31.12.2025", *good,
             "200;PV-1;1;1,50;31.12.2999", "201;PV-2;1;;31.12.2025", "Total;;120;;"]  # fmt: skip
    content = "\n".join(lines).encode()
    mapping = '{"source": "previewed"}'
    shown = client.post("/imports/preview", content=content, params={"mapping": mapping}).json()
    id_ = upload(client, content, mapping=mapping)
    run()
    told = client.get(f"/imports/{id_}").json()
    assert (shown["lines"], shown["refused"]) == (told["total"], told["rejected"]) == (122, 5)
    assert shown["reasons"] == told["reasons"]
    refused = {row["line"]: row["errors"][0]["column"] for row in shown["rows"] if row["errors"]}
    assert refused == {1: "quantity", 2: "quantity", 120: "date", 121: "unit price", 122: "sku"}
    assert len(shown["rows"]) == 50 + 3


def test_what_is_ambiguous_is_asked_before_anything_is_kept(client: TestClient, run: Callable[[], None]) -> None:
    content = b"Datum;Artikel;Menge\n2026-09-01;AMB;1.200\n2026-09-02;AMB;2.400\n"
    columns = '"columns": {"sku": "Artikel", "quantity": "Menge", "sold_at": "Datum"}'
    mapping = f'{{"source": "ambiguous", {columns}}}'
    shown = client.post("/imports/preview", content=content, params={"mapping": mapping}).json()
    assert "1.200" in shown["questions"][0]
    answer = client.post("/imports", content=content, params={"mapping": mapping})
    assert (answer.status_code, answer.json()["code"]) == (422, "ambiguous")
    assert answer.json()["errors"][0]["field"] == "mapping.decimal_comma"
    upload(client, content, mapping=f'{{"source": "ambiguous", "decimal_comma": true, {columns}}}')


def net(database: Database, sku: str) -> float:
    with database.transaction() as connection:
        sql = "SELECT coalesce(sum(quantity), 0) FROM sale WHERE sku = :sku AND superseded_by IS NULL"
        return float(scalar(connection, sql, sku=sku))


def test_receipt_numbers_that_start_again_are_other_receipts(
    client: TestClient, database: Database, run: Callable[[], None]
) -> None:
    head = "date,receipt,sku,quantity,unit price\n"
    days = [f"{head}2026-09-01,0001,RR,2,3.50\n2026-09-01,0002,RR,1,3.50\n",
            f"{head}2026-09-02,0001,RR,5,3.50\n2026-09-02,0002,RR,1,3.50\n"]  # fmt: skip
    for day in (0, 1, 1, 0):
        id_ = upload(client, days[day].encode(), mapping='{"source": "till-rr"}')
        run()
        told = client.get(f"/imports/{id_}").json()
        assert (told["status"], told["rejected"]) == ("succeeded", 0), told
    assert net(database, "RR") == 9


@pytest.mark.parametrize("column", ["receipt", "transaction id"])
def test_numbers_that_start_again_each_day_carry_their_day_whatever_they_number(
    client: TestClient, database: Database, run: Callable[[], None], column: str
) -> None:
    source, sku = f"till-{column}", f"DAY-{column}".upper()
    days = [
        f"date,{column},sku,quantity,unit price\n"
        + "".join(f"2026-09-{day:02},{number:04},{sku},{day},3.50\n" for number in range(1, 4))
        for day in (1, 2, 3)
    ]
    for day in (0, 1, 2, 1, 0, 2):
        id_ = upload(client, days[day].encode(), mapping=f'{{"source": "{source}"}}')
        run()
        told = client.get(f"/imports/{id_}").json()
        assert (told["status"], told["rejected"]) == ("succeeded", 0), told
    assert net(database, sku) == 3 * (1 + 2 + 3)


def test_a_file_whose_lines_say_something_else_now_is_stopped_before_anything_is_recorded(
    client: TestClient, database: Database, run: Callable[[], None]
) -> None:
    lines = [f"2026-09-01,{number},CF,{{}},3.50" for number in range(10)]
    content = "\n".join(["date,receipt,sku,quantity,unit price", *lines, "2026-09-01,99,CF,1,3.50"])
    before = content.format(*[1] * 10).replace("2026-09-01,99,CF,1,3.50", "")
    upload(client, before.encode(), mapping='{"source": "cf"}')
    run()
    id_ = upload(client, content.format(*[2] * 10).encode(), mapping='{"source": "cf"}')
    run()
    told = client.get(f"/imports/{id_}").json()
    assert (told["status"], told["recorded"]) == ("failed", 0)
    assert "receipt" in told["message"] and "10 of the 10" in told["message"]
    assert "'quantity' in 10" in told["message"] and "unit price" not in told["message"]
    assert net(database, "CF") == 10


def test_codes_that_a_data_frame_made_floats_are_the_tills_codes(
    client: TestClient, database: Database, run: Callable[[], None]
) -> None:
    table = pyarrow.table(
        {"date": ["2026-09-01", "2026-09-02", "2026-09-03"], "receipt": ["f1", "f2", "f3"],
         "sku": [885705737.0, 885705737.0, None], "quantity": [1, 2, 3], "unit price": [1.5, 1.5, 1.5]}
    )  # fmt: skip
    file = BytesIO()
    pyarrow.parquet.write_table(table, file)
    upload(client, file.getvalue(), mapping='{"source": "frame"}')
    run()
    assert (net(database, "885705737"), net(database, "885705737.0")) == (3, 0)


def test_an_odd_name_stops_no_other_line(client: TestClient, database: Database, run: Callable[[], None]) -> None:
    content = (
        "date,receipt,name,sku,quantity,unit price\n"
        '2026-09-01,1,Cup,ODD,1,2.00\n2026-09-01,2,"Mug,\n\tlarge",ODM,2,2.00\n'
    )
    id_ = upload(client, content.encode(), mapping='{"source": "odd"}')
    run()
    assert client.get(f"/imports/{id_}").json()["recorded"] == 2


def test_an_import_goes_on_after_its_worker_died(
    client: TestClient, database: Database, settings: Settings, run: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_module, "CHUNK_LINES", 10)
    lines = ["invoice,sku,quantity,price,date", *(f"{i},CRASH,1,2.00,2026-01-0{1 + i % 9}" for i in range(95))]
    id_ = upload(client, "\n".join(lines).encode(), mapping='{"source": "crash"}')
    real, sent = job_module.outbox.publish, []

    def dies(connection: Any, events: Any) -> None:
        sent.append(1)
        if len(sent) == 5:
            raise SystemExit("killed")
        real(connection, events)

    monkeypatch.setattr(job_module.outbox, "publish", dies)
    monkeypatch.setattr(job_module, "PRODUCTS_SECONDS", 0)
    claim = jobs.claim(database, [KIND])
    assert claim is not None and claim.id == UUID(id_)
    with pytest.raises(SystemExit):
        ImportJob(database, settings).run(claim)
    monkeypatch.setattr(jobs, "LOST_AFTER_SECONDS", 0)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE job SET heartbeat_at = now() - interval '1 hour'")
    run()
    told = client.get(f"/imports/{id_}").json()
    assert (told["status"], told["recorded"], told["duplicates"]) == ("succeeded", 95, 0), told


def test_a_preview_shows_how_the_file_is_read_and_stores_nothing(client: TestClient, database: Database) -> None:
    shown = client.post("/imports/preview", content=SAMPLE).json()
    assert shown["mapping"] == {
        "sku": "sku", "name": "name", "price": "product price", "stock": "stock", "quantity": "quantity sale",
        "sold_at": "date of sale",
    }  # fmt: skip
    assert len(shown["rows"]) == 4 and shown["missing"] == [] and len(shown["warnings"]) == 1


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"no delimiter here", b"PAR1 broken"])
def test_a_file_that_is_no_table_is_refused(client: TestClient, content: bytes) -> None:
    answer = client.post("/imports", content=content)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "file")


def test_a_file_whose_columns_are_not_found_says_which(client: TestClient) -> None:
    answer = client.post("/imports", content=b"a,b\n1,2\n")
    assert answer.status_code == 422 and "sku, quantity, sold_at" in answer.json()["detail"]


def test_the_demo_file_is_understood(settings: Settings) -> None:
    from sales.application.survey import notation
    from sales.domain.mapping import Mapping

    folder = Path(__file__).parents[3] / "infra" / "demo"
    mapping = Mapping.model_validate_json((folder / "online_retail.json").read_text())
    with (folder / "online_retail.parquet").open("rb") as file:
        assert notation(BytesIO(file.read()), mapping).mapping.missing() == []
