"""Exports of shop systems and tills, from file to ledger; the files are our own, made as those systems publish."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from typing import Any

import pytest
from chassis import jobs
from chassis.database import Database, rows
from chassis.reading import tables
from chassis.security import Principal, Role, current_principal
from fastapi.testclient import TestClient
from sales import app
from sales.application.run_import import KIND, ImportJob
from sales.application.survey import survey
from sales.application.take_file import taken
from sales.domain.mapping import Mapping
from sales.domain.presets.known import PRESETS, recognised
from sales.settings import Settings

EXPORTS = Path(__file__).parent / "exports"
PERSONS = ("Rosa", "Tester", "Max", "Sample", "Eva", "Probe", "John", "Ann Example", "@example.org", "Privacy Lane",
           "+1555", "Quiet Road", "CUST-1", "Ben Clerk", "leave at the door")  # fmt: skip

# Of each export: (product, units, price each, moment in UTC, place) in the file's order, and the other lines' fate.
# 23:30 in London and in Paris lie on the same day; in New York it is the next day in UTC.
NIGHT, MORNING = "2026-03-02T23:30", "2026-03-03T10:00"
TILL = [("MUG-B", "2", "13.5", NIGHT, "{place}"), ("TEA-L", "0.25", "12", NIGHT, "{place}"),
        ("MUG-B", "-1", "13.5", MORNING, "{place}")]  # fmt: skip
STRAY = {"cancelled_order": 1, "other_currency": 1}
EXPECTED: dict[str, tuple[list[tuple[str, str, str, str, str]], dict[str, int], str]] = {
    "shopify": ([("MUG-B", "2", "13.5", "2026-03-03T04:30", "Harbour Shop"),
                 ("POT-1", "1", "27", "2026-03-03T04:30", "Harbour Shop"),
                 ("MUG-B", "3", "13.3333", "2026-03-06T08:00", "main"),
                 ("MUG-B", "2", "15", "2026-03-07T08:00", "main"), ("POT-1", "1", "30", "2026-03-07T08:00", "main")],
                {"cancelled_order": 1, "refunded_order": 1, "other_currency": 1}, "tax is not in them"),
    "woocommerce": ([("MUG-B", "2", "13.5", "2026-03-02T08:15", "main"),
                     ("TEA-L", "0.25", "12", "2026-03-02T08:15", "main"),
                     ("MUG-B", "2", "15", "2026-03-03T09:00", "main")],
                    {"cancelled_order": 1, "refunded_order": 1, "other_currency": 1}, "without tax"),
    "square": ([("MUG-B", "2", "13.5", "2026-03-03T04:30", "Harbour"),
                ("TEA-L", "0.25", "12", "2026-03-03T04:30", "Harbour"),
                ("MUG-B", "-1", "13.5", "2026-03-14T14:00", "Harbour")], {"no_product": 1}, "without tax"),
    "odoo": ([("MUG-B", "2", "13.5", NIGHT, "Harbour"), ("TEA-L", "0.25", "12", NIGHT, "Harbour"),
              ("MUG-B", "-1", "15", "2026-03-04T11:00", "Harbour")],
             {"cancelled_order": 1, "quotation": 1, "other_currency": 1}, "without tax"),
    "lightspeed": ([("MUG-B", "2", "11.345", NIGHT, "Harbour"), ("TEA-L", "0.25", "10.08", NIGHT, "Harbour"),
                    ("MUG-B", "-1", "11.34", MORNING, "Harbour")], {"no_item": 4, "cancelled_order": 1}, "without tax"),
    "german-till": (TILL, STRAY, "with tax"), "french-till": (TILL, STRAY, "with tax"),
    "spanish-till": (TILL, STRAY, "with tax"),
}  # fmt: skip
PLACES = {"german-till": "Hafen", "french-till": "Port", "spanish-till": "Puerto"}


@pytest.fixture(scope="module")
def shop(database: Database, settings: Settings) -> Iterator[TestClient]:
    """The API of a shop that knows its products and places, and its import worker."""
    with database.transaction() as connection:
        for number, sku in enumerate(("MUG-B", "TEA-L", "POT-1"), 1):
            connection.exec_driver_sql(
                f"INSERT INTO known_product VALUES ('{sku}', '00000000-0000-0000-0000-{number:012}', 9, 1)"
            )
        for place in ("Harbour", "Harbour Shop", *PLACES.values()):
            connection.exec_driver_sql(f"INSERT INTO known_location VALUES ('{place}', 1)")
    api = app.build_api(settings, database)
    api.dependency_overrides[current_principal] = lambda: Principal("1", "ann", Role.PLANNER, "session")
    client, stop = TestClient(api), Flag()
    job = ImportJob(database, settings)
    worker = Thread(target=jobs.work, args=(database, {KIND: job.run}, stop))
    worker.start()
    yield client
    stop.set()
    worker.join()


def bring(shop: TestClient, pump: Callable[[], int], file: Path, **params: str) -> dict[str, Any]:
    """Import a file to its end."""
    started = shop.post("/imports", params={"name": file.name, **params}, content=file.read_bytes())
    assert started.status_code == 202, started.text
    for _ in range(600):
        pump()
        told: dict[str, Any] = shop.get(f"/imports/{started.json()['id']}").json()
        if told["status"] in ("succeeded", "failed", "cancelled"):
            assert told["status"] == "succeeded", told
            return told
        Flag().wait(0.05)
    raise AssertionError(told)


def recorded(database: Database, import_id: str) -> list[tuple[str, Decimal, Decimal, str, str]]:
    with database.snapshot() as connection:
        found = rows(
            connection,
            "SELECT sku, quantity, unit_price, to_char(sold_at, 'YYYY-MM-DD\"T\"HH24:MI') AS at, location FROM sale"
            " WHERE import_id = :id ORDER BY line",
            id=import_id,
        )
    return [(row["sku"], row["quantity"], row["unit_price"], row["at"], row["location"]) for row in found]


@pytest.mark.parametrize("name", PRESETS)
def test_an_export_is_known_by_its_columns_and_its_lines_are_recorded_as_what_they_are(
    shop: TestClient, pump: Callable[[], int], database: Database, name: str
) -> None:
    file = EXPORTS / f"{name}.csv"
    expected, refused, prices = EXPECTED[name]
    preview = shop.post("/imports/preview", content=file.read_bytes()).json()
    assert preview["preset"]["name"] == name and len(preview["preset"]["known_by"]) >= 3
    assert preview["questions"] == preview["missing"] == []
    assert preview["reasons"] == refused
    assert prices in preview["warnings"][0]
    first, (sku, units, _, at, _) = next(row for row in preview["rows"] if not row["errors"]), expected[0]
    assert (first["read"]["sku"], Decimal(first["read"]["quantity"])) == (sku, Decimal(units))
    assert first["read"]["sold_at"][:16] == at.replace("T", " ")
    assert first["raw"][preview["mapping"]["sold_at"]] in file.read_text()
    told = bring(shop, pump, file)
    assert told["reasons"] == refused and told["recorded"] == len(expected)
    assert told["source"] == f"file:{name}"
    place = PLACES.get(name, "")
    wanted = [(sku, Decimal(q), Decimal(p), at, where.format(place=place)) for sku, q, p, at, where in expected]
    assert recorded(database, told["id"]) == wanted
    again = bring(shop, pump, file)
    assert again["recorded"] == 0 and again["duplicates"] == len(expected)


def test_what_an_export_cannot_say_is_said(shop: TestClient) -> None:
    told = shop.post("/imports/preview", content=(EXPORTS / "shopify.csv").read_bytes()).json()["warnings"]
    assert any("refunded in part" in warning and warning.startswith("1 ") for warning in told)
    assert any("discount of their own" in warning for warning in told)


def test_nothing_of_a_customer_is_kept_in_any_table_or_log_also_not_of_lines_that_were_refused(
    shop: TestClient, pump: Callable[[], int], database: Database, tmp_path: Path, capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    for name in PRESETS:
        text = (EXPORTS / f"{name}.csv").read_text()
        broken = tmp_path / f"{name}.csv"
        broken.write_text(text.replace("MUG-B", "5.01E+12").replace("Rosa", "Rosa Secret"))
        bring(shop, pump, broken)
        shop.post("/imports", params={"name": name}, content=broken.read_bytes())  # one that has not begun is kept
    for number, header in enumerate(
        ("sku,quantity,date,price,Customer,E-Mail", "invoice,sku,quantity,date,price,Kunde,Tel")
    ):
        own = tmp_path / f"{number}.csv"
        first = "" if number == 0 else "X1,"
        own.write_text(f"{header}\n{first}MUG-B,1,2026-01-05,3,Rosa Tester,rosa@example.org\n"
                       f"{first}5.01E+12,1,2026-01-05,3,Max Sample,max@example.org\n")  # fmt: skip
        bring(shop, pump, own)
    with database.snapshot() as connection:
        names = [row["t"] for row in rows(connection, "SELECT relname AS t FROM pg_class WHERE relkind = 'r'"
                                           " AND relnamespace = current_schema()::regnamespace")]  # fmt: skip
        kept = {
            table: "\n".join(str(row["r"]) for row in rows(connection, f"SELECT t::text AS r FROM {table} AS t"))
            for table in names
        }
        kept["import_chunk"] += "".join(
            bytes(row["content"]).decode() for row in rows(connection, "SELECT content FROM import_chunk")
        )
    captured = capfd.readouterr()
    kept["logs"] = captured.out + captured.err + caplog.text
    assert "5.01E+12" in kept["import_line"]  # what was refused is kept, without whom it was sold to
    assert {place: person for place, text in kept.items() for person in PERSONS if person in text} == {}


def test_a_preset_can_be_refused_and_one_can_be_named(shop: TestClient) -> None:
    content = (EXPORTS / "german-till.csv").read_bytes()
    refused = shop.post("/imports/preview", params={"mapping": '{"preset": "none"}'}, content=content).json()
    assert refused["preset"] is None and "Prices are recorded" not in "".join(refused["warnings"])
    named = shop.post("/imports/preview", params={"mapping": '{"preset": "german-till"}'}, content=content).json()
    assert named["preset"]["name"] == "german-till"
    unknown = shop.post("/imports/preview", params={"mapping": '{"preset": "abacus"}'}, content=content)
    assert unknown.status_code == 422 and unknown.json()["code"] == "unknown_preset"


def test_a_preset_is_known_in_any_spelling_of_its_columns_and_not_without_one_of_them() -> None:
    for preset in PRESETS.values():
        loud = [name.upper().replace("_", " ") for name in preset.needs]
        found = recognised([*reversed(loud), "ANYTHING ELSE"])
        assert found is not None and len(found.needs) >= len(preset.needs)
        assert recognised(loud[1:]) is not preset
        assert replace(preset, needs=(*preset.needs, "no such column")).known_by(loud) == ()


def test_time_and_zone_in_columns_of_their_own_make_one_moment_with_a_mapping_alone(
    shop: TestClient, pump: Callable[[], int], database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "two.csv"
    file.write_text("no,day,clock,where,sku,units,each\nA1,2026-03-02,11:30 PM,America/New_York,MUG-B,1,2\n"
                    "A2,2026-03-02,11:30 PM,Atlantis,MUG-B,1,2\n")  # fmt: skip
    columns = {"invoice": "no", "sold_at": "day", "time": "clock", "zone": "where", "quantity": "units"}
    mapping = {"columns": columns | {"sku": "sku", "unit_price": "each"}, "source": "two"}
    told = bring(shop, pump, file, mapping=json.dumps(mapping))
    assert [sale[3] for sale in recorded(database, told["id"])] == ["2026-03-03T04:30"]
    assert told["reasons"] == {"bad_date": 1}


def test_lines_known_by_what_they_say_keep_their_ids_when_what_they_say_of_persons_is_dropped() -> None:
    text = "sku,quantity,date,price,customer\nA,1,2026-01-05,3,Rosa\nA,1,2026-01-05,3,Rosa\nA,1,2026-01-05,3,Max\n"
    file = BytesIO(text.encode())
    reader = survey(file, Mapping()).reader()
    before = [reader.read(line, row) for line, row in tables.rows(file, tables.layout(file))]
    with taken(file, Mapping(), "EUR") as found:
        kept = found.file.read().decode()
        again = survey(found.file, found.mapping).reader()
        after = [again.read(line, row) for line, row in tables.rows(found.file, tables.layout(found.file))]
    assert "Rosa" not in kept and "Max" not in kept and "customer" in found.warnings[0]
    assert [sale[0] for sale in after if isinstance(sale, tuple)] == [s[0] for s in before if isinstance(s, tuple)]
    assert len(after) == 3
