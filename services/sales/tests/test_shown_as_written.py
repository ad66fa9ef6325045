"""A preview shows a file as it is written, also where a clock beside the day makes it plain."""

import json
from typing import get_args

from fastapi.testclient import TestClient
from sales.domain.mapping import TARGETS, Target

TIMED = (
    "Date;Time;Store;Item code;Qty;Price\n"
    "14-09-2026;09:05;main;SHOWN-1;0,345;3,90\n"
    "15-09-2026;17:40;main;SHOWN-1;2;3,90\n"
)  # fmt: skip


def preview(client: TestClient, content: str, mapping: object = None) -> dict:  # type: ignore[type-arg]
    asked = {} if mapping is None else {"params": {"mapping": json.dumps(mapping)}}
    answer = client.post("/imports/preview", content=content.encode(), **asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.json()  # type: ignore[no-any-return]


def test_a_file_with_times_beside_its_days_is_shown_as_it_stands(client: TestClient) -> None:
    shown = preview(client, TIMED)
    assert (shown["format"], shown["delimiter"], shown["decimal"]) == ("csv", ";", ",")
    assert shown["columns"] == TIMED.splitlines()[0].split(";")
    assert shown["rows"][0]["values"] == TIMED.splitlines()[1].split(";")
    assert shown["mapping"]["time"] == "Time" and "event_id" not in shown["mapping"]


def test_what_the_preview_found_can_be_sent_back_and_keeps_the_times(client: TestClient) -> None:
    shown = preview(client, TIMED)
    again = preview(client, TIMED, {"columns": shown["mapping"]})
    assert [row["read"]["sold_at"] for row in again["rows"]] == [row["read"]["sold_at"] for row in shown["rows"]]
    assert again["rows"][0]["read"]["sold_at"] == "2026-09-14 08:05:00+00:00"  # of the business's own clock
    assert again["columns"] == shown["columns"] and again["mapping"] == shown["mapping"]


def test_an_export_is_said_to_be_the_kind_of_file_that_it_is(client: TestClient) -> None:
    shown = preview(client, "Datum;Uhrzeit;Bon-Nr.;Artikelnummer;Menge;Gesamt\n14.09.2026;09:05;1;SHOWN-2;2;7,80\n")
    assert shown["preset"]["name"] == "german-till"
    assert (shown["format"], shown["delimiter"], shown["decimal"]) == ("csv", ";", ",")


def test_a_preview_names_all_that_a_column_may_be(client: TestClient) -> None:
    assert preview(client, TIMED)["targets"] == list(TARGETS)
    assert len(TARGETS) == len(set(TARGETS)) and set(TARGETS) == set(get_args(Target))
