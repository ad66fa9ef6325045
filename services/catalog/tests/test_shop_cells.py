"""Cells of a shop's files that say something else than they seem to: read as they were meant, or told."""

import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from catalog.settings import Settings
from fastapi.testclient import TestClient

HEADS = {
    "price": ("prices", "sku;price\nP1;{}\n"),
    "unit_cost": ("terms", "sku;supplier;unit cost\nP1;NORD;{}\n"),
    "moq": ("terms", "sku;supplier;unit cost;moq\nP1;NORD;1,5;{}\n"),
    "quantity": ("stock", "sku;quantity\nP1;{}\n"),
    "lead_days": ("suppliers", "code;name;lead time\nS1;One;{}\n"),
    "service_level": ("terms", "sku;supplier;unit cost;service level\nP1;NORD;1,5;{}\n"),
    "holding_rate": ("terms", "sku;supplier;unit cost;holding rate\nP1;NORD;1,5;{}\n"),
    "discount": ("promotions", "name;starts;ends;skus;discount\nP;2026-12-01;2026-12-05;P1;{}\n"),
    "temperature": ("weather", "day;temperature\n2026-01-05;{}\n"),
    "precipitation": ("weather", "day;precipitation\n2026-01-05;{}\n"),
    "day": ("weather", "day;temperature\n{};3\n"),
    "valid_from": ("prices", "sku;price;valid from\nP1;5;{}\n"),
    "reference": ("receipts", "delivery note;sku;quantity\n{};P1;3\n"),
    "supplier_sku": ("terms", "sku;supplier;unit cost;supplier sku\nP1;NORD;1,5;{}\n"),
    "sku": ("products", "sku;name\n{};Soap\n"),
    "name": ("products", "sku;name\nX1;{}\n"),
    "category": ("products", "sku;name;category\nX1;Soap;{}\n"),
    "archived": ("products", "sku;name;archived\nX1;Soap;{}\n"),
}


@pytest.fixture(autouse=True)
def shop(client: TestClient) -> None:
    """A product and a supplier."""
    client.post("/products", json={"sku": "P1", "name": "P1", "price": "10"})
    client.post("/suppliers", json={"code": "NORD", "name": "Nordwind", "lead_days": "7"})


def look(client: TestClient, kind: str, content: bytes, **mapping: Any) -> dict[str, Any]:
    said = {"mapping": json.dumps(mapping)}
    answer = client.post(f"/shop-imports/{kind}/preview", content=content, params=said)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def understood(client: TestClient, target: str, *cells: str) -> list[str | None]:
    """How the cells of a column are read, or the code of what is wrong with them."""
    kind, form = HEADS[target]
    head, line, _ = form.split("\n")
    told = look(client, kind, "\n".join([head, *(line.format(cell) for cell in cells)]).encode())
    assert not told["questions"], told["questions"]
    found = []
    for shown in told["lines"]:
        column = next(cell["column"] for cell in shown["cells"] if cell["target"] == target)
        codes = [error["code"] for error in shown["errors"] if error["column"] == column]
        found.append(codes[0] if codes else next(c["read"] for c in shown["cells"] if c["target"] == target))
    return found


@pytest.mark.parametrize(("target", "cell", "means"), [
    # money is no goods, and goods are no money
    ("price", "12,50 kg", "other_unit"), ("price", "12 pcs", "other_unit"), ("price", "12,50 €", "12.50"),
    ("unit_cost", "12,50 L", "other_unit"), ("quantity", "5 €", "other_unit"), ("quantity", "5 kg", "5"),
    ("moq", "5 EUR", "other_unit"), ("moq", "12 pcs", "12"), ("moq", "2 ctn", "pack_unit"),
    ("quantity", "10+", "bad_number"), ("quantity", "3-", "-3"), ("quantity", "40063812", "barcode"),
    ("quantity", "4006381333931", "barcode"),
    # times
    ("lead_days", "14 d", "14"), ("lead_days", "2 weeks", "14"), ("lead_days", "2 Wochen", "14"),
    ("lead_days", "14 jours", "14"), ("lead_days", "2 semanas", "14"), ("lead_days", "1 month", "other_unit"),
    ("lead_days", "14 €", "other_unit"), ("lead_days", "10-14 days", "bad_number"),
    ("lead_days", "14 kg", "other_unit"),
    # shares
    ("discount", "20 %", "0.2"), ("discount", "-20%", "0.2"), ("discount", "0,2", "0.2"), ("discount", "20", "0.2"),
    ("discount", "20 percent", "0.2"), ("discount", "20% off", "0.2"), ("discount", "0,5 %", "0.005"),
    ("discount", "5 €", "other_unit"), ("discount", "20 off", "other_unit"), ("discount", "1", "mixed_shares"),
    ("service_level", "95", "0.95"), ("service_level", "0,95", "0.95"), ("holding_rate", "-20%", "bad_value"),
    ("holding_rate", "5 €", "other_unit"),
    # weather
    ("temperature", "3,5 °C", "3.5"), ("temperature", "50 °F", "bad_number"), ("temperature", "3 kg", "other_unit"),
    ("precipitation", "5 mm", "5"), ("precipitation", "5 l/m²", "5"), ("precipitation", "0.2 in", "other_unit"),
    ("precipitation", "0,5 cm", "other_unit"), ("day", "2026-01-05T13:00", "not_a_day"),
    ("day", "2026-01-05T00:00:00", "2026-01-05"), ("day", "9999-12-31", "bad_value"),
    # papers and codes
    ("reference", "4711.0", "4711"), ("reference", "4.71E+12", "code_lost_digits"),
    ("reference", "2026-03-01", "2026-03-01"),
    ("supplier_sku", "12345.0", "12345"), ("supplier_sku", "5.01E+12", "code_lost_digits"),
    ("sku", "Mar-01", "code_became_day"), ("sku", "01-Mar-26", "code_became_day"), ("sku", "MAR-1", "MAR-1"),
    ("sku", "01.03.2026", "code_became_day"), ("sku", "2026-03-01", "code_became_day"), ("sku", "TRUE", "no_code"),
    ("sku", '"1,234,567"', "code_became_number"), ("sku", '"885,705,737.00"', "code_became_number"),
    ("sku", "1.234.567", "1.234.567"),
    # what programs write where there is nothing
    ("name", "#N/A", None), ("category", "#REF!", None), ("name", "Sh\ufffde", "lost_letters"),
    ("archived", "1.0", "True"), ("archived", "0.0", "False"), ("archived", "maybe", "bad_flag"),
])  # fmt: skip
def test_a_cell_means_what_its_column_says_or_is_told(
    client: TestClient, target: str, cell: str, means: str | None
) -> None:  # fmt: skip
    found = understood(client, target, cell)[0]
    try:
        assert found is not None and means is not None and float(found) == float(means)
    except (ValueError, AssertionError):
        assert found == means or (means is None and found in (None, "missing"))


@pytest.mark.parametrize(("target", "cells"), [
    ("discount", ("20", "0,2")), ("service_level", ("95", "0,95")), ("discount", ("15", "0,15", "30")),
])  # fmt: skip
def test_a_part_of_all_among_percents_is_told_and_never_a_hundredth_of_itself(
    client: TestClient, target: str, cells: tuple[str, ...]
) -> None:  # fmt: skip
    assert understood(client, target, *cells)[1] == "mixed_shares"


def test_cells_that_say_percent_themselves_say_nothing_of_those_that_do_not(client: TestClient) -> None:
    assert [float(cell or 0) for cell in understood(client, "holding_rate", "20 %", "0,3")] == [0.2, 0.3]
    assert [float(cell or 0) for cell in understood(client, "holding_rate", "0,2", "1")] == [0.2, 1]


def test_a_moment_with_an_offset_is_of_the_businesss_day_and_a_midnight_of_its_own(client: TestClient) -> None:
    state = client.app.state  # type: ignore[attr-defined]
    state.settings = Settings.model_validate({**state.settings.model_dump(), "timezone": "Europe/Berlin"})
    said = ["2026-01-04T23:00:00Z", "2026-01-05T00:00:00Z", "2026-01-05T00:00:00-05:00", "2026-01-05T10:00:00Z"]
    assert understood(client, "valid_from", *said) == ["2026-01-05"] * 4


def table(**columns: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(pa.table(columns), out)
    return out.getvalue()


def read(told: dict[str, Any], target: str) -> list[str | None]:
    return [cell["read"] for line in told["lines"] for cell in line["cells"] if cell["target"] == target]


def test_numbers_that_are_text_in_a_parquet_file_are_decided_like_those_of_any_file(client: TestClient) -> None:
    asked = look(client, "terms", table(sku=["P1"], supplier=["NORD"], unit_cost=[2.5], moq=["1.200"]))
    assert [one["setting"] for one in asked["asked"]] == ["decimal_comma"]
    voted = look(client, "stock", table(sku=["P1", "P2"], quantity=["1.234", "2,5"]))
    assert read(voted, "quantity") == ["1234", "2.5"]
    typed = look(client, "stock", table(sku=["P1"], quantity=[1.234]), decimal_comma=True)
    assert read(typed, "quantity") == ["1.234"] and not typed["questions"]


def test_what_a_number_was_before_it_was_computed_with_or_kept_in_fewer_bits_is_read(client: TestClient) -> None:
    single = pa.array([12.35, 8.5], pa.float32())
    assert read(look(client, "prices", table(sku=["P1", "P2"], price=single)), "price") == ["12.35", "8.5"]
    assert read(look(client, "prices", table(sku=["P1"], price=[1.1 * 3])), "price") == ["3.3"]
    codes = look(client, "products", table(sku=pa.array([885705737.0], pa.float32()), name=["Soap"]))
    assert codes["reasons"] == {"code_lost_digits": 1}
    zoned = table(sku=["P1"], price=[5.0], valid_from=[datetime(2026, 1, 5, tzinfo=UTC)])
    assert read(look(client, "prices", zoned), "valid_from") == [str(date(2026, 1, 5))]


@pytest.mark.parametrize(("kind", "text", "says"), [
    ("prices", "sku;price;valid from;valid to\nP1;5;2026-01-05;2026-01-19\n", "Columns that are not read: 'valid to'."),
    ("stock", "sku;quantity;unit\nP1;2;box\n", "The column 'unit' ('box') is not read: quantities count"),
    ("prices", "sku;price\nP1;$12.50\n", "Money in this file is in USD, and the business counts in EUR"),
    ("prices", "sku;price;valid from\nP1;5;44565\n", "44565 in the column 'valid from' is read as 4 January 2022"),
    ("prices", "sku;price;valid from\nP1;5;44565\n", "counts from 1904 it is 5 January 2026"),
    ("products", "sku;name\n0012;A\n12;B\n", "2 new products have the code of another but for zeros"),
    ("products", "sku;name;barcode\nX1;A;4006381333932\n", "1 barcodes do not end in the digit"),
    ("promotions", "name;starts;ends;skus\nP;2026-12-01;2026-12-05;\n", "1 lines name no product"),
    ("receipts", "delivery note;sku;quantity\nN1;P1;3\nN1;P1;3\n", "2 lines say the same as another line of their"),
])  # fmt: skip
def test_what_no_cell_shows_is_told(client: TestClient, kind: str, text: str, says: str) -> None:
    warnings = look(client, kind, text.encode())["warnings"]
    assert any(says in warning for warning in warnings), warnings


def test_a_workbook_is_refused_with_what_to_do(client: TestClient) -> None:
    answer = client.post("/shop-imports/products", content=b"PK\x03\x04" + bytes(200))
    assert answer.status_code == 422 and "save its sheet as CSV" in answer.json()["detail"]


def test_columns_in_turkish_capitals_are_found(client: TestClient) -> None:
    assert look(client, "products", "SKU;NAME;PRİCE\nX1;Lamba;1,5\n".encode())["mapping"]["price"] == "PRİCE"
