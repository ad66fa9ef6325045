"""Columns beside the units that change what a line says: each is read, or told, and none is left out in silence."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from services.sales.tests.test_hostile_files import told

HEAD = "date;receipt;sku;quantity;unit price"
TIMED = "date;time;receipt;sku;quantity;unit price"


def fates(column: str, *cells: str, **mapping: Any) -> list[str]:
    lines = "".join(f"2026-09-01;{number};A;2;3.50;{cell}\n" for number, cell in enumerate(cells))
    plain = [line.split()[0] for line in told(f"{HEAD};{column}\n{lines}", **mapping)]
    timed = f"{TIMED};{column}\n{lines.replace('2026-09-01;', '2026-09-01;10:00;')}"
    assert [line.split()[0] for line in told(timed, **mapping)] == plain  # the other way through the house
    return plain


def warnings(client: TestClient, content: str) -> str:
    return "\n".join(client.post("/imports/preview", content=content.encode()).json()["warnings"])


@pytest.mark.parametrize("column", ["is return", "Refund", "Retoure", "avoir", "Devolución", "Is_Return"])
@pytest.mark.parametrize(("yes", "no"), [("yes", "no"), ("TRUE", "FALSE"), ("1", "0"), ("1.0", "0.0"), ("x", ""),
                                         ("J", "N"), ("oui", "non"), ("Sí", "No")])  # fmt: skip
def test_a_flag_says_which_lines_came_back(column: str, yes: str, no: str) -> None:
    assert fates(column, no, yes, no) == ["2", "-2", "2"]


@pytest.mark.parametrize("column", ["cancelled", "Voided", "Storno", "storniert", "annulé", "anulado", "returned"])
def test_a_flag_says_which_lines_came_to_nothing(column: str) -> None:
    assert fates(column, "0", "1", "") == ["2", "cancelled_order", "2"]


def test_what_came_back_by_its_own_units_stays_a_return_whatever_a_flag_says() -> None:
    line = "2026-09-01;1;A;-2;3.50;J\n"
    assert next(told(f"{HEAD};Storno\n{line}")).startswith("-2 A")


def test_a_column_that_is_none_of_yes_and_no_is_told_and_a_word_in_one_that_is_at_its_line(client: TestClient) -> None:
    lines = [f"2026-09-01;{number};A;2;3.50;{word}" for number, word in enumerate(["damaged", "", "too large"])]
    said = warnings(client, "\n".join([f"{HEAD};refund", *lines]))
    assert "The column 'refund' is not read as one of yes and no" in said
    assert fates("is return", *["no"] * 30, "perhaps")[-1] == "unknown_kind"


@pytest.mark.parametrize(("column", "cells", "means"), [
    ("unit", ["kg", "g", "kg"], ["2", "other_unit", "2"]), ("UoM", ["pcs", "box", "EA"], ["2", "other_unit", "2"]),
    ("Einheit", ["Stk", "Stück", ""], ["2", "2", "2"]), ("unité", ["L", "ml", "l"], ["2", "other_unit", "2"]),
])  # fmt: skip
def test_units_of_a_product_in_a_column_of_their_own_are_of_one_kind(
    column: str, cells: list[str], means: list[str]
) -> None:
    assert fates(column, *cells) == means


def test_each_product_has_a_unit_of_its_own() -> None:
    lines = "2026-09-01;1;A;2;3.50;kg\n2026-09-01;2;B;2;3.50;pcs\n2026-09-01;3;A;1;3.50;kg\n"
    assert [line.split()[0] for line in told(f"{HEAD};unit\n{lines}")] == ["2", "2", "1"]


@pytest.mark.parametrize("column", ["currency", "Währung", "devise", "Moneda", "Currency Code"])
def test_a_currency_in_a_column_of_its_own_is_one_of_the_money(column: str) -> None:
    assert fates(column, "EUR", "USD", "€", "") == ["2", "other_unit", "2", "2"]


@pytest.mark.parametrize("money", ["3.50;USD", "$3.50;", "3.50 USD;"])
def test_a_file_all_in_another_currency_than_the_business_counts_in_is_told(client: TestClient, money: str) -> None:
    said = warnings(client, f"{HEAD};currency\n2026-09-01;1;A;2;{money}\n")
    assert "Money in this file is in USD, and the business counts in EUR" in said
    assert "Money" not in warnings(client, f"{HEAD};currency\n2026-09-01;1;A;2;3.50 €;EUR\n")


@pytest.mark.parametrize("column", [
    "discount", "Rabatt %", "remise", "pack size", "units per case", "VPE", "returned quantity", "Qty refunded",
    "Quantité retournée", "Vorzeichen",
])  # fmt: skip
@pytest.mark.parametrize("head", [HEAD, TIMED])
def test_a_column_that_says_more_and_is_not_read_is_told(client: TestClient, column: str, head: str) -> None:
    day = "2026-09-01;10:00" if head == TIMED else "2026-09-01"
    lines = f"{day};1;A;2;3.50;0\n{day};2;A;2;3.50;1\n"
    assert f"The column {column!r} is not read (1 lines" in warnings(client, f"{head};{column}\n{lines}")
    silent = f"{day};1;A;2;3.50;0\n{day};2;A;2;3.50;\n"
    assert "is not read" not in warnings(client, f"{head};{column}\n{silent}")


@pytest.mark.parametrize(("price", "amount", "said"), [
    ("350", "7.00", True), ("7.00", "7.00", True), ("3.50", "7.00", False), ("3.333", "6.67", False),
    ("3,50", "7,00", False), ("4.00", "7.00", True),
])  # fmt: skip
def test_a_quantity_and_a_price_that_do_not_make_the_amount_are_told(
    client: TestClient, price: str, amount: str, said: bool
) -> None:
    content = f"date;receipt;sku;quantity;unit price;amount\n2026-09-01;1;A;2;{price};{amount}\n"
    assert ("quantity × price is not the amount" in warnings(client, content)) == said
