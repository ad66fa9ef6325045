"""Days that may be day/month or month/day are asked before an import starts; the answer holds for the next file."""

import json
from typing import Any

import pytest
from chassis.database import Database, rows
from fastapi.testclient import TestClient

from services.sales.tests.test_undo import Run, told

HEAD = "date,receipt,sku,quantity,unit price\n"


def look(client: TestClient, content: str, **mapping: Any) -> dict[str, Any]:
    said = {"mapping": json.dumps(mapping)} if mapping else {}
    answer = client.post("/imports/preview", content=content.encode(), params=said)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def start(client: TestClient, content: str, **mapping: Any) -> Any:
    said = {"mapping": json.dumps(mapping)} if mapping else {}
    return client.post("/imports", content=content.encode(), params=said)


def sold_on(database: Database, source: str) -> list[str]:
    with database.snapshot() as connection:
        found = rows(connection, "SELECT sold_at FROM sale WHERE source = :s ORDER BY sold_at", s=source)
    return [str(row["sold_at"].date()) for row in found]


def test_an_import_whose_days_may_be_two_is_refused_until_somebody_answers(
    client: TestClient, run: Run, known: Any, database: Database
) -> None:
    known("DA")
    content = f"{HEAD}03/04/2026,1,DA,1,2\n05/04/2026,2,DA,1,2\n"
    (asked,) = look(client, content, source="da")["asked"]
    assert (asked["setting"], asked["cell"]) == ("day_first", "03/04/2026")
    assert [answer["value"] for answer in asked["answers"]] == [True, False]
    assert "3 April 2026 to 5 April 2026" in asked["answers"][0]["means"]
    refused = start(client, content, source="da")
    assert refused.status_code == 422
    assert (refused.json()["errors"][0]["field"], refused.json()["errors"][0]["code"]) == (
        "mapping.day_first", "ambiguous",
    )  # fmt: skip
    assert sold_on(database, "file:da") == []
    shown = look(client, content, source="da", day_first=False)
    assert (shown["asked"], shown["questions"], shown["day_first"], shown["recorded"]) == ([], [], False, 2)
    assert start(client, content, source="da", day_first=False).status_code == 202
    run()
    assert sold_on(database, "file:da") == ["2026-03-04", "2026-05-04"]


@pytest.mark.parametrize("head", [HEAD, "date,time,receipt,sku,quantity,unit price\n"])
def test_the_next_file_of_the_same_columns_and_source_is_read_as_the_one_before_and_that_is_said(
    client: TestClient, run: Run, known: Any, database: Database, head: str
) -> None:
    known("DB")
    source, clock = f"db{len(head)}", "9:00," if "time" in head else ""
    clear = f"{head}04/13/2026,{clock}1,DB,1,2\n"
    assert look(client, f"{head}03/04/2026,{clock}2,DB,1,2\n", source=source)["asked"]
    first = start(client, clear, source=source)
    run()
    later = f"{head}04/05/2026,{clock}3,DB,1,2\n"
    shown = look(client, later, source=source)
    assert (shown["asked"], shown["day_first"]) == ([], False)
    assert any("of the same columns was read so on" in warning for warning in shown["warnings"])
    assert look(client, later, source="another")["asked"]  # what another source's files were says nothing
    second = start(client, later, source=source)
    run()
    assert any("read so on" in warning for warning in told(client, second.json()["id"])["warnings"])
    assert sold_on(database, f"file:{source}") == ["2026-04-05", "2026-04-13"]
    for started in (first, second):
        client.post(f"/imports/{started.json()['id']}/undo")
        run()
    assert look(client, later, source=source)["asked"]  # what was taken back may have been read wrongly


def test_an_answer_alone_is_added_to_the_mapping_that_is_kept_for_the_columns(
    client: TestClient, run: Run, known: Any
) -> None:
    known("DC")
    columns = {"sku": "Ware", "quantity": "Zahl", "sold_at": "Wann", "invoice": "Nr"}
    columns["unit_price"], head = "Preis", "Wann;Nr;Ware;Zahl;Preis\n"
    assert start(client, f"{head}2026-04-13;1;DC;1;2\n", source="dc", columns=columns).status_code == 202
    run()
    unclear = f"{head}03/04/2026;2;DC;1;2\n"
    assert look(client, unclear)["asked"] and not look(client, unclear)["missing"]
    shown = look(client, unclear, day_first=True)
    assert (shown["asked"], shown["missing"], shown["recorded"]) == ([], [], 1)
    assert start(client, unclear, day_first=True).status_code == 202
    run()
    assert look(client, f"{head}04/04/2026;3;DC;1;2\n03/05/2026;4;DC;1;2\n")["day_first"] is True  # and kept with it


def test_a_tills_own_export_writes_days_as_its_country_does_and_that_is_said(client: TestClient) -> None:
    shown = look(client, "Date;Heure;N° ticket;Code article;Quantité;Total TTC\n03/04/2026;9:00;1;DD;1;2,50\n")
    assert (shown["asked"], shown["preset"]["name"], shown["day_first"]) == ([], "french-till", True)
    assert any("a French till writes them so" in warning for warning in shown["warnings"])
