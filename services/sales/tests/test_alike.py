"""What looks like something else in a file: evened where it is the same, refused or told where it may not be."""

import pytest
from chassis.reading.cells import BadCell
from chassis.reading.codes import mended
from chassis.reading.dates import moment
from fastapi.testclient import TestClient
from sales.domain import alike

from services.sales.tests.test_hostile_files import HEAD, told, units


@pytest.mark.parametrize(("cell", "code"), [
    ("1'234", "1'234"), ("'00123", "00123"), ("Mu\u0308sli", "Müsli"), ("A\u00a01", "A 1"), ("Ａ１－２", "A1-2"),
    ("A\u200b1", "A1"), ("A\ufe0f1", "A1"), ("A\u20101", "A-1"), ("A\u20111", "A-1"), ("A\u20131", "A\u20131"),
    ("A\u20141", "A\u20141"), ("A\u22121", "A\u22121"), ("4 006381 333931", "4006381333931"),
    ("4 006381 333932", "4 006381 333932"), ("12 34", "12 34"), ("АВС", "АВС"), ("3-1", "3-1"), ("Ã-1", "Ã-1"),
])  # fmt: skip
def test_a_code_is_evened_where_it_is_written_otherwise_and_no_further(cell: str, code: str) -> None:
    assert mended(cell) == code
    assert mended(mended(cell)) == code


@pytest.mark.parametrize(("cell", "why"), [
    ("3-Jan", "code_became_day"), ("03. Mrz", "code_became_day"), ("2026-01-03 00:00:00", "code_became_day"),
    ("MÃ¼sli", "code_lost_letters"), ("M\ufffdsli", "code_lost_letters"), ("(none)", "no_code"), ("nil", "no_code"),
])  # fmt: skip
def test_a_code_that_lost_a_part_is_refused(cell: str, why: str) -> None:
    with pytest.raises(BadCell) as refused:
        mended(cell)
    assert refused.value.code == why


@pytest.mark.parametrize(("right", "wrong"), [
    ("Mon 14 September 2026", "Tue 14 September 2026"), ("Montag, 14. September 2026", "Dienstag, 14. September 2026"),
    ("lundi 14 septembre 2026", "mardi 14 septembre 2026"),
    ("lunes 14 de septiembre de 2026", "dom 14 septiembre 2026"),
    ("Mon Sep 14 10:00:00 2026", "Sun Sep 14 10:00:00 2026"),
    ("Monday September 14, 2026", "Friday September 14, 2026"),
])  # fmt: skip
def test_a_weekday_that_the_day_is_not_is_refused(right: str, wrong: str) -> None:
    assert str(moment(right, True))[:10] == "2026-09-14"
    with pytest.raises(BadCell):
        moment(wrong, True)


@pytest.mark.parametrize(("cells", "means"), [
    (("3 blx", "2"), ["unknown_unit quantity", "2"]), (("1 l", "2 l", "500 ml"), ["1", "2", "other_unit quantity"]),
    (("1 l", "2 L", "3"), ["1", "2", "3"]), (("500 g", "1 kg", "2 kg"), ["other_unit quantity", "1", "2"]),
    (("2 set", "1"), ["pack_unit quantity", "1"]), (("3 szt", "2 ks", "1 St."), ["3", "2", "1"]),
    (("ten", "2"), ["bad_number quantity", "2"]),
])  # fmt: skip
def test_a_unit_is_known_and_that_of_its_column_or_refused(cells: tuple[str, ...], means: list[str]) -> None:
    assert units(*cells) == means


def fates(*lines: str) -> list[str]:
    return [line.split()[0] for line in told(HEAD + "".join(f"{line}\n" for line in lines))]


ABOVE = ("2026-09-01;1;A;2;3.00", "2026-09-01;2;B;1;3.00")


def test_lines_below_names_in_another_order_are_refused_until_the_first_order_comes_back() -> None:
    askew = ("sku;date;receipt;unit price;quantity", "A;2026-09-01;3;3.00;2")
    again = (HEAD.strip(), "2026-09-03;4;A;7;3.00")
    assert fates(*ABOVE, *askew, *again) == ["2", "1", "other_order", "other_order", "repeated_header", "7"]


@pytest.mark.parametrize("word", ["Count", "Nombre", "Summary", "overall", "Anzahl", "12 items"])
@pytest.mark.parametrize(("line", "fate"), [(";;{};3;", "total_row"), ("2026-09-02;9;{};4;3.00", "4")])
def test_a_word_that_a_product_may_have_makes_a_total_only_of_what_is_no_sale(word: str, line: str, fate: str) -> None:
    assert fates(*ABOVE, line.format(word))[2] == fate


def test_a_line_without_a_receipt_that_adds_up_is_a_total_and_another_is_none() -> None:
    head = "date;receipt;sku;quantity;amount\n"
    above = "2026-09-01;1;A;2;6.00\n2026-09-01;2;B;1;3.00\n"
    assert [line.split()[0] for line in told(head + above + "2026-09-01;;X;3;9.00\n")] == ["2", "1", "total_row"]
    assert [line.split()[0] for line in told(head + above + "2026-09-01;;X;3;8.00\n")] == ["2", "1", "3"]


GOOD = ["4006381333931", "4012345678901", "5000159407236", "3017620422003", "8000500310427"]


@pytest.mark.parametrize(("codes", "said"), [
    (["АВ1", "AB2"], "another alphabet"), ([*GOOD, "4006381333932"], "no barcodes"), ([*GOOD], ""),
    (["Total", "A"], "row of totals"), (["Ж1", "Ω2"], ""), (["4006381333932", "4006381333933"], ""),
    (["Thread count", "Sunset"], ""),
])  # fmt: skip
def test_codes_that_are_not_what_they_seem_are_told(codes: list[str], said: str) -> None:
    found = " ".join(alike.told(dict.fromkeys(codes)))
    assert (said in found) and bool(found) == bool(said)


@pytest.mark.parametrize(("column", "cells"), [
    ("pieces returned", "1"), ("Zusatz", "kg,EUR"), ("Gebinde", "12"), ("StornoMenge", "3"),
])  # fmt: skip
def test_a_column_that_changes_what_a_line_says_is_told(client: TestClient, column: str, cells: str) -> None:
    lines = "".join(f"2026-09-01;{number};A;2;3;{cell}\n" for number, cell in enumerate(cells.split(",")))
    content = HEAD.replace("\n", f";{column}\n") + lines
    warned = client.post("/imports/preview", content=content.encode()).json()["warnings"]
    assert any(repr(column) in one and "not read" in one for one in warned)


def test_the_preview_tells_of_stray_bytes_and_of_the_encoding(client: TestClient) -> None:
    line = "2026-09-01;1;{};2;3\n"
    mixed = (HEAD + line.format("Müsli") + line.format("Käse")).encode() + line.format("Thé").encode("cp1252")
    said = client.post("/imports/preview", content=mixed).json()
    assert "Bytes that are not UTF-8" in " ".join(said["warnings"])
    old = (HEAD + line.format("Müsli")).encode("cp850")
    assert client.post("/imports/preview", content=old).json()["encoding"] == "cp850"


@pytest.mark.parametrize(("codes", "gainsaid"), [
    (["4006381333932"], ["4006381333932"]), (["4006381333931"], []), (["A", "400638133393", "4006381333931"],
    ["400638133393"]), (["A", "B"], []), (["123456789013", "123456789014"], []),
    (["12345678901"], []), (["4006381333932", "A-1", "5012345678900"], ["4006381333932"]),
])  # fmt: skip
def test_a_lone_code_as_long_as_a_barcode_whose_last_digit_is_wrong_is_told(
    codes: list[str], gainsaid: list[str]
) -> None:
    said = [line for line in alike.told(dict.fromkeys(codes)) if "no barcodes by their last one" in line]
    assert [code in " ".join(said) for code in gainsaid] == [True] * len(gainsaid) and bool(said) == bool(gainsaid)
