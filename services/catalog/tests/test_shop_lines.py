"""Lines of a shop's files that go together or against each other: no half of a thing, no one of two in silence."""

import random
from typing import Any

import pytest
from catalog.application.imports import judging
from chassis.database import Database
from fastapi.testclient import TestClient

from services.catalog.tests.test_shop_imports import Run, counts, look, run, shop

__all__ = ["run", "shop"]  # fixtures
pytestmark = pytest.mark.usefixtures("shop")
PROMO = "name;starts;ends;discount;skus;locations\n"


def judged(client: TestClient, kind: str, text: str) -> list[str]:
    """Of each line, what it would do or the codes of what is wrong with it."""
    lines = sorted(look(client, kind, text)["lines"], key=lambda line: line["line"])
    return [" ".join(error["code"] for error in line["errors"]) or line["outcome"] for line in lines]


@pytest.mark.parametrize(("kind", "text"), [
    ("stock", "sku;quantity;location;counted at\nP1;2;;2026-01-05 10:00\nP1;3;main;2026-01-05 10:00\n"),
    ("stock", "sku;quantity;counted at\nP1;2;2026-01-05\nP1;3;2026-01-05 12:00\n"),
    ("stock", "sku;quantity;counted at\nP1;2;2026-01-05T10:00:00Z\nP1;3;2026-01-05T11:00:00+01:00\n"),
    ("suppliers", "code;name;lead time\nS1;One;3\nS1;Two;9\n"),
    ("suppliers", "code;name;lead time\nS1;One;3\n;One;9\n"),
    ("suppliers", "code;name;lead time\n;One;3\nS1;ONE;9\n"),
    ("weather", "day;temperature;location\n2026-01-05;3;\n2026-01-05;4;main\n"),
    ("weather", "day;temperature;issued\n2026-01-05;3;\n2026-01-05;4;2026-01-05\n"),
    ("reservations", "reference;sku;quantity;location\nK1;P1;2;\nK1;P1;3;main\n"),
    ("promotions", PROMO + "P;2026-12-01;2026-12-05;20 %;P1;\nP;2026-12-01;2026-12-05;30 %;P2;\n"),
])  # fmt: skip
def test_two_lines_that_say_different_things_of_the_same_are_told_however_it_is_written(
    client: TestClient, run: Run, kind: str, text: str
) -> None:
    assert "contradiction" in judged(client, kind, text)[1]
    told = run(kind, text)
    assert told["reasons"]["contradiction"] >= 1 and told["refused"] >= 1


@pytest.mark.parametrize("lines", [
    "P;2026-12-01;2026-12-05;;P1;main\nP;2026-12-01;2026-12-05;;P2;L2\n",
    "P;2026-12-01;2026-12-05;;P1;\nP;2026-12-01;2026-12-05;;P2;L2\n",
    "P;2026-12-01;2026-12-05;;;\nP;2026-12-01;2026-12-05;;P1;\n",
])  # fmt: skip
def test_a_promotion_never_spreads_to_products_and_places_that_no_line_names_together(
    client: TestClient, run: Run, lines: str
) -> None:
    client.put("/locations/L2", json={"name": "Two"})
    run("prices", "sku;price;location\nP1;5;L2\n", make_locations=True)
    told = run("promotions", PROMO + lines)
    assert told["created"] == 0 and "contradiction" in told["reasons"]
    assert client.get("/promotions").json()["items"] == []


def test_a_promotion_with_a_line_that_cannot_be_taken_is_refused_whole_and_mended_whole(
    client: TestClient, run: Run
) -> None:
    told = run("promotions", "name;starts;ends;skus\nP;2026-12-01;2026-12-05;P1\nP;2026-12-01;2026-12-05;NOWHERE\n")
    assert counts(told) == (0, 0, 0, 2) and told["reasons"] == {"unknown_product": 1, "incomplete": 1}
    mended = {"lines": [{"line": 2, "cells": {"skus": "P2"}}]}
    assert client.post(f"/shop-imports/{told['id']}/mend", json=mended).json()["created"] == 2
    assert client.get("/promotions").json()["items"][0]["skus"] == ["P1", "P2"]
    nowhere = "name;starts;ends;skus;locations\nQ;2026-12-01;2026-12-05;P1;Mars\n"
    assert judged(client, "promotions", nowhere) == ["unknown_location"]


def test_what_a_file_of_promotions_does_not_say_it_does_not_take_back(client: TestClient, run: Run) -> None:
    run("promotions", "name;starts;ends;discount;skus\nP;2026-12-01;2026-12-05;20 %;P1\n")
    run("promotions", "name;starts;ends;planned\nP;2026-12-01;2026-12-05;100\n")
    kept = client.get("/promotions").json()["items"][0]
    assert (kept["skus"], float(kept["discount"]), float(kept["planned_quantity"])) == (["P1"], 0.2, 100)


@pytest.mark.parametrize(("kind", "text", "codes"), [
    ("receipts", "delivery note;sku;quantity\nN1;P1;3\n;P2;4\n", ["incomplete", "missing"]),
    ("receipts", "delivery note;sku;quantity;received at\nN1;P1;3;2026-02-01\nN1;P2;4;2026-03-01\n",
     ["several_days", "several_days"]),
    ("kits", "kit;component;quantity\nBOX;P1;2\n;P2;1\n", ["incomplete", "missing"]),
    ("kits", "kit;component;quantity;valid from\nBOX;P1;2;2026-01-05\nBOX;P2;1;\n", ["undated", "undated"]),
    ("kits", "kit;component;quantity;valid from\nBOX;P1;2;2026-01-05\nBOX;P2;1;2026-13-05\n",
     ["incomplete", "bad_date"]),
    ("promotions", "name;starts;ends;skus\nP;2026-12-01;2026-12-05;P1\n;;;P2\n",
     ["incomplete", "missing missing missing"]),
])  # fmt: skip
def test_a_line_that_does_not_say_what_it_is_of_never_leaves_a_part_for_the_whole(
    client: TestClient, run: Run, kind: str, text: str, codes: list[str]
) -> None:
    assert judged(client, kind, text) == codes
    assert counts(run(kind, text)) == (0, 0, 0, 2)


def test_a_delivery_that_comes_again_with_other_amounts_is_told_and_the_same_changes_nothing(
    client: TestClient, run: Run
) -> None:
    head = "delivery note;sku;quantity\n"
    run("receipts", head + "N1;P1;5\n")
    assert counts(run("receipts", head + "N1;P1;5\n")) == (0, 0, 1, 0)
    for other in ("N1;P1;3\n", "N1;P1;5\nN1;P2;1\n"):
        told = run("receipts", head + other)
        assert told["changed"] == told["created"] == 0 and "taken_otherwise" in told["reasons"]


@pytest.mark.parametrize("word", ["Total", "Summe", "Total général", "Suma", "TOTAL:"])
@pytest.mark.parametrize(("kind", "text"), [
    ("products", "sku;name;price\nX1;Soap;1,50\n{};2 items;4,00\n"),
    ("suppliers", "code;name;lead days\nS1;One;3\n{};;7\n"), ("suppliers", "name;lead days\nOne;3\n{};7\n"),
    ("promotions", "name;starts;ends;planned;skus\nP;2026-12-01;2026-12-05;3;P1\n{};2026-12-01;2026-12-05;3;\n"),
    ("receipts", "delivery note;sku;quantity\nN1;P1;3\n{};;3\n"),
])  # fmt: skip
def test_a_row_of_totals_makes_nothing_and_takes_nothing_with_it(
    client: TestClient, run: Run, kind: str, text: str, word: str
) -> None:
    told = run(kind, text.format(word))
    assert counts(told) == (1, 0, 0, 1) and told["reasons"] == {"total_row": 1}


def test_names_of_the_columns_that_come_again_make_no_product_also_in_another_order(
    client: TestClient, run: Run
) -> None:
    told = run("products", "sku;name;memo\nX1;Soap;a\nSKU;NAME;page 2\nX2;Pot;b\nname;sku;memo\nPan;X3;c\n")
    assert counts(told) == (2, 0, 0, 3) and told["reasons"] == {"repeated_header": 1, "other_order": 2}


def files(kind: str, some: random.Random) -> str:
    """A file of a kind, some of whose lines repeat, contradict or cannot be read."""
    def pick(*these: str) -> str:
        return some.choice(these)

    def day() -> str:
        return f"2026-{some.randint(1, 12):02}-{some.randint(1, 28):02}"

    def sku() -> str:
        return pick("P1", "P2", "BOX", "NOBODY", "p1 ", "")

    def number() -> str:
        return pick("1", "2,5", "3 kg", "x", "", "12")

    heads = {
        "products": ("sku;name;price", lambda: f"{pick(*(f'N{n}' for n in range(9)))};{pick('A', 'B', '')};{number()}"),
        "prices": ("sku;price;location;valid from",
                   lambda: f"{sku()};{number()};{pick('', 'main', 'Mars')};{pick('', day())}"),
        "stock": ("sku;quantity;location;counted at",
                  lambda: f"{sku()};{number()};{pick('', 'main')};{pick('', day())}"),
        "suppliers": ("code;name;lead time",
                      lambda: f"{pick('S1', 'S2', 'S3', '')};{pick('A', 'B', 'Total')};{number()}"),
        "terms": ("sku;supplier;unit cost;moq",
                  lambda: f"{sku()};{pick('NORD', 'Nordwind', 'X')};{number()};{number()}"),
        "receipts": ("delivery note;sku;quantity", lambda: f"{pick('N1', 'N2', 'N3', 'N4', '')};{sku()};{number()}"),
        "promotions": ("name;starts;ends;discount;skus",
                       lambda: f"{pick('A', 'B', 'C', 'D')};{pick('2026-12-01', '2026-12-02')};2026-12-05;"
                       f"{pick('20 %', '', '30 %')};{pick('P1', 'P2')}"),
        "kits": ("kit;component;quantity;valid from",
                 lambda: f"{pick('BOX', 'P2', '')};{pick('P1', 'P2')};{number()};{pick('', day())}"),
        "weather": ("day;temperature;issued", lambda: f"{day()};{number()};{pick('', day())}"),
        "reservations": ("reference;sku;quantity;location",
                         lambda: f"{pick('K1', 'K2', 'K3')};{sku()};{number()};{pick('', 'main')}"),
    }  # fmt: skip
    head, line = heads[kind]
    return "\n".join([head, *(line() for _ in range(24))]) + "\n"


@pytest.mark.parametrize("kind", ["products", "prices", "stock", "suppliers", "terms", "receipts", "promotions", "kits",
                                  "weather", "reservations"])  # fmt: skip
@pytest.mark.parametrize("seed", range(4))
def test_whatever_a_file_says_the_preview_promises_what_the_import_does_batch_by_batch(
    client: TestClient, run: Run, database: Database, monkeypatch: pytest.MonkeyPatch, kind: str, seed: int
) -> None:
    monkeypatch.setattr(judging, "BATCH", 3)
    text = files(kind, random.Random(f"{kind} {seed}"))
    mapping: dict[str, Any] = {"decimal_comma": True}
    promised, done = look(client, kind, text, **mapping), run(kind, text, **mapping)
    assert counts(promised) == counts(done) and promised["reasons"] == done["reasons"]
    assert promised["total"] == sum(counts(done)) and promised["warnings"] == done["warnings"]
    with database.snapshot() as connection:
        written = connection.exec_driver_sql("SELECT line, content FROM import_line WHERE outcome <> 'rejected'")
        recorded = {row.line: row.content for row in written}
    for line in promised["lines"]:
        if line["outcome"] in ("created", "changed"):
            shown = {cell["target"]: cell["read"] for cell in line["cells"] if cell["read"] is not None}
            said = recorded[line["line"]]
            assert shown == {name: ", ".join(v) if isinstance(v, list) else str(v) for name, v in said.items()}
    again = run(kind, text, **mapping)
    assert (again["created"], again["changed"]) == (0, 0)
