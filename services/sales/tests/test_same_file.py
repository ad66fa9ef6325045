"""The same file under another name: asked before it counts twice; sales that only look alike are not held up."""

import random
from typing import Any

import pytest
from chassis.database import Database
from fastapi.testclient import TestClient

from services.sales.tests.test_identity import HEAD, bring, day, file, units
from services.sales.tests.test_undo import Run, load


def fresh(tag: str, days: tuple[int, ...] = (1, 2, 3)) -> list[Any]:
    return [line for number in days for line in day(tag, number)]


@pytest.mark.parametrize("change", ["as it was", "other order", "columns more", "a day more", "a day less"])
def test_the_same_file_of_another_source_is_asked_before_it_counts(
    client: TestClient, database: Database, run: Run, change: str
) -> None:
    tag = "SF" + change.replace(" ", "")
    lines = fresh(tag)
    assert bring(client, run, file(lines), f"{tag}-a")["status"] == "succeeded"
    again = {"other order": lines[::-1], "a day more": lines + fresh(tag, (4,)), "a day less": fresh(tag, (1, 3))}
    content = file(again.get(change, lines))
    if change == "columns more":
        content = b"\n".join(line + b",x" for line in content.splitlines())
    after = bring(client, run, content, f"{tag}-b")
    assert after["status"] == "failed"
    assert f"{tag}-a has brought already" in after["message"]
    assert units(database, f"{tag}-b") == 0
    same = bring(client, run, file(again.get(change, lines)), f"{tag}-a")
    assert (same["status"], same["recorded"]) == ("succeeded", 12 if change == "a day more" else 0)


def test_a_person_may_say_that_they_are_other_sales_and_that_holds_for_this_file_alone(
    client: TestClient, database: Database, run: Run
) -> None:
    bring(client, run, file(fresh("OT")), "ot-a")
    other = bring(client, run, file(fresh("OT")), "ot-b", counts_again=True)
    assert (other["status"], other["recorded"]) == ("succeeded", 36)
    assert units(database, "ot-b") == units(database, "ot-a")
    assert bring(client, run, file(fresh("OT")), "ot-c")["status"] == "failed"


def test_it_asks_with_its_answer(client: TestClient, run: Run) -> None:
    bring(client, run, file(fresh("AS")), "as-a")
    seen = client.post("/imports/preview", content=file(fresh("AS")), params={"mapping": '{"source": "as-b"}'}).json()
    [asked] = seen["asked"]
    assert (asked["setting"], [answer["value"] for answer in asked["answers"]]) == ("counts_again", [True])


def test_what_was_taken_back_can_come_under_another_name(client: TestClient, database: Database, run: Run) -> None:
    first = bring(client, run, file(fresh("TB")), "tb-a")
    assert client.post(f"/imports/{first['id']}/undo").status_code == 202
    run()
    assert bring(client, run, file(fresh("TB")), "tb-b")["status"] == "succeeded"
    assert units(database, "tb-b") == sum(line[3] for line in fresh("TB"))


def test_a_file_after_a_till_has_sent_the_same_sales_is_asked(client: TestClient, run: Run, known: Any) -> None:
    known("LIVE")
    sold = [
        {"event_id": f"L{n}", "sku": "LIVE", "quantity": n, "unit_price": "2.5", "sold_at": f"2026-09-04T1{n}:00:00Z"}
        for n in range(1, 9)
    ]
    assert client.post("/sales/bulk", json={"items": sold}).status_code < 300
    lines = "".join(f"{one['sold_at']},{one['sku']},{one['quantity']},2.50\n" for one in sold)
    after = load(client, run, ("date,sku,quantity,unit price\n" + lines).encode(), "export")
    assert after["status"] == "failed" and "8 of the 8 lines" in after["message"]


def test_two_tills_that_sell_the_same_things_are_not_asked(client: TestClient, database: Database, run: Run) -> None:
    """Days without times and receipts, a handful of products at list prices, mostly one at a time."""
    rng = random.Random(4)

    def till() -> bytes:
        lines = [f"2026-09-{d:02},,TT{rng.choice('AABCDE')},{rng.choice('11112')},3.50\n" for d in range(1, 15)
                 for _ in range(rng.randint(3, 12))]  # fmt: skip
        return (HEAD + "".join(lines)).encode()

    for number in range(6):
        after = bring(client, run, till(), f"two-tills-{number}")
        assert after["status"] == "succeeded", after["message"]
