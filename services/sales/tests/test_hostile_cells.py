"""Cells that say something else than they seem to: each is read as it was meant, or told where it stands."""

import io

import pyarrow
import pytest
from fastapi.testclient import TestClient
from pyarrow import parquet

from services.sales.tests.test_hostile_files import HEAD, told, units

GOOD = "2026-09-01;1;A;3;1;Sale\n"


@pytest.mark.parametrize("cell", ["1 2", "12 34", "1'2", "1 234 5", "12_5", "1_000", "1\u00a02"])
def test_two_numbers_in_a_cell_are_not_one(cell: str) -> None:
    assert units(cell) == ["bad_number quantity"]


@pytest.mark.parametrize("cell", ["5 CR", "CR 5", "5 DR", "5.00CR"])
def test_a_debit_or_a_credit_is_told_and_never_taken_for_a_plain_number(cell: str) -> None:
    assert units(cell, "2") == ["debit_credit quantity", "2"]
    timed = f"date;time;receipt;sku;quantity;amount\n2026-09-01;10:00;1;A;1;{cell}\n2026-09-01;10:00;1;A;1;2\n"
    assert [line.split()[0] for line in told(timed)] == ["debit_credit", "1"]


@pytest.mark.parametrize("cell", ["1 dz", "2 doz.", "3 VPE", "2 ctn", "1 box", "2 pk"])
def test_packs_are_told_and_never_taken_for_pieces(cell: str) -> None:
    assert units(cell, "2") == ["pack_unit quantity", "2"]


@pytest.mark.parametrize("code", ["-", "--", "—", "n/a", "N.A.", "<NA>", "(blank)", "(leer)", "inf", "..."])
def test_what_stands_where_there_is_no_code_makes_no_product(code: str) -> None:
    assert list(told(HEAD + f"2026-09-01;1;{code};2;1\n")) == ["no_code sku"]


@pytest.mark.parametrize(("word", "means"), [
    ("Return - damaged", "-3"), ("refund (partial)", "-3"), ("avoir client", "-3"), ("Devolución cliente", "-3"),
    ("Stornobeleg", "-3"), ("Sale without return", "unknown_kind"), ("Verkauf Storno", "unknown_kind"),
    ("sale/return", "unknown_kind"), ("Return shipping", "unknown_kind"),
])  # fmt: skip
def test_a_word_of_returns_beside_others_is_one_unless_they_gainsay_it(word: str, means: str) -> None:
    lines = list(told(HEAD.replace("\n", ";type\n") + GOOD * 3 + f"2026-09-02;9;A;3;1;{word}\n"))
    assert lines[3].split()[0] == means


def test_a_column_of_ways_to_pay_says_nothing_of_returns(client: TestClient) -> None:
    pays = ["Cash", "Credit", "Credit", "Credit", "Credit"]
    lines = "".join(f"2026-09-0{n + 1};{n};A;3;1;{pay}\n" for n, pay in enumerate(pays))
    assert [line.split()[0] for line in told(HEAD.replace("\n", ";type\n") + lines)] == ["3"] * 5
    shown = client.post("/imports/preview", content=(HEAD.replace("\n", ";type\n") + lines).encode()).json()
    assert any("'type' is not read as one of sales and returns" in warning for warning in shown["warnings"])


def test_states_that_came_to_nothing_are_no_sales_and_those_that_nobody_knows_are_told(client: TestClient) -> None:
    never = ["draft", "Quotation", "Cancelled by customer", "canceled (fraud)", "expired"]
    states = ["paid", *never, "on-hold", "versendet"]
    content = HEAD.replace("\n", ";status\n") + "".join(
        f"2026-09-01;{n};A;3;1;{state}\n" for n, state in enumerate(states)
    )
    assert [line.split()[0] for line in told(content)] == ["3", *["cancelled_order"] * 5, "3", "3"]
    shown = client.post("/imports/preview", content=content.encode()).json()
    assert any(warning.startswith("Lines in the state 'on-hold' (1) count as sales") for warning in shown["warnings"])


TIMED = "date;time;receipt;sku;quantity;unit price\n{};{};1;A;2;1\n2026-09-01;9:30;2;A;2;1\n"


@pytest.mark.parametrize(("day", "time"), [
    ("2026-09-01", "0.5875"), ("2026-09-01", "0,5875"), ("2026-09-01", "1899-12-30 14:06:00"),
    ("2026-09-01 00:00:00", "14:06:00"), ("46266", "14:06"), ("2026-09-01", "2:06 PM"), ("2026-09-01", "14h06"),
])  # fmt: skip
def test_a_time_beside_its_day_is_read_as_tills_and_spreadsheets_write_it(day: str, time: str) -> None:
    assert next(told(TIMED.format(day, time))) == "2 A at 1 on 2026-09-01T14:06"


def test_a_time_that_is_none_is_told_at_its_line_and_a_column_of_none_as_a_whole(client: TestClient) -> None:
    lines = "".join(f"2026-09-01;10:0{n};{n};A;2;1\n" for n in range(8))
    found = list(told(TIMED.splitlines()[0] + "\n" + lines + "2026-09-01;evening;9;A;2;1\n"))
    assert found[8] == "bad_date date" and found[0].endswith("10:00")
    shown = client.post("/imports/preview", content=TIMED.format("2026-09-01", "evening").encode()).json()
    assert "The column 'time' is not read: 'evening' is no time." in shown["warnings"]


SUMMED = "date;sku;quantity;amount\n"


def test_a_row_of_totals_sums_up_the_lines_since_any_row_of_totals() -> None:
    days = "2026-09-01;A;2;7\n2026-09-01;B;2;7\n2026-09-01;Subtotal;4;14\n"
    days += "2026-09-02;B;1;3.5\n2026-09-02;Subtotal;1;3.5\n"
    found = list(told(SUMMED + days + "2026-09-02;Total;5;17.5\n"))
    assert [line.split()[0] for line in found] == ["2", "2", "total_row", "1", "total_row", "total_row"]
    nested = days + "2026-09-03;A;1;1\n2026-09-03;Summe;2;4.5\n2026-09-03;Total général;6;18.5\n"
    assert [line.split()[0] for line in told(SUMMED + nested)][-2:] == ["total_row"] * 2
    assert list(told(SUMMED + days + "2026-09-03;TOTAL;7;9\n"))[-1].startswith("7 TOTAL")  # sums up nothing


@pytest.mark.parametrize("row", [";Total;;;3;;10.50", ";;;;3;Total;10.50", ";;;;Total: 3;;10.50", "Summe;;;;3;;10.5"])
def test_a_total_whose_label_stands_in_another_column_is_one(row: str) -> None:
    head = "date;receipt;sku;name;quantity;unit price;amount\n"
    lines = "2026-09-01;1;A;Soap;2;3.50;7.00\n2026-09-02;2;B;Pot;1;3.50;3.50\n"
    assert list(told(head + lines + row + "\n"))[2] == "total_row sku"


def test_letters_of_old_tills_are_what_they_were() -> None:
    content = (HEAD + "2026-09-01;1;Stück;2;1\n2026-09-01;1;Äpfel;1;1\n").encode("cp850")
    assert [line.split()[1] for line in told(content)] == ["STÜCK", "ÄPFEL"]


def test_any_separator_that_a_file_names_is_taken() -> None:
    content = ("sep=^\n" + HEAD + "2026-09-01;1;A;2;1\n").replace(";", "^")
    assert list(told(content)) == ["2 A at 1 on 2026-09-01T12:00"]


@pytest.mark.parametrize("end", ["", "\u2028" + GOOD])
def test_a_file_without_lines_is_no_import_that_succeeds(client: TestClient, end: str) -> None:
    refused = client.post("/imports", content=(HEAD.strip() + end).encode())
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "no_lines")


def parquet_of(columns: list[pyarrow.Array], names: list[str], groups: int = 1) -> bytes:
    held = io.BytesIO()
    table = pyarrow.Table.from_arrays(columns, names=names)
    with parquet.ParquetWriter(held, table.schema) as writer:
        for _ in range(groups):
            writer.write_table(table)
    return held.getvalue()


def test_a_parquet_file_without_rows_is_empty_and_not_damaged_and_groups_without_rows_lose_none(
    client: TestClient,
) -> None:
    names = ["date", "sku", "quantity"]
    typed = [pyarrow.array(["2026-09-01"]), pyarrow.array(["A"]), pyarrow.array([3])]
    none = [column.slice(0, 0) for column in typed]
    for groups in (0, 1, 2):
        refused = client.post("/imports", content=parquet_of(none, names, groups))
        assert refused.json()["errors"][0]["code"] == "no_lines", groups
    held = io.BytesIO()
    with parquet.ParquetWriter(held, pyarrow.Table.from_arrays(typed, names=names).schema) as writer:
        for columns in (none, typed, none, typed):
            writer.write_table(pyarrow.Table.from_arrays(columns, names=names))
    shown = client.post("/imports/preview", content=held.getvalue()).json()
    assert (shown["lines"], [row["values"][2] for row in shown["rows"]]) == (2, ["3", "3"])


def test_columns_of_one_name_in_a_parquet_file_are_told_by_it(client: TestClient) -> None:
    twins = [pyarrow.array(["2026-09-01"]), pyarrow.array(["A"]), pyarrow.array([3]), pyarrow.array([4])]
    refused = client.post("/imports/preview", content=parquet_of(twins, ["date", "sku", "quantity", "quantity"]))
    assert refused.status_code == 422
    assert "two columns are called 'quantity'" in refused.json()["detail"]
