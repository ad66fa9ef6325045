"""What was said of a file's columns holds for the next file that has the same, and that is said; places on request."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from chassis.database import Database, rows
from contracts.envelope import Event
from contracts.events import CatalogSubmitted
from fastapi.testclient import TestClient
from sales.application import run_import

from services.sales.tests.test_undo import Run, told

MAPPING = {"source": "sm", "columns": {"sku": "Ware", "quantity": "Zahl", "sold_at": "Wann", "invoice": "Nr",
                                      "unit_price": "Preis"},
           "decimal_comma": True, "unknown_codes": "make"}  # fmt: skip


def send(client: TestClient, run: Run, content: str, mapping: dict[str, Any] | None) -> dict[str, Any]:
    params = {} if mapping is None else {"mapping": json.dumps(mapping)}
    answer = client.post("/imports", content=content.encode(), params=params)
    assert answer.status_code == 202, answer.text
    run()
    return told(client, answer.json()["id"])


def test_a_file_of_the_same_columns_is_read_by_the_mapping_that_was_given_and_that_is_said(
    client: TestClient, run: Run, known: Any
) -> None:
    known("SM")
    head = "Wann;Nr;Ware;Zahl;Preis\n"
    assert client.post("/imports", content=f"{head}2026-09-01;1;SM;1.200;3\n".encode()).status_code == 422
    send(client, run, f"{head}2026-09-01;1;SM;1.200;3\n", MAPPING)
    second = f"{head}2026-09-02;2;SM;2.400;3\n".encode()
    shown = client.post("/imports/preview", content=second).json()
    assert (shown["questions"], shown["missing"], shown["recorded"]) == ([], [], 1), shown
    assert shown["saved_mapping"]["mapping"]["columns"] == MAPPING["columns"]
    assert "petra" in shown["warnings"][0]
    after = send(client, run, second.decode(), None)
    assert (after["recorded"], after["source"]) == (1, "file:sm") and "petra" in after["warnings"][0]
    again = client.post("/imports/preview", content=second).json()
    assert (again["duplicates"], again["rows"][0]["fate"]) == (1, "duplicate")
    assert client.post("/imports/preview", content=second, params={"mapping": "{}"}).json()["missing"]


def test_a_mapping_is_listed_and_forgotten(client: TestClient, run: Run, known: Any) -> None:
    known("SL")
    send(client, run, "Datum;No;Ware;Zahl\n2026-09-01;1;SL;1\n", MAPPING | {
        "source": "sl", "columns": {"sku": "Ware", "quantity": "Zahl", "sold_at": "Datum"},
    })  # fmt: skip
    kept = {tuple(one["columns"]): one for one in client.get("/sales/import-mappings").json()["items"]}
    one = kept[("Datum", "No", "Ware", "Zahl")]
    path = f"/sales/import-mappings/{one['fingerprint']}"
    assert client.delete(path).status_code == 204 and client.delete(path).status_code == 404
    assert client.post("/imports/preview", content=b"Datum;No;Ware;Zahl\n2026-09-01;2;SL;1\n").json()["missing"]


def test_what_says_nothing_of_the_columns_is_not_kept(client: TestClient, run: Run, known: Any) -> None:
    known("SN")
    head = "date,receipt no,sku,units\n"
    send(client, run, f"{head}2026-09-01,1,SN,1\n", {"source": "sn"})
    shown = client.post("/imports/preview", content=f"{head}2026-09-02,2,SN,1\n".encode()).json()
    assert shown["saved_mapping"] is None


def test_places_of_a_file_wait_or_are_made_or_mean_others_as_its_mapping_says(
    client: TestClient, run: Run, known: Any, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    known("PL")
    published: list[Event] = []
    publish = run_import.outbox.publish

    def watched(connection: Any, events: Sequence[Event]) -> None:
        published.extend(events)
        publish(connection, events)

    monkeypatch.setattr(run_import.outbox, "publish", watched)
    content = "date,receipt,sku,quantity,unit price,location\n2026-09-01,1,PL,2,3,Harbour Road\n"
    for tag, more, outcome in (("wait", {}, "waiting"), ("make", {"make_locations": True}, "recorded"),
                               ("map", {"locations": {"Harbour Road": "main"}}, "recorded")):  # fmt: skip
        published.clear()
        mapping = {"source": f"pl-{tag}"} | more
        said = {"mapping": json.dumps(mapping)}
        shown = client.post("/imports/preview", content=content.encode(), params=said).json()
        assert shown[outcome] == 1, (tag, shown)
        after = send(client, run, content, mapping)
        claims = [event.payload for event in published if isinstance(event.payload, CatalogSubmitted)]
        assert [claim.location for claim in claims if claim.location != "main"] == ["Harbour Road"] * (tag == "make")
        with database.transaction() as connection:
            found = rows(connection, "SELECT location FROM sale WHERE source = :source", source=f"file:pl-{tag}")
        assert [row["location"] for row in found] == (["main"] if tag == "map" else [])
        assert any("Harbour Road" in warning for warning in after["warnings"]) == (tag != "map")
