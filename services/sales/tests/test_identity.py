"""By what a file's lines are known: each sale counts once, whatever its numbers do and in whichever files it comes."""

import random
from collections.abc import Sequence
from typing import Any

import pytest
from chassis.database import Database, scalar
from fastapi.testclient import TestClient

from services.sales.tests.test_undo import Run, load, told

HEAD = "date,receipt,sku,quantity,unit price\n"
Line = tuple[int, int, str, int]  # day, receipt, product, units


def file(lines: Sequence[Line]) -> bytes:
    return (HEAD + "".join(f"2026-09-{day:02},{no:04},{sku},{units},3.50\n" for day, no, sku, units in lines)).encode()


def day(tag: str, number: int, receipts: int = 6) -> list[Line]:
    """A day's lines of a till whose numbers start again: two lines a receipt."""
    rng, tag = random.Random(f"{tag}{number}"), tag.replace(",", "")
    return [(number, no, f"{tag}{side}", rng.randint(1, 9)) for no in range(1, receipts + 1) for side in "AB"]


def units(database: Database, source: str) -> int:
    with database.transaction() as connection:
        sql = "SELECT coalesce(sum(quantity), 0) FROM sale WHERE source = :source AND superseded_by IS NULL"
        return int(scalar(connection, sql, source=f"file:{source}"))


def bring(client: TestClient, run: Run, content: bytes, source: str, **more: Any) -> dict[str, Any]:
    """The preview's promise and what became of it, which must be the same."""
    import json

    mapping = {"source": source, "unknown_codes": "make"} | more
    seen = client.post("/imports/preview", content=content, params={"mapping": json.dumps(mapping)}).json()
    after = load(client, run, content, source, unknown_codes="make", **more)
    if after["status"] == "succeeded":
        promised = (seen["recorded"], seen["duplicates"], seen["waiting"], seen["refused"], seen["reasons"])
        became = (after["recorded"], after["duplicates"], after["quarantined"], after["rejected"], after["reasons"])
        assert promised == became and seen["questions"] == []
    else:
        assert seen["questions"] == [after["message"]] or seen["questions"][0] in after["message"]
    return after


ORDERS = {
    "each day": [[1], [2], [3], [2], [1]], "all, then a single day": [[1, 2, 3], [3], [1]],
    "a day, two days, a day": [[1], [1, 2], [2]], "days that overlap": [[1, 2], [2, 3], [3, 4], [1, 2, 3, 4]],
    "single days, then all": [[1], [2], [3], [1, 2, 3]], "backwards": [[3], [2, 1], [1, 2, 3]],
    "a month after a day": [[2], [1, 2, 3, 4], [4], [3]],
}  # fmt: skip


@pytest.mark.parametrize("order", ORDERS)
def test_numbers_that_start_again_count_each_sale_once_in_whatever_files_the_days_come(
    client: TestClient, database: Database, run: Run, order: str
) -> None:
    source = f"id-{order}"
    for days in ORDERS[order]:
        after = bring(client, run, file([line for number in days for line in day(source, number)]), source)
        assert (after["status"], after["rejected"]) == ("succeeded", 0), after
    came = {number for days in ORDERS[order] for number in days}
    assert units(database, source) == sum(line[3] for number in came for line in day(source, number))


def test_places_whose_numbers_start_again_are_told_apart(client: TestClient, database: Database, run: Run) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("INSERT INTO known_location VALUES ('N', 1), ('S', 1) ON CONFLICT DO NOTHING")
    contents = [
        HEAD.replace("\n", ",location\n") + "".join(f"2026-09-0{d},{no},PL,{d + no},2,{place}\n" for no in range(1, 5))
        for d in (1, 2) for place in ("N", "S")
    ]  # fmt: skip
    for content in [*contents, *contents]:
        after = bring(client, run, content.encode(), "places")
        assert (after["status"], after["rejected"]) == ("succeeded", 0), after
    assert units(database, "places") == 2 * sum(d + no for d in (1, 2) for no in range(1, 5))


def test_tills_whose_numbers_are_the_same_are_told_apart(client: TestClient, database: Database, run: Run) -> None:
    contents = [
        HEAD.replace("\n", ",till\n") + "".join(f"2026-09-0{d},{no},TI,{d * t + no},2,{t}\n" for no in range(1, 5))
        for d in (1, 2) for t in (1, 2)
    ]  # fmt: skip
    for content in [*contents, *contents]:
        after = bring(client, run, content.encode(), "tills")
        assert (after["status"], after["rejected"]) == ("succeeded", 0), after
    assert units(database, "tills") == sum(d * t + no for d in (1, 2) for t in (1, 2) for no in range(1, 5))


def test_a_receipt_that_has_grown_brings_what_is_new_and_one_that_was_changed_is_told(
    client: TestClient, database: Database, run: Run
) -> None:
    lines = [(1, no, "GR", no % 7 + 1) for no in range(1, 401)]
    bring(client, run, file(lines), "grown")
    grown = bring(client, run, file([(1, 3, "GR2", 5), *lines, (1, 9, "GR2", 6)]), "grown")
    assert (grown["recorded"], grown["duplicates"], grown["rejected"]) == (2, 400, 0)
    changed = [(1, no, "GR", 90) if no == 7 else (d, no, sku, n) for d, no, sku, n in lines]
    told_of = bring(client, run, file(changed), "grown")
    assert (told_of["recorded"], told_of["reasons"]) == (0, {"identity_conflict": 1})
    assert units(database, "grown") == sum(line[3] for line in lines) + 11


def test_a_line_that_was_changed_is_told_also_where_numbers_start_again(
    client: TestClient, database: Database, run: Run
) -> None:
    days = {number: day("CH", number, 80) for number in (1, 2, 3)}
    for number in (1, 2, 3):
        bring(client, run, file(days[number]), "changed")
    changed = [*days[1][:-1], (*days[1][-1][:3], 90)]  # of the day that came before the numbers started again
    after = bring(client, run, file(changed), "changed")
    assert (after["recorded"], after["reasons"]) == (0, {"identity_conflict": 1})
    assert units(database, "changed") == sum(line[3] for lines in days.values() for line in lines)


def test_a_file_that_is_read_another_way_than_before_is_stopped_and_taken_once_it_was_undone(
    client: TestClient, database: Database, run: Run
) -> None:
    for source, head in (("otherwise", "date,receipt,sku,quantity,unit price\n"),
                         ("otherwise-2", "date,note,sku,quantity,unit price\n")):  # fmt: skip
        content = (head + "".join(f"0{1 + n % 3}/0{1 + n % 5}/2026,{n},OW,{n + 1},2\n" for n in range(30))).encode()
        first = bring(client, run, content, source, day_first=False)
        stopped = bring(client, run, content, source, day_first=True)
        assert (stopped["status"], stopped["recorded"]) == ("failed", 0)
        assert "undo" in stopped["message"]
        client.post(f"/imports/{first['id']}/undo")
        run()
        assert bring(client, run, content, source, day_first=True)["recorded"] == 30
        assert units(database, source) == sum(range(1, 31))


def test_rows_without_an_id_among_those_that_have_one_are_known_by_what_they_say(
    client: TestClient, database: Database, run: Run
) -> None:
    lines = [f"2026-09-01,{'' if n % 4 == 0 else f'T{n}'},NI,{n + 1},2" for n in range(12)]
    content = ("date,transaction id,sku,quantity,unit price\n" + "\n".join(lines)).encode()
    for recorded in (12, 0):
        after = bring(client, run, content, "no-id")
        assert (after["status"], after["recorded"], after["rejected"]) == ("succeeded", recorded, 0)
    assert units(database, "no-id") == sum(range(1, 13))


def test_a_transaction_of_several_lines_is_each_of_its_lines(client: TestClient, database: Database, run: Run) -> None:
    lines = [f"2026-09-01,{n // 3},TX{n % 3},{n + 1},2" for n in range(12)]
    content = ("date,transaction id,sku,quantity,unit price\n" + "\n".join(lines)).encode()
    for recorded in (12, 0):
        assert bring(client, run, content, "transactions")["recorded"] == recorded
    assert units(database, "transactions") == sum(range(1, 13))


def test_what_waits_is_not_made_to_wait_again_by_a_file_of_other_days(
    client: TestClient, database: Database, run: Run, known: Any
) -> None:
    known("WA")
    head = [(1, 0, "WA", 1)]
    one, two = ([(d, no, "WX", d + no) for no in range(1, 5)] for d in (1, 2))
    for lines in (head, one, two, [*one, *two], two):
        load(client, run, file(lines), "waits", unknown_codes="wait")
    with database.transaction() as connection:
        assert scalar(connection, "SELECT count(*) FROM quarantined_sale WHERE source = 'file:waits'") == 8
    known("WX")
    assert told(client, load(client, run, file(two), "waits")["id"])["status"] == "succeeded"
