"""How a file is read: numbers, kinds, codes, totals, headers. What is certain is read right, what is not is asked."""

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from chassis.reading import tables
from chassis.reading.bounds import UnreadableFile
from chassis.reading.cells import BadCell, number
from chassis.reading.codes import mended
from chassis.reading.dates import moment
from chassis.reading.signs import sign_of
from contracts.events import SaleSubmitted
from hypothesis import given
from hypothesis import strategies as st
from sales.application.survey import Survey, notation, survey
from sales.domain.kinds import kind_of
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping


def look(text: str | bytes, **mapping: Any) -> Survey:
    return notation(BytesIO(text.encode() if isinstance(text, str) else text), Mapping.model_validate(mapping))


def read(text: str | bytes, **mapping: Any) -> list[SaleSubmitted | str]:
    """Each line's sale, or the code of what is wrong with it."""
    file = BytesIO(text.encode() if isinstance(text, str) else text)
    found = notation(file, Mapping.model_validate(mapping))
    reader = found.reader()
    lines = [reader.read(line, row) for line, row in tables.rows(file, found.layout)]
    return [line.code if isinstance(line, LineError) else line[1] for line in lines]


def sold(text: str | bytes, **mapping: Any) -> list[tuple[str, Decimal | None, Decimal | None]]:
    lines = read(text, **mapping)
    return [(line.kind, line.quantity, line.unit_price) for line in lines if not isinstance(line, str)]


def units(text: str, **mapping: Any) -> list[float]:
    return [float(quantity or 0) for _, quantity, _ in sold(text, **mapping)]


@pytest.mark.parametrize(("cell", "means"), [
    ("0,250", "0.250"), ("25,98", "25.98"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"), ("1.234.567", "1234567"),
    ("1,23,456.00", "123456"), ("1 234,5", "1234.5"), ("1'234.50", "1234.50"), ("€ 12,50", "12.50"),
    ("12.50 USD", "12.50"),
    ("US$ 12.50", "12.50"), ("CHF 1'000.00", "1000"), ("-€5", "-5"), ("€-5", "-5"), ("2-", "-2"), ("(12.50)", "-12.50"),
    ("\u22123", "-3"), ("12,5 kg", "12.5"), ("1e30", "1e30"), (".5", ".5"), ("1.5e3", "1500"), ("0.125", "0.125"),
])  # fmt: skip
def test_a_cell_that_shows_its_sign_is_read_by_it_whatever_the_file_writes(cell: str, means: str) -> None:
    assert number(cell, True) == number(cell, False) == Decimal(means)


@pytest.mark.parametrize("cell", ["12,5,6", "1.2.3,4,5", "x", "", "--5", "NaN", "Infinity", "2026-09-01", "1,2.3.4"])
def test_what_is_no_number_is_none(cell: str) -> None:
    for comma in (True, False):
        with pytest.raises(BadCell):
            number(cell, comma)


@given(st.decimals(-(10**9), 10**9, places=3), st.booleans(), st.booleans())
def test_a_number_written_with_groups_and_decimals_is_read_as_meant(value: Decimal, comma: bool, grouped: bool) -> None:
    text = f"{value:,.3f}" if grouped else f"{value:.3f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    if sign_of(text) == "?":
        assert number(text, comma) == value
    else:
        assert number(text, True) == number(text, False) == value


WEIGHED = "Datum;Artikel;Menge\n2026-09-01;K;0,250\n2026-09-02;K;1,375\n2026-09-03;K;0,500\n"
GERMAN = {
    "columns": {
        "sku": "Artikel", "quantity": "Menge", "sold_at": "Datum", "unit_price": "Preis", "amount": "Umsatz",
    },
}  # fmt: skip


def test_a_column_decides_its_own_open_cells() -> None:
    assert units(WEIGHED, **GERMAN) == [0.25, 1.375, 0.5]
    assert units(WEIGHED.replace(",", "."), **GERMAN) == [0.25, 1.375, 0.5]


def test_the_files_other_columns_decide_where_a_column_is_silent() -> None:
    text = "Datum;Artikel;Menge;Preis\n2026-09-01;B;1.200;0,89\n2026-09-08;B;2.400;0,89\n"
    assert units(text, **GERMAN) == [1200, 2400]
    assert units(text.replace("0,89", "0.89"), **GERMAN) == [1.2, 2.4]


def test_quantity_times_price_against_the_amount_decides_before_other_columns() -> None:
    text = "Datum;Artikel;Menge;Preis;Umsatz\n2026-09-01;B;1,375;8.00;11.00\n2026-09-01;B;2,125;8.00;17.00\n"
    assert units(text, **GERMAN) == [1.375, 2.125]
    assert units(text.replace("11.00", "11000.00").replace("17.00", "17000.00"), **GERMAN) == [1375, 2125]


def test_what_nothing_decides_is_asked_with_its_evidence_and_not_guessed() -> None:
    text = "Datum;Artikel;Menge\n2026-09-01;B;1.200\n2026-09-02;B;2.400\n"
    (question,) = look(text, **GERMAN).questions
    assert (question.setting, question.column, question.cell) == ("decimal_comma", "Menge", "1.200")
    assert "1.200" in question.message and "1200" in question.message
    assert units(text, **GERMAN, decimal_comma=True) == [1200, 2400]
    assert units(text, **GERMAN, decimal_comma=False) == [1.2, 2.4]
    assert look(text, **GERMAN, decimal_comma=False).questions == []
    assert look(text.replace("1.200", "3"), **GERMAN).questions != []
    assert look("Datum;Artikel;Menge\n2026-09-01;B;3\n", **GERMAN).questions == []


@pytest.mark.parametrize(("word", "kind"), [
    ("Return", "return"), ("REFUND", "return"), ("Gutschrift", "return"), ("credit_note", "return"),
    ("avoir", "return"),
    ("devolución", "return"), ("Sale", "sale"), ("Verkauf", "sale"), ("void", "void"), ("Grocery", None), ("", None),
])  # fmt: skip
def test_kinds_are_known_by_the_words_of_tills(word: str, kind: str | None) -> None:
    assert kind_of(word) == kind


def test_a_negative_line_is_a_return_whatever_it_is_called() -> None:
    text = "date,sku,quantity,unit price,kind\n" + "".join(
        f"2026-09-01,A,{quantity},2.00,{kind}\n"
        for quantity, kind in ((3, "Sale"), (-2, "Sale"), (-2, "Return"), (2, "Refund"), (-1, ""))
    )
    assert [kind for kind, _, _ in sold(text)] == ["sale", "return", "return", "return", "return"]


def test_a_column_of_other_types_is_no_column_of_kinds() -> None:
    text = "date,sku,quantity,unit price,type\n2026-09-01,A,1,2.00,Grocery\n2026-09-01,A,-1,2.00,Dairy\n"
    assert "kind" not in look(text).mapping.columns
    assert [kind for kind, _, _ in sold(text)] == ["sale", "return"]
    assert read(text, columns={"kind": "type"}) == ["unknown_kind", "unknown_kind"]


HEAD = "Item Code,Item Name,Date,Invoice,Qty,Unit Price,Amount\n"
LINES = "S,Soap,2026-09-01,1,2,12.50,25.00\nS,Soap,2026-09-02,2,3,12.50,37.50\n"


@pytest.mark.parametrize("total", [
    "X-Total,,,,5,,62.50", "Total,,,,5,,62.50", ",Grand Total,,,5,,62.50", "Summe,,2026-09-30,,5,,62.50",
    "TOTAL:,,2026-09-02,7,5,,62.50", "Total for September,,,,5,,62.50",
])  # fmt: skip
def test_a_row_of_totals_is_no_sale_and_makes_no_product(total: str) -> None:
    text = HEAD + LINES + total + "\n"
    assert read(text)[2:] == ["total_row"]
    assert list(survey(BytesIO(text.encode()), Mapping()).products) == ["S"]


def test_a_product_may_have_total_in_its_name() -> None:
    named = "T1,Colgate Total,2026-09-02,3,1,2.00,2.00\nTOTAL,Total,2026-09-03,4,1,2.00,2.00\n"
    assert len(sold(HEAD + LINES + named)) == 4


def test_a_line_that_is_refused_makes_no_product() -> None:
    text = HEAD + LINES + "BAD,Cup,2026-13-01,3,1,2.00,2.00\nNONE,Cup,2026-09-01,3,,2.00,2.00\n"
    assert list(survey(BytesIO(text.encode()), Mapping()).products) == ["S"]


def test_a_header_that_comes_again_is_told_as_one() -> None:
    assert read(HEAD + LINES + HEAD + "S,Soap,2026-09-03,3,1,12.50,12.50\n")[2] == "repeated_header"


@pytest.mark.parametrize(("cell", "code"), [
    ("885705737.0", "885705737"), ("885705737", "885705737"), ("A-1.0", "A-1.0"), ("8.85705737E+08", "885705737"),
    ("007.50", "007.50"), ("", ""), ("E+5", "E+5"),
])  # fmt: skip
def test_codes_that_became_floats_are_mended(cell: str, code: str) -> None:
    assert mended(cell) == code


def test_codes_of_which_digits_are_lost_are_refused() -> None:
    lost = "date,sku,quantity,unit price\n2026-09-01,5.01235E+12,1,1.50\n2026-09-01,5.01E+12,2,4.50\n"
    assert read(lost) == ["code_lost_digits", "code_lost_digits"]


@pytest.mark.parametrize("odd", ["Mug,\nlarge", "Mug\tlarge", "Mug\r\nlarge", "Mug\x0b\x7flarge", "Mug\u2028large"])
def test_control_characters_in_a_name_harm_nobody(odd: str) -> None:
    text = f'date,receipt,name,sku,quantity,unit price\n2026-09-01,1,Cup,C,1,2.00\n2026-09-01,2,"{odd}",M,2,2.00\n'
    file = BytesIO(text.encode())
    found = survey(file, Mapping())
    assert {sku: product.name for sku, product in found.products.items()} == {
        "C": "Cup", "M": "Mug, large" if "," in odd else "Mug large",
    }  # fmt: skip
    assert len(sold(text)) == 2


TABLE = "date,receipt,sku,quantity,unit price\n2026-09-01,1,C,1,2.00\n2026-09-01,2,C,2,2.00\n"


@pytest.mark.parametrize("text", [
    TABLE, "sep=,\n" + TABLE, '"sep=,"\r\n' + TABLE, "sep=;\n" + TABLE.replace(",", ";"), "\ufeff" + TABLE,
    "Sales report\nof September, 2026\n\n" + TABLE, "Sales report,,,,\nfrom,2026-09-01,,,\n" + TABLE,
    TABLE.replace("receipt", '"receipt\n(of the till)"'),
])  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_stands_above_a_table_is_no_part_of_it(text: str, encoding: str) -> None:
    content = text.removeprefix("\ufeff").encode(encoding) if encoding == "utf-16" else text.encode()
    assert [quantity for _, quantity, _ in sold(content)] == [1, 2]


def test_text_without_columns_is_no_table() -> None:
    with pytest.raises(UnreadableFile):
        look("just\nsome\nwords\n")


def test_the_number_of_a_transaction_is_no_lines_id() -> None:
    text = "date,transaction id,sku,quantity,unit price\n" + "".join(
        f"2026-09-01,{number // 3},P{number % 3},1,2.00\n" for number in range(9)
    )
    found = look(text)
    assert (found.mapping.columns.get("event_id"), found.mapping.columns["invoice"]) == (None, "transaction id")
    assert any("transaction id" in warning for warning in found.warnings)
    reader = found.reader()
    ids = [reader.read(line, row) for line, row in tables.rows(BytesIO(text.encode()), found.layout)]
    assert len({one[0] for one in ids if isinstance(one, tuple)}) == 9
    assert look(text.replace("transaction id", "sku2")).warnings


@pytest.mark.parametrize("cell", [
    "2026-09-04", "2026-9-4", "2026/09/04", "2026.9.4", "20260904", "04.09.2026", "4/9/26", "4-9-2026", "46269",
    "4 September 2026", "4. Sept. 2026", "04-Sep-26", "September 4, 2026", "Fri, 4 Sep 2026",
    "vendredi 4 septembre 2026", "4 de septiembre de 2026",
])  # fmt: skip
def test_days_are_read_in_their_usual_notations(cell: str) -> None:
    assert moment(cell, True).isoformat() == "2026-09-04"


@pytest.mark.parametrize(("cell", "at"), [
    ("2026-09-04T15:30:00Z", "2026-09-04T15:30:00+00:00"), ("2026-09-04 15:30:00 +0200", "2026-09-04T15:30:00+02:00"),
    ("2026/09/04 15:30", "2026-09-04T15:30:00"), ("04.09.2026, 15:30", "2026-09-04T15:30:00"),
    ("4/9/2026 3:30 PM", "2026-09-04T15:30:00"), ("4/9/2026 12:05 a.m.", "2026-09-04T00:05:00"),
    ("20260904T15:30:00", "2026-09-04T15:30:00"), ("46269.645833333336", "2026-09-04T15:30:00"),
    ("Sep 4, 2026 3:30:15 pm", "2026-09-04T15:30:15"), ("2026-09-04 15:30:00.123", "2026-09-04T15:30:00.123000"),
])  # fmt: skip
def test_moments_are_read_in_their_usual_notations(cell: str, at: str) -> None:
    assert moment(cell, True).isoformat() == at


@pytest.mark.parametrize("cell", [
    "", "x", "2026-13-01", "31.13.2025", "2026-02-30", "13:00", "4 Foo 2026", "99999", "20261301", "4/9/2026 13:00 PM",
    "2026-09-04 25:00", "1.5", "0001-01-01T00:00:00+99:00",
])  # fmt: skip
def test_what_is_no_day_is_none(cell: str) -> None:
    with pytest.raises(BadCell):
        moment(cell, True)


def test_a_price_finer_than_is_kept_makes_no_claim_that_cannot_be_sent() -> None:
    text = "sku,quantity,date,price,stock\nA,1,2026-01-02,0.123456,1.23456\n"
    product = survey(BytesIO(text.encode()), Mapping()).products["A"]
    assert (str(product.price), str(product.stock)) == ("0.1235", "1.235")
