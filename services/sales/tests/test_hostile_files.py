"""Files as people have them, each with a planted truth: what must be recorded, or which cell is told."""

import codecs
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from chassis.failures import Invalid
from chassis.reading import tables
from chassis.reading.bounds import MOST_CELL
from sales.application.survey import notation
from sales.application.take_file import taken
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping

HEAD = "date;receipt;sku;quantity;unit price\n"
GOOD = "2026-09-01;1;A;2;3.50\n2026-09-02;2;B;1;3.50\n"


def told(content: str | bytes, **mapping: Any) -> Iterator[str]:
    """Each line in the file's order: what it became, or the code and column of what is wrong with it."""
    file = BytesIO(content.encode() if isinstance(content, str) else content)
    with taken(file, Mapping.model_validate(mapping), "EUR") as found:
        seen = notation(found.file, found.mapping)
        for question in [*found.questions, *seen.questions]:
            yield f"? {question.setting} {question.cell}"
        reader = seen.reader()
        for line, row in tables.rows(found.file, seen.layout):
            sale = reader.read(line, row)
            if isinstance(sale, LineError):
                yield f"{sale.code} {sale.column}"
                continue
            said = sale[1]
            assert said.quantity is not None and said.sold_at is not None
            sign = "-" if said.kind == "return" and said.quantity > 0 else ""
            price = "" if said.unit_price is None else f" at {said.unit_price.normalize():f}"
            yield f"{sign}{said.quantity.normalize():f} {said.sku}{price} on {said.sold_at.isoformat()[:16]}"


def units(*cells: str, price: str = "2") -> list[str]:
    lines = (f"2026-09-01;{number};A;{cell};{price}\n" for number, cell in enumerate(cells))
    return [line.partition(" A ")[0] for line in told(HEAD + "".join(lines))]


@pytest.mark.parametrize(("cells", "means"), [
    (["1'234.50", "2"], ["1234.5", "2"]), (["1’234.50"], ["1234.5"]), (["1,23,456.7"], ["123456.7"]),
    (["1\u202f234,5"], ["1234.5"]), (["1\u00a0234,5"], ["1234.5"]), (["1\u2009234,5"], ["1234.5"]),
    (["5-", "(5)", "( 5 )", "−5", "–5", "—5", "－5", "﹣5", "- 5", "5 -"], ["-5"] * 10),
    (["12,-", "12.-", "12,--", "12,–"], ["12"] * 4), (["１２", "５"], ["12", "5"]), (['="12"'], ["12"]),
    (["1.200", "0,5"], ["1200", "0.5"]), (["1.200", "0.5"], ["1.2", "0.5"]), (["5 kg", "2", "1,5 kg"], ["5", "2",
    "1.5"]),
    (["5 Stk", "3 pcs", "2 St.", "1"], ["5", "3", "2", "1"]),
])  # fmt: skip
def test_quantities_are_what_was_meant(cells: list[str], means: list[str]) -> None:
    assert units(*cells) == means


@pytest.mark.parametrize(("cells", "told_of"), [
    (["1.200", "2.400"], "1.200"), (["1,200"], "1,200"), (["1.200", "0,5", "0.5"], "1.200"),
])  # fmt: skip
def test_what_no_number_of_the_file_decides_is_asked(cells: list[str], told_of: str) -> None:
    assert units(*cells)[0] == f"? decimal_comma {told_of}"


def test_an_open_cell_beside_cells_of_both_signs_is_decided_by_its_money_or_asked() -> None:
    head = "date;receipt;sku;quantity;unit price;amount\n"
    mixed = "2026-09-01;1;A;0,5;2.00;1.00\n2026-09-01;2;A;0.5;2.00;1.00\n2026-09-01;3;A;1.200;2.00;{}\n"
    assert list(told(head + mixed.format("2400.00")))[2].startswith("1200 A")
    assert list(told(head + mixed.format("2.40")))[2].startswith("1.2 A")
    assert "? decimal_comma 1.200" in list(told(head + mixed.format("")))


@pytest.mark.parametrize(("price", "means"), [
    ("€ 12.50", "12.5"), ("12,50 €", "12.5"), ("EUR 12.50", "12.5"), ("12.50EUR", "12.5"), ("12.50\u00a0€", "12.5"),
    ("US$12.50", "12.5"), ("CHF 1'012.50", "1012.5"), ("£12.50", "12.5"), ("12.50 zł", "12.5"), ("kr. 12.50", "12.5"),
    ("R$ 12.50", "12.5"), ("₹1,23,412.50", "123412.5"), ("Rs. 12.50", "12.5"), ("¥1,250,000", "1250000"),
    ("￥12", "12"), ("1 250 Ft", "1250"), ("12,-", "12"), ("12.– CHF", "12"),
])  # fmt: skip
def test_money_is_read_with_its_currency_before_and_after(price: str, means: str) -> None:
    assert list(told(HEAD + f"2026-09-01;1;A;2;{price}\n")) == [f"2 A at {means} on 2026-09-01T12:00"]


def test_what_is_in_another_currency_or_unit_than_the_rest_is_told_at_its_cell_and_not_added_up() -> None:
    prices = "".join(f"2026-09-01;{n};A;1;{cell}\n" for n, cell in enumerate(["12.50 €", "EUR 3", "2", "12.50 USD"]))
    assert list(told(HEAD + prices))[3] == "other_unit unit price"
    weights = "".join(f"2026-09-01;{n};A;{cell};1\n" for n, cell in enumerate(["1.5 kg", "2 kg", "500 gr", "3 pcs"]))
    assert [line.split()[0] for line in told(HEAD + weights)] == ["1.5", "2", "other_unit", "3"]
    timed = "date;time;receipt;sku;quantity;unit price\n2026-09-01;10:00;1;A;1;3 €\n2026-09-01;10:00;2;A;1;3 €\n"
    assert list(told(timed + "2026-09-01;10:00;3;A;1;3 $\n"))[2].startswith("other_unit")


DAY = [
    "2026-09-14", "2026/9/14", "2026.09.14", "20260914", "20260914.0", "14.09.2026", "14/9/26", "14-9-2026", "46279",
    '="2026-09-14"',
    "14 September 2026", "Mon, 14 Sep 2026", "14-Sep-26", "14Sep2026", "14/Sep/2026", "September 14th, 2026",
    "14th of September 2026", "14. September 2026", "Montag, 14. Sept. 2026", "lundi 14 septembre 2026",
    "14 de septiembre de 2026", "14 sept. 2026", "2026-09-14+02:00", "2026-09-14Z", "Sep-14-2026",
]  # fmt: skip
OTHERS = [("1er août 2026", "2026-08-01"), ("15 aou\u0302t 2026", "2026-08-15"), ("2. Jänner 2026", "2026-01-02"),
          ("2. März 2026", "2026-03-02"), ("3 févr. 2026", "2026-02-03"), ("1 ene 2026", "2026-01-01"),
          ("31. Dez. 2025", "2025-12-31"), ("1 déc. 2025", "2025-12-01"), ("4 mai 2026", "2026-05-04")]  # fmt: skip


@pytest.mark.parametrize(("cell", "day"), [*((cell, "2026-09-14") for cell in DAY), *OTHERS])
def test_a_day_is_read_in_every_usual_notation(cell: str, day: str) -> None:
    assert list(told(HEAD + f"{cell};1;A;2;1\n")) == [f"2 A at 1 on {day}T12:00"]


@pytest.mark.parametrize(("cell", "moment"), [
    ("2026-09-14T10:11:12Z", "10:11"), ("2026-09-14 10:11:12.1234567 +0200", "10:11"), ("2026-09-14 10:11 CEST",
    "10:11"),
    ("2026-09-14T10:11:12+02:00[Europe/Berlin]", "10:11"), ("20260914T101112Z", "10:11"), ("20260914101112", "10:11"),
    ("2026-09-14 10.11", "10:11"), ("14.09.2026 10.11.12", "10:11"), ("14.09.2026, 10:11 Uhr", "10:11"),
    ("14/09/2026 10h11", "10:11"), ("Sep 14, 2026 at 10:11 PM", "22:11"), ("14/9/2026 9:05 p. m.", "21:05"),
    ("14/9/2026 9:05\u202fPM", "21:05"), ("9/14/2026 9PM", "21:00"), ("12:30 AM", ""), ("46279.5", "12:00"),
    ("Mon Sep 14 2026 10:11:12 GMT+0200 (Central European Summer Time)", "10:11"), ("Mon Sep 14 10:11:12 2026",
    "10:11"),
    ("2026-09-14 25:00", ""), ("2026-09-14 10", ""), ("2026-09-14 10:11 IST", ""), ("1789380672", "10:11"),
    ("1789380672000", "10:11"), ("1789380672.0", "10:11"), ("1789380672000.0", "10:11"), ("20260914101112.0", "10:11"),
])  # fmt: skip
def test_a_moment_is_read_in_every_usual_notation_or_told(cell: str, moment: str) -> None:
    (line,) = told(HEAD + f"{cell};1;A;2;1\n")
    assert line == (f"2 A at 1 on 2026-09-14T{moment}" if moment else "bad_date date")


def test_zones_and_offsets_may_be_mixed_and_days_and_times_stand_in_two_columns() -> None:
    mixed = HEAD + "2026-09-14T10:00:00Z;1;A;1;1\n2026-09-14 10:00 -0500;2;A;1;1\n14.09.2026;3;A;1;1\n"
    assert [line[-5:] for line in told(mixed)] == ["10:00", "10:00", "12:00"]
    for head in ("date;time;receipt;sku;quantity;unit price", "Datum;Uhrzeit;Beleg;Artikel;Menge;Preis",
                 "Date;Heure;Ticket;Référence;Quantité;Prix", "Fecha;Hora;Ticket;Código;Cantidad;Precio"):  # fmt: skip
        assert list(told(f"{head}\n14.09.2026;23:30;1;A;2;3,50\n")) == ["2 A at 3.5 on 2026-09-14T23:30"]
    zoned = "date;time;time zone;receipt;sku;quantity;unit price\n2026-09-14;11:30 PM;America/New_York;1;A;1;1\n"
    assert list(told(zoned)) == ["1 A at 1 on 2026-09-14T23:30"]
    no_clock = "date;time;receipt;sku;quantity;unit price\n2026-09-14;evening;1;A;1;1\n"  # no column of times
    assert list(told(no_clock)) == ["1 A at 1 on 2026-09-14T12:00"]


KINDS = [("Return", "-3"), ("Refund", "-3"), ("Credit Memo", "-3"), ("Gutschrift", "-3"), ("Stornierung", "-3"),
         ("avoir", "-3"), ("remboursé", "-3"), ("nota de crédito", "-3"), ("Devolución", "-3"),
         ("cancelled", "cancelled_order"), ("Voided", "cancelled_order"), ("storniert", "cancelled_order"),
         ("annulé", "cancelled_order"), ("anulada", "cancelled_order"), ("gift", "unknown_kind")]  # fmt: skip


@pytest.mark.parametrize(("word", "means"), KINDS)
def test_a_line_of_a_kind_is_a_return_or_none_or_told(word: str, means: str) -> None:
    lines = "".join(f"2026-09-01;{number};A;3;1;Sale\n" for number in range(3))
    last = list(told(HEAD.replace("\n", ";kind\n") + lines + f"2026-09-02;9;A;3;1;{word}\n"))[3]
    assert last.split()[0] == means


def test_what_an_orders_state_or_its_money_says_came_back_is_no_sale() -> None:
    head = HEAD.replace("\n", ";status\n")
    states = ["paid", "Cancelled", "refunded", "void", "annulé", "erstattet"]
    lines = "".join(f"2026-09-01;{number};A;2;1;{state}\n" for number, state in enumerate(states))
    assert [line.split()[0] for line in told(head + lines)] == [
        "2", "cancelled_order", "refunded_order", "cancelled_order", "cancelled_order", "refunded_order",
    ]  # fmt: skip
    money = "date;receipt;sku;quantity;amount\n2026-09-01;1;A;2;-7\n2026-09-01;2;A;-2;-7\n"
    assert list(told(money)) == ["-2 A at 3.5 on 2026-09-01T12:00"] * 2


TABLES = {
    "UTF-8 with a mark": codecs.BOM_UTF8 + (HEAD + GOOD).encode(),
    "UTF-16 LE": codecs.BOM_UTF16_LE + (HEAD + GOOD).encode("utf-16-le"),
    "UTF-16 BE": codecs.BOM_UTF16_BE + (HEAD + GOOD).encode("utf-16-be"),
    "UTF-16 LE unmarked": (HEAD + GOOD).encode("utf-16-le"),
    "UTF-16 BE unmarked": (HEAD + GOOD).encode("utf-16-be"),
    "titles": ("Sales of Harbour\nfrom 2026-09-01; to 2026-09-30\n\n" + HEAD + GOOD).encode(),
    "a title as wide as the table": ("Shop;Harbour;From;2026-09-01;To\n" + HEAD + GOOD).encode(),
    "empty columns": (HEAD + GOOD).replace("\n", ";;;\n").encode(),
    "an empty first column": ("\n" + HEAD + GOOD).replace("\n", "\n;")[1:-1].encode(),
    "columns of one name": (HEAD.replace("\n", ";note;note\n") + GOOD.replace("\n", ";x;y\n")).encode(),
    "sep=": b"sep=;\r\n" + (HEAD + GOOD).replace("\n", "\r\n").encode(),
    "tabs": (HEAD + GOOD).replace(";", "\t").encode(), "old Macs": (HEAD + GOOD).replace("\n", "\r").encode(),
    "a zero in a cell": (HEAD + GOOD.replace("B", "B\x00")).encode(),
    "invisible letters": (HEAD + GOOD.replace("B", "\u200bB\u00ad")).encode(),
    "a heading in decomposed letters": (HEAD.replace("quantity", "Quantite\u0301").replace("sku",
    "Code") + GOOD).encode(),
}  # fmt: skip


@pytest.mark.parametrize("what", TABLES)
def test_a_table_is_the_same_whatever_it_is_written_in(what: str) -> None:
    assert list(told(TABLES[what])) == ["2 A at 3.5 on 2026-09-01T12:00", "1 B at 3.5 on 2026-09-02T12:00"]


NAMED = "date;receipt;name;sku;quantity;unit price\n"


@pytest.mark.parametrize("names", [
    ('"Mug\nlarge"', "Pot"), ('"Mug', "Pot"), ('"Mug', 'Pot"'), ('"Mug', '"Pot'), ('3/4" pipe', "Pot"),
    ("Mug\x0b\x01", "Pot"),
])  # fmt: skip
@pytest.mark.parametrize("between", [0, 40, MOST_CELL // 8])
def test_no_name_harms_another_line(names: tuple[str, str], between: int) -> None:
    lines = [f"2026-09-01;1;{names[0]};A;2;3.50", *["2026-09-01;3;Cup;C;1;1"] * between,
             f"2026-09-02;2;{names[1]};B;1;3.50"]  # fmt: skip
    found = list(told(NAMED + "\n".join(lines) + "\n"))
    assert len(found) == between + 2
    assert found[0] == "2 A at 3.5 on 2026-09-01T12:00" and found[-1] == "1 B at 3.5 on 2026-09-02T12:00"


def test_a_mark_that_swallows_what_are_no_whole_lines_is_told() -> None:
    found = list(told(NAMED + '2026-09-01;1;"Mug;A;2;3.50\n2026-09-02;2;Cup;B\n'))
    assert found == ["unclosed_quote sku"]


def test_a_line_with_more_cells_than_columns_is_told_and_not_read_askew() -> None:
    text = "date,receipt,sku,quantity,unit price\n2026-09-01,1,A,2,3,50\n2026-09-01,2,A,2,3.50,,\n"
    assert list(told(text)) == ["too_many_cells sku", "2 A at 3.5 on 2026-09-01T12:00"]


@pytest.mark.parametrize(("text", "encoding"), [
    ("Café", "cp1252"), ("œuf’s €", "cp1252"), ("Café", "utf-8"), ("Größe\u0301", "utf-8"),
])  # fmt: skip
@pytest.mark.parametrize("before", [0, 20_000])
def test_letters_are_what_they_were_wherever_in_the_file_they_stand(text: str, encoding: str, before: int) -> None:
    lines = "2026-09-01;1;Cup;C;1;1\n" * before + f"2026-09-01;2;Cup;{text};1;3,50 €)\n"
    file = BytesIO((NAMED + lines).encode(encoding))
    found = tables.layout(file)
    last = list(tables.rows(file, found))[-1][1]
    assert (last["sku"], last["unit price"]) == (text, "3,50 €)")


def test_columns_of_one_name_are_asked_for_where_they_say_different_things() -> None:
    text = "date;receipt;sku;quantity;quantity;unit price\n2026-09-01;1;A;2;{};3.50\n"
    assert next(told(text.format(2))) == "2 A at 3.5 on 2026-09-01T12:00"
    assert next(told(text.format(7))) == "? columns.quantity 7"
    columns = {"sku": "sku", "quantity": "quantity (2)", "sold_at": "date", "unit_price": "unit price"}
    assert next(told(text.format(7), columns=columns)).startswith("7 A")


SOLD = "Item Code;Item Name;Date;Qty;Amount\nS;Soap;2026-09-01;2;25.00\nS;Soap;2026-09-02;3;37.50\n"


@pytest.mark.parametrize("words", [
    "Total", "Grand total:", "Summe", "Tagessumme", "Gesamtumsatz", "Zwischensumme", "Somme", "Sous-total", "Totaux",
    "Total général", "Suma", "Total general", "Totale", "Totaal", "Subtotal", "Carried forward", "Übertrag",
])  # fmt: skip
def test_a_row_of_totals_with_a_day_is_known_by_what_it_sums_up(words: str) -> None:
    for row in (f"{words};;2026-09-30;5;62.50", f"{words};;;5;62.50", f";{words};2026-09-30;5;62.50"):
        assert list(told(SOLD + row + "\n"))[2] == "total_row Item Code"
    assert list(told(SOLD + "S;Total Soap;2026-09-02;5;62.50\n"))[2] == "total_row Item Code"
    assert list(told(SOLD + f"T;Colgate {words};2026-09-03;5;20.00\n"))[2].startswith("5 T")


def test_headers_that_come_again_are_told_in_any_case() -> None:
    assert list(told(HEAD + GOOD + HEAD.upper() + HEAD + GOOD))[2:4] == ["repeated_header sku"] * 2


@pytest.mark.parametrize(("cell", "means"), [
    ("885705737.0", "885705737"), ("885705737,0", "885705737"), ("8.85705737e8", "885705737"), ("'00123", "00123"),
    ('="00123"', "00123"), ("4.00638133393100E+12", "4006381333931"), ("12E4", "12E4"), ("A-1.0", "A-1.0"),
    ("5.01E+12", ""), ("1E+03", ""), ("40063813339310000000.0", ""), ("#N/A", ""), ("#NAME?", ""), ("nan", ""),
    ("NULL", ""), ("######", ""),
])  # fmt: skip
def test_a_code_is_what_it_was_or_told(cell: str, means: str) -> None:
    (line,) = told(HEAD + f"2026-09-01;1;{cell};2;1\n")
    assert line.split()[1] == (means or "sku")


def test_units_alone_are_enough() -> None:
    assert list(told("date,sku,units\n2026-09-01,A,2\n2026-09-02,A,-1\n")) == [
        "2 A on 2026-09-01T12:00", "-1 A on 2026-09-02T12:00",
    ]  # fmt: skip


def test_what_is_no_table_is_said() -> None:
    for content in (
        b"PK\x03\x04" + bytes(range(256)) * 4,
        b"<html><p>no table</p></html>",
        b"\x89PNG\r\n\x1a\n" + bytes(99),
    ):
        with pytest.raises(Invalid):
            list(told(content))


def test_ids_are_what_they_were_before_a_time_was_read_beside_the_day() -> None:
    text = "date,time,sku,quantity,unit price\n2026-09-01,10:00,A,2,3\n2026-09-01,10:00,A,2,3\n"
    file = BytesIO(text.encode())
    plain = notation(file, Mapping()).reader()
    before = [plain.read(line, row) for line, row in tables.rows(file, tables.layout(file))]
    with taken(file, Mapping(), "EUR") as found:
        reader = notation(found.file, found.mapping).reader()
        after = [reader.read(line, row) for line, row in tables.rows(found.file, tables.layout(found.file))]
    assert [one[0] for one in after if isinstance(one, tuple)] == [one[0] for one in before if isinstance(one, tuple)]
    assert isinstance(after[0], tuple) and after[0][1].quantity == Decimal(2)
