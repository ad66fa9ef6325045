"""Exports of shop systems as people have them, each rule over all presets.

What is no sale, or changes what a line comes to, is read or told where it stands, whichever column, word or notation
says so."""

import csv
from collections.abc import Callable, Sequence
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from chassis.database import Database
from chassis.reading import tables
from fastapi.testclient import TestClient
from sales.application.survey import notation
from sales.application.take_file import taken
from sales.domain.lines import LineError
from sales.domain.mapping import Mapping
from sales.domain.presets.known import PRESETS

EXPORTS = Path(__file__).parent / "exports"
STATED = [name for name, preset in PRESETS.items() if "status" in preset.columns]
FIXED = [name for name, preset in PRESETS.items() if not preset.varies]
Row = dict[str, str]


def line(name: str, receipt: str = "R-1", **cells: str) -> Row:
    """A sale of two mugs, as the system writes one in the file of our own."""
    text = (EXPORTS / f"{name}.csv").read_text()
    rows = csv.DictReader(StringIO(text), delimiter=";" if name.endswith("till") else ",")
    preset = PRESETS[name]
    first = next(row for row in rows if row[preset.columns["sku"][0] if name != "odoo" else "Product Variant"])
    return first | {str(preset.order): receipt} | cells


def content(name: str, rows: Sequence[Row]) -> bytes:
    written = StringIO()
    separator = ";" if name.endswith("till") else ","
    writer = csv.DictWriter(written, list(rows[0]), delimiter=separator, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def read(name: str, *rows: Row, currency: str = "EUR") -> tuple[list[str], list[str]]:
    """Of each line its units, or what is wrong with it and where; and what is told or asked of the file."""
    with taken(BytesIO(content(name, rows)), Mapping(), currency) as found:
        assert found.preset is not None and found.preset.name == name
        seen = notation(found.file, found.mapping)
        reader, lines = seen.reader(), []
        for number, row in tables.rows(found.file, seen.layout):
            sale = reader.read(number, row)
            lines.append(
                f"{sale.code} {sale.column}" if isinstance(sale, LineError) else f"{sale[1].quantity:f}".rstrip("0.")
            )
        asked = [doubt.message for doubt in found.questions]
        return lines, [*found.warnings, *seen.warnings, *asked]


def state(name: str) -> str:
    return PRESETS[name].columns["status"][0]


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("word", [
    "CANCELLED ", "Storniert", "abgebrochen", "ungültig", "Annulé", "ANNULEE", "annule\u0301s", "supprimé", "anulada",
    "Cancelado", "eliminado", "draft", "Entwurf", "devis", "presupuesto", "void", "wc-cancelled", "auto-draft",
])  # fmt: skip
def test_a_state_that_never_became_a_sale_is_none_in_any_of_the_languages(name: str, word: str) -> None:
    lines, _ = read(name, line(name), line(name, "R-2", **{state(name): word}))
    assert lines[0] == "2"
    code, _, column = lines[1].partition(" ")
    assert (code in ("cancelled_order", "quotation"), column) == (True, state(name))


@pytest.mark.parametrize("name", STATED)
@pytest.mark.parametrize("word", ["refunded", "Erstattet", "remboursée", "reembolsado", "wc-refunded"])
def test_an_order_that_was_refunded_whole_is_no_sale_and_a_line_of_less_than_nothing_is_what_came_back(
    name: str, word: str
) -> None:
    columns = PRESETS[name].columns
    back = {columns[target][0]: cell for target, cell in (("quantity", "-2"), ("amount", "-27")) if target in columns}
    rows = [line(name), line(name, "R-2", **{state(name): word}), line(name, "R-3", **back | {state(name): word})]
    lines, _ = read(name, *rows)
    assert lines == ["2", f"refunded_order {state(name)}", "-2"]


@pytest.mark.parametrize("name", STATED)
def test_a_state_that_nobody_knows_counts_and_is_told_and_one_that_is_missing_too(name: str) -> None:
    lines, told = read(name, line(name), line(name, "R-2", **{state(name): "on the moon"}))
    assert lines == ["2", "2"]
    assert any(said.startswith("Lines in the state 'on the moon' (1) count as sales") for said in told)
    _, told = read(name, line(name), line(name, "R-2", **{state(name): ""}))
    assert any("do not say in what state" in said for said in told) != PRESETS[name].varies


@pytest.mark.parametrize(("name", "column"), [(name, column) for name in FIXED for column in PRESETS[name].decides])
def test_a_column_that_says_what_is_no_sale_or_what_a_line_comes_to_is_missed(name: str, column: str) -> None:
    header = next(head for head in line(name) if head.casefold() == column.casefold())
    without = {head: cell for head, cell in line(name).items() if head != header}
    if column in PRESETS[name].needs:
        return  # without it the file is not taken for this export at all
    _, told = read(name, without)
    assert any(f"'{column}'" in said and "usually has" in said for said in told)
    assert not any("usually has" in said for said in read(name, line(name))[1])


@pytest.mark.parametrize("name", PRESETS)
def test_what_nobody_reads_and_changes_a_line_is_told_and_two_columns_of_a_name_are_asked_for(name: str) -> None:
    _, told = read(name, line(name) | {"Units returned": "1"})
    assert any("'Units returned' is not read (1 lines" in said for said in told)
    assert not any("is not read" in said for said in read(name, line(name))[1])
    quantity = PRESETS[name].columns["quantity"][0].encode()
    twice = b"\n".join(
        one + (b";" if name.endswith("till") else b",") + more
        for one, more in zip(content(name, [line(name)]).splitlines(), (quantity, b"9"), strict=True)
    )
    with taken(BytesIO(twice), Mapping(), "EUR") as found:
        assert found.questions[0].setting == "columns.quantity"


@pytest.mark.parametrize("name", PRESETS)
def test_headers_that_come_again_are_known_as_such(name: str) -> None:
    heads = {header: header for header in line(name)}
    lines, told = read(name, line(name), heads, line(name, "R-2"))
    assert [one.split()[0] for one in lines] == ["2", "repeated_header", "2"]
    assert not any("Money in this file" in said and "USD" not in said for said in told)


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if "unit" in preset.columns])
def test_a_products_lines_in_another_unit_than_most_of_them_are_not_added_up(name: str) -> None:
    column = PRESETS[name].columns["unit"][0]
    rows = [line(name, f"R-{n}", **{column: unit}) for n, unit in enumerate(["kg", "kg", "g", "KG"])]
    lines, _ = read(name, *rows)
    assert lines == ["2", "2", f"other_unit {PRESETS[name].columns['quantity'][0]}", "2"]


@pytest.mark.parametrize("name", [name for name, preset in PRESETS.items() if preset.currency])
def test_the_businesss_currency_is_known_by_its_sign_and_in_small_letters_and_another_is_refused_where_it_stands(
    name: str,
) -> None:
    column = str(PRESETS[name].currency)
    rows = [line(name, f"R-{n}", **{column: said}) for n, said in enumerate(["€", "eur", "Euro", "$", "CHF"])]
    lines, _ = read(name, *rows)
    assert lines == ["2", "2", "2", *[f"other_currency {column}"] * 2]
    assert read(name, line(name, **{column: "$"}), currency="CAD")[0] == ["2"]


def test_money_of_a_whole_file_in_another_currency_is_told() -> None:
    assert any("is in USD, and the business counts in EUR" in said for said in read("square", line("square"))[1])


TILLS = [("german-till", "Rabatt", "Gesamt", "Einzelpreis"),
         ("french-till", "Remise", "Total TTC", "Prix unitaire TTC"),
         ("spanish-till", "Descuento", "Importe", "Precio")]  # fmt: skip


@pytest.mark.parametrize(("name", "off", "amount", "price"), TILLS)
@pytest.mark.parametrize(("cell", "more", "each"), [
    ("10 %", "", "13.5"), ("10", " %", "13.5"), ("3,00 €", "", "13.5"), ("", "", "15"), ("halb", "", ""),
    ("31,00", "", ""),
])  # fmt: skip
def test_a_discount_is_taken_off_as_money_or_in_per_cent_or_its_line_is_told(
    name: str, off: str, amount: str, price: str, cell: str, more: str, each: str
) -> None:
    row = {head + more * (head == off): value for head, value in line(name).items() if head != amount}
    with taken(BytesIO(content(name, [row | {price: "15,00", off + more: cell}])), Mapping(), "EUR") as found:
        seen = notation(found.file, found.mapping)
        (sale,) = (seen.reader().read(number, plain) for number, plain in tables.rows(found.file, seen.layout))
        if not each:
            assert isinstance(sale, LineError) and (sale.code, sale.column) == ("unclear_money", off + more)
            return
        assert not isinstance(sale, LineError) and f"{sale[1].unit_price:f}".rstrip("0.") == each
        assert any("taken as money off" in said for said in found.warnings) == (cell == "3,00 €")


@pytest.mark.parametrize(("name", "off", "amount", "price"), TILLS)
def test_an_amount_that_quantity_price_and_discount_do_not_make_is_told(
    name: str, off: str, amount: str, price: str
) -> None:
    _, told = read(name, line(name, **{price: "15,00", off: "3,00", amount: "270,00"}))
    assert any("quantity × price is not the amount" in said and "the amount counts" in said for said in told)
    for less, left in (("3,00", "27,00"), ("10 %", "27,00"), ("", "30,00")):
        _, told = read(name, line(name, **{price: "15,00", off: less, amount: left}))
        assert not any("is not the amount" in said for said in told)


@pytest.mark.parametrize(("name", "column", "cell"), [
    ("lightspeed", "Sales Tax", "n/a"), ("lightspeed", "Sales Tax", "99.00"),
    ("woocommerce", "item_refunded_qty", "one"), ("shopify", "Lineitem discount", "half"),
    ("shopify", "Lineitem discount", "99.00"),
])  # fmt: skip
def test_a_cell_that_changes_what_a_line_comes_to_and_cannot_be_read_refuses_its_line(
    name: str, column: str, cell: str
) -> None:
    lines, _ = read(name, line(name), line(name, "R-2", **{column: cell}))
    assert lines == ["2", f"unclear_money {column}"]


def test_money_that_was_paid_back_is_told_whatever_the_orders_state_says() -> None:
    paid = line("shopify", **{"Financial Status": "paid", "Refunded Amount": "15.00", "Subtotal": "30.00"})
    lines, told = read("shopify", paid)
    assert lines == ["1"] and any("which their money tells" in said for said in told)
    units_unsaid = line("woocommerce", refunded_total="9.99", item_refunded_qty="0")
    lines, told = read("woocommerce", units_unsaid)
    assert lines == ["2"] and any("refunded in part; their money does not tell what" in said for said in told)


def test_a_discount_of_an_order_that_cannot_be_shared_is_told() -> None:
    lines, told = read("shopify", line("shopify", Subtotal="", **{"Discount Amount": "6.00"}))
    assert lines == ["2"] and any("have a discount ('Discount Amount')" in said for said in told)


def test_what_stands_in_one_line_of_an_order_is_of_all_wherever_that_line_stands() -> None:
    head = line("lightspeed", Status="VOIDED", Sku="", **{"Line Type": "Sale", "Quantity": ""})
    item = line("lightspeed")
    assert read("lightspeed", item, head)[0] == ["cancelled_order Status", "no_item Line Type"]
    more = dict.fromkeys(("Name", "Financial Status", "Created at", "Currency", "Subtotal", "Cancelled at"), "")
    void = line("shopify", "#9", **{"Cancelled at": "2026-03-04 12:00:00 +0100"})
    lines, _ = read("shopify", line("shopify"), line("shopify", **more), void, line("shopify", **more))
    assert lines == ["2", "2", "cancelled_order Cancelled at", "cancelled_order Cancelled at"]
    total = dict.fromkeys(line("shopify"), "") | {"Lineitem name": "Total", "Lineitem quantity": "4"}
    assert read("shopify", line("shopify"), line("shopify", **more), total)[0][2] == "total_row Lineitem sku"


@pytest.mark.parametrize("name", ["shopify", "german-till"])
def test_what_was_recorded_and_is_no_sale_in_a_later_export_is_told_as_long_as_it_counts(
    client: TestClient, run: Callable[[], None], known: Callable[..., None], database: Database, name: str
) -> None:
    known("MUG-B")
    sold = line(name, f"{name}-7") | {PRESETS[name].columns["location"][0]: ""}
    mapping = {"mapping": f'{{"source": "{name}-again"}}'}
    started = client.post("/imports", content=content(name, [sold]), params=mapping).json()["id"]
    run()
    assert client.get(f"/imports/{started}").json()["recorded"] == 1
    cancelled = content(name, [sold | {state(name): "voided"}])

    def told() -> list[str]:
        said = client.post("/imports/preview", content=cancelled, params=mapping).json()["warnings"]
        return [warning for warning in said if "which still count" in warning]

    assert [f"line 1, cancelled_order in '{state(name)}'" in said for said in told()] == [True]
    again = client.post("/imports", content=cancelled, params=mapping).json()["id"]
    run()
    assert client.get(f"/imports/{again}").json()["warnings"].count(told()[0]) == 1
    client.post(f"/imports/{started}/undo")
    run()
    assert told() == []
