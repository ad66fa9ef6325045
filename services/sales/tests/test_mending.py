"""Failed lines of an import are corrected in place and run again without their file, each once."""

from typing import Any
from uuid import UUID

import pytest
from chassis import jobs
from chassis.claim import Claim
from chassis.database import Database, scalar
from fastapi.testclient import TestClient
from sales.application import mend_import, run_import
from sales.application.mend_import import MendJob
from sales.settings import Settings

from services.sales.tests.test_undo import Run, counting, load, told

HEAD = "date,receipt,sku,quantity,unit price\n"
FAULTY = HEAD + "2026-09-01,1,MD,2,1.50\n2026-09-02,2,MD,x,1.50\n2026-13-03,3,MD,4,1.50\n2999-01-01,4,MD,8,1.50\n"


def failed(client: TestClient, id_: str) -> dict[int, dict[str, Any]]:
    return {line["line"]: line for line in client.get(f"/imports/{id_}/errors").json()["items"]}


def mend(client: TestClient, id_: str, lines: dict[int, dict[str, str]], **more: Any) -> dict[str, Any]:
    body = {"lines": [{"line": line, "cells": cells} for line, cells in lines.items()]} | more
    answer = client.post(f"/imports/{id_}/mend", json=body)
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_failed_lines_show_their_cells_and_the_column_at_fault(client: TestClient, run: Run) -> None:
    id_ = load(client, run, FAULTY.encode(), "md-show")["id"]
    shown = failed(client, id_)
    assert {line: (one["code"], one["column"]) for line, one in shown.items()} == {
        2: ("bad_number", "quantity"), 3: ("bad_date", "date"), 4: ("in_the_future", "date"),
    }  # fmt: skip
    assert list(shown[3]["cells"].items()) == [
        ("date", "2026-13-03"), ("receipt", "3"), ("sku", "MD"), ("quantity", "4"), ("unit price", "1.50"),
    ]  # fmt: skip


def test_cells_are_shown_once_their_lines_can_be_mended(
    client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[dict[int, dict[str, Any]]] = []
    settle = run_import.ImportJob._settle

    def looking(self: run_import.ImportJob, job: Claim, id_: UUID, lines: int) -> None:
        seen.append(failed(client, str(id_)))
        settle(self, job, id_, lines)

    monkeypatch.setattr(run_import.ImportJob, "_settle", looking)
    id_ = load(client, run, FAULTY.encode(), "md-early")["id"]
    assert [(line, one["cells"]) for line, one in seen[0].items()] == [(2, None), (3, None)]
    assert all(one["cells"] for one in failed(client, id_).values())


def test_mended_lines_are_recorded_once_however_often_they_are_run_and_the_mended_file_repeats_them(
    client: TestClient, run: Run
) -> None:
    id_ = load(client, run, FAULTY.encode(), "md")["id"]
    answer = mend(client, id_, {2: {"quantity": "3"}, 3: {"date": "2026-09-03"}, 4: {"unit price": "9"}})
    assert [(fault["line"], fault["column"]) for fault in answer["faults"]] == [(4, "date")]
    run()
    after = told(client, id_)
    assert (after["mend"]["status"], after["recorded"], after["rejected"]) == ("succeeded", 3, 1), after
    assert (counting(client, "md"), after["done"]) == ((3, 9), 4)
    for _ in range(2):
        mend(client, id_, {})
        run()
    assert counting(client, "md") == (3, 9)
    assert failed(client, id_)[4]["mended"] == {"unit price": "9"}
    mended = FAULTY.replace(",x,", ",3,").replace("2026-13-03", "2026-09-03")
    again = load(client, run, mended.encode(), "md")
    assert (again["duplicates"], again["recorded"]) == (3, 0)


def test_lines_known_by_their_content_are_what_the_mended_file_would_bring(client: TestClient, run: Run) -> None:
    faulty = "date,sku,quantity,price\n2026-09-01,MC,2,1\n2026-09-01,MC,x,1\n2026-09-01,MC,y,1\n2026-09-01,MC,z,1\n"
    id_ = load(client, run, faulty.encode(), "mc")["id"]
    mend(client, id_, {2: {"quantity": "2"}, 3: {"quantity": "2"}})
    run()
    assert counting(client, "mc") == (3, 6)
    mended = faulty.replace(",x,", ",2,").replace(",y,", ",2,")
    assert load(client, run, mended.encode(), "mc")["duplicates"] == 3
    assert counting(client, "mc") == (3, 6)


def test_what_is_mended_may_be_tried_first_and_wrong_lines_and_columns_are_named(client: TestClient, run: Run) -> None:
    id_ = load(client, run, FAULTY.encode(), "mt")["id"]
    answer = mend(client, id_, {2: {"quantity": "0"}, 3: {"date": "2026-09-03"}}, dry_run=True)
    assert [(fault["line"], fault["code"], fault["column"]) for fault in answer["faults"]] == [
        (2, "zero_quantity", "quantity")
    ]
    assert failed(client, id_)[3]["mended"] is None
    for line, cells, code in ((1, {}, "no_failed_line"), (2, {"colour": "red"}, "no_column")):
        refused = client.post(f"/imports/{id_}/mend", json={"lines": [{"line": line, "cells": cells}]})
        assert (refused.status_code, refused.json()["code"]) == (422, code)


def test_a_line_that_lacked_its_price_is_run_again_when_the_product_has_one(
    client: TestClient, database: Database, run: Run
) -> None:
    load(client, run, (HEAD + "2026-09-01,1,MP,2,\n").encode(), "mp-first")
    id_ = load(client, run, (HEAD + "2026-09-01,1,MP,2,\n").encode(), "mp")["id"]
    assert told(client, id_)["reasons"] == {"price_missing": 1}
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE known_product SET price = 3 WHERE sku = 'MP'")
    mend(client, id_, {})
    run()
    assert counting(client, "mp") == (1, 2)


def test_mending_goes_on_where_its_worker_died(
    client: TestClient, database: Database, settings: Settings, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mend_import, "CHUNK", 2)
    lines = [f"2026-09-01,{n},MX,x{n},1.50" for n in range(7)]
    id_ = load(client, run, (HEAD + "2026-09-01,a,MX,1,1\n" + "\n".join(lines)).encode(), "mx")["id"]
    mend(client, id_, {line: {"quantity": "1"} for line in range(2, 9)})
    real, chunks = mend_import.record, []

    def dies(*args: Any) -> Any:
        chunks.append(1)
        if len(chunks) == 3:
            raise SystemExit("killed")
        return real(*args)

    monkeypatch.setattr(mend_import, "record", dies)
    claim = jobs.claim(database, [mend_import.KIND])
    assert claim is not None
    with pytest.raises(SystemExit):
        MendJob(database, settings).run(claim)
    assert counting(client, "mx") == (5, 5)
    monkeypatch.setattr(jobs, "LOST_AFTER_SECONDS", 0)
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE job SET heartbeat_at = now() - interval '1 hour'")
    run()
    after = told(client, id_)
    assert (counting(client, "mx"), after["mend"]["status"], after["rejected"]) == ((8, 8), "succeeded", 0)


def test_an_undone_import_is_not_mended_and_mended_lines_are_undone(
    client: TestClient, database: Database, run: Run
) -> None:
    id_ = load(client, run, FAULTY.encode(), "mu")["id"]
    mend(client, id_, {2: {"quantity": "3"}})
    run()
    client.post(f"/imports/{id_}/undo")
    run()
    assert counting(client, "mu") == (0, 0)
    assert client.post(f"/imports/{id_}/mend", json={}).json()["code"] == "undone"
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM import_chunk") == 0


def test_a_line_whose_receipt_was_mended_leaves_the_number_that_it_had_to_its_own_receipt(
    client: TestClient, run: Run
) -> None:
    id_ = load(client, run, FAULTY.replace("MD", "MR").encode(), "mr")["id"]
    mend(client, id_, {2: {"receipt": "9", "quantity": "3"}})
    run()
    assert counting(client, "mr") == (2, 5)
    own = load(client, run, f"{HEAD}2026-09-02,2,MR,7,1.50\n".encode(), "mr")
    assert (own["recorded"], own["rejected"], counting(client, "mr")) == (1, 0, (3, 12))
