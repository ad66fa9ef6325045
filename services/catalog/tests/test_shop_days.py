"""Days of a shop's files that may be day/month or month/day are asked, and read as their like were before."""

import pytest
from chassis.database import Database, rows
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import Run, counts, look
from services.catalog.tests.test_shop_imports import run as run
from services.catalog.tests.test_shop_imports import shop as shop

STOCK = "sku,quantity,counted at\n{}\n"


@pytest.mark.usefixtures("shop")
def test_days_that_may_be_two_are_asked_and_the_next_file_of_the_same_columns_is_read_as_the_one_before(
    client: TestClient, run: Run
) -> None:
    unclear = STOCK.format("P1,5,03/04/2026\nP2,6,05/04/2026")
    (asked,) = look(client, "stock", unclear)["asked"]
    assert (asked["setting"], [answer["value"] for answer in asked["answers"]]) == ("day_first", [True, False])
    refused = client.post("/shop-imports/stock", content=unclear.encode())
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "mapping.day_first")
    assert counts(run("stock", unclear, day_first=False))[3] == 0
    shown = look(client, "stock", STOCK.format("P1,7,06/05/2026"))
    assert (shown["asked"], shown["day_first"]) == ([], False)
    assert "2026-06-05" in [cell["read"] for cell in shown["lines"][0]["cells"]]
    after = run("stock", STOCK.format("P1,7,06/05/2026"))
    for warnings in (shown["warnings"], after["warnings"]):
        assert "of the same columns was read so on" in warnings[0]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(("kind", "text"), [
    ("stock", "sku,quantity,counted at\nP1,3,2026-02-07\n"),
    ("receipts", "delivery note,sku,received,supplier,received on\nLS-9,P1,4,NORD,2026-02-07\n"),
])  # fmt: skip
def test_a_day_alone_is_its_noon(client: TestClient, run: Run, database: Database, kind: str, text: str) -> None:
    assert counts(run(kind, text))[3] == 0
    with database.snapshot() as connection:
        day = "at >= '2026-02-07' AND at < '2026-02-08'"
        found = rows(connection, f"SELECT at FROM stock_entry WHERE sku = 'P1' AND {day} ORDER BY at DESC LIMIT 1")
    assert found[0]["at"].isoformat()[:19] == "2026-02-07T12:00:00"


def test_a_promotion_does_not_end_before_it_starts_and_may_be_yet_to_come(client: TestClient) -> None:
    text = "name,starts,ends,discount,skus\nEaster,05/03/2027,01/04/2027,10%,P1\n"  # month first it ends in January
    shown = look(client, "promotions", text)
    assert (shown["asked"], shown["day_first"]) == ([], True) and "end before it starts" in shown["warnings"][0]
    assert look(client, "promotions", text.replace("05/03", "01/03"))["asked"]
