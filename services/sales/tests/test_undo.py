"""An import is taken back as if it had never come, and its file may come again."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from chassis import jobs
from chassis.database import Database, rows, scalar
from fastapi.testclient import TestClient
from sales.application import undo_import
from sales.application.undo_import import UndoJob
from sales.settings import Settings

HEAD = "date,receipt,sku,quantity,unit price\n"
Run = Callable[[], None]


def lines(sku: str, *quantities: int, receipt: str = "u") -> bytes:
    sold = (f"2026-09-0{n},{receipt}{n},{sku},{q},2.00\n" for n, q in enumerate(quantities, 1))
    return (HEAD + "".join(sold)).encode()


def load(client: TestClient, run: Run, content: bytes, source: str, **mapping: Any) -> dict[str, Any]:
    answer = client.post("/imports", content=content, params={"mapping": json.dumps({"source": source} | mapping)})
    assert answer.status_code == 202, answer.text
    run()
    return told(client, answer.json()["id"])


def told(client: TestClient, id_: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/imports/{id_}").json()
    return found


def counting(client: TestClient, source: str) -> tuple[int, float]:
    totals = client.get("/sales/totals", params={"source": f"file:{source}"}).json()
    return totals["counting"] - totals["by_kind"].get("void", 0), float(totals["units"])


def test_an_undone_import_is_as_if_it_had_never_come_and_its_file_comes_again(client: TestClient, run: Run) -> None:
    first = load(client, run, lines("UN", 1, 2, -1), "un")
    assert counting(client, "un") == (3, 2)
    assert client.post(f"/imports/{first['id']}/undo").status_code == 202
    run()
    undone = told(client, first["id"])
    assert (undone["undo"]["status"], undone["undone"], undone["kept"]) == ("succeeded", 3, 0), undone
    assert counting(client, "un") == (0, 0)
    again = load(client, run, lines("UN", 10, 20), "un")  # mended: it says something else under the same receipts
    assert (again["recorded"], again["duplicates"], again["rejected"]) == (2, 0, 0), again
    assert load(client, run, lines("UN", 10, 20), "un")["duplicates"] == 2
    assert counting(client, "un") == (2, 30)
    client.post(f"/imports/{again['id']}/undo")
    run()
    assert counting(client, "un") == (0, 0)
    assert load(client, run, lines("UN", 1, 2, -1), "un")["recorded"] == 3
    assert counting(client, "un") == (3, 2)


def test_an_undo_that_is_repeated_voids_nothing_twice(client: TestClient, database: Database, run: Run) -> None:
    id_ = load(client, run, lines("UR", 1, 2), "ur")["id"]
    for _ in range(3):
        assert client.post(f"/imports/{id_}/undo").status_code == 202
        run()
    assert told(client, id_)["undone"] == 2
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM sale WHERE source = 'file:ur' AND kind = 'void'") == 2


def test_what_was_corrected_since_is_left_and_listed(client: TestClient, run: Run) -> None:
    id_ = load(client, run, lines("UC", 1, 2, 3), "uc")["id"]
    sales = client.get("/sales", params={"sku": "UC"}).json()["items"]
    by_quantity = {float(sale["quantity"]): sale["id"] for sale in sales}
    client.post(f"/sales/{by_quantity[1.0]}/correct", json={"quantity": 5})
    client.post(f"/sales/{by_quantity[2.0]}/void", json={})
    client.post(f"/imports/{id_}/undo")
    run()
    undone = told(client, id_)
    assert (undone["undone"], undone["kept"]) == (1, 1)
    kept = client.get(f"/imports/{id_}/kept").json()["items"]
    assert [(entry["line"], entry["reason"]) for entry in kept] == [(1, "corrected_since")]
    assert counting(client, "uc")[1] == 5


def test_what_waits_of_an_undone_import_is_withdrawn_and_what_is_still_on_its_way_refused(
    client: TestClient, database: Database, run: Run
) -> None:
    load(client, run, lines("UW", 1), "uw")
    late = load(client, run, lines("UW-NEW", 7, 8, receipt="late"), "uw")
    assert late["quarantined"] == 2
    client.post(f"/imports/{late['id']}/undo")
    run()
    undone = told(client, late["id"])
    assert (undone["withdrawn"], undone["quarantined"], undone["reasons"]) == (2, 0, {"import_undone": 2})
    # Lines that were in Kafka all the while, of a cancelled import, say.
    again = client.post("/imports", content=lines("UW", 1, 4), params={"mapping": '{"source": "uw"}'}).json()["id"]
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE import SET undo = '{}' WHERE id = %s", (again,))
    run()
    assert told(client, again)["reasons"] == {"import_undone": 1}
    assert counting(client, "uw")[1] == 1


def test_an_undo_goes_on_where_its_worker_died_and_after_a_cancel(
    client: TestClient, database: Database, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(undo_import, "CHUNK", 2)
    id_ = load(client, run, lines("UX", *range(1, 10)), "ux")["id"]
    client.post(f"/imports/{id_}/undo")
    real, chunks = undo_import.void, []

    def dies(*args: Any) -> None:
        chunks.append(1)
        if len(chunks) == 3:
            raise SystemExit("killed")
        real(*args)

    monkeypatch.setattr(undo_import, "void", dies)
    claim = jobs.claim(database, [undo_import.KIND])
    assert claim is not None
    with pytest.raises(SystemExit):
        UndoJob(database, settings).run(claim)
    assert told(client, id_)["undone"] == 4
    assert client.post(f"/imports/{id_}/undo/cancel").json()["undo"]["status"] == "running"
    monkeypatch.setattr(jobs, "LOST_AFTER_SECONDS", 0)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE job SET heartbeat_at = now() - interval '1 hour'")
    run()
    stopped = told(client, id_)
    assert (stopped["undo"]["status"], stopped["undone"]) == ("cancelled", 4)
    client.post(f"/imports/{id_}/undo")
    run()
    ended = told(client, id_)
    assert (ended["undo"]["status"], ended["undone"], counting(client, "ux")) == ("succeeded", 9, (0, 0))


def test_an_import_under_way_is_not_undone(client: TestClient, run: Run) -> None:
    id_ = client.post("/imports", content=lines("UY", 1), params={"mapping": '{"source": "uy"}'}).json()["id"]
    assert client.post(f"/imports/{id_}/undo").json()["code"] == "under_way"
    run()


def test_the_events_of_an_undo_take_away_just_what_the_import_brought(
    client: TestClient, database: Database, run: Run
) -> None:
    load(client, run, lines("UE", 1), "ue-other")
    id_ = load(client, run, lines("UE", 3, -1, 4), "ue")["id"]
    client.post(f"/imports/{id_}/undo")
    run()
    with database.transaction() as connection:
        found = rows(
            connection,
            "SELECT v.original_id, v.quantity, v.reference, s.sale_id FROM sale v JOIN sale s ON s.superseded_by ="
            " v.sale_id WHERE s.source = 'file:ue' AND s.import_id = :id",
            id=UUID(id_),
        )
    assert [(row["original_id"] == row["sale_id"], row["quantity"]) for row in found] == [(True, 0)] * 3
    assert {row["reference"] for row in found} == {f"import {id_} undone"}
    assert counting(client, "ue-other") == (1, 1)
