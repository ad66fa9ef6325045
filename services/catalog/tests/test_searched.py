"""`q=`: a part of a name or code is found whatever its case, by what stands beside it in small letters."""

import random
from uuid import uuid4

import pytest
from catalog.storage import attention, products, segments, stock, supply
from chassis.database import Connection, Database, rows
from chassis.parameters import like
from sqlalchemy import text

from services.catalog.tests.test_many_entries import MADE, NEWEST, TODAY
from tests.row_counts import rows_read

LETTERS = "aAbBéÉßẞiİıIσΣςǅǆﬁöÖ%_\\ 7-"


def name_products(connection: Connection, names: dict[str, str]) -> None:
    """Products by code."""
    for sku, name in names.items():
        connection.execute(
            text("INSERT INTO product (id, sku, name, revision) VALUES (:id, :sku, :name, 1)"),
            {"id": uuid4(), "sku": sku, "name": name},
        )


def compare(connection: Connection, patterns: list[str]) -> int:
    """Each pattern finds what ILIKE finds, in products and entries; how many were found in all."""
    found = 0
    for pattern in patterns:
        by_sku = {row["sku"] for row in rows(connection, products.FOUND, pattern=pattern)}
        wanted = rows(connection, "SELECT sku FROM product WHERE sku ILIKE :p OR name ILIKE :p", p=pattern)
        assert by_sku == {row["sku"] for row in wanted}, pattern
        entries = {row["id"] for row in attention.page(connection, {"pattern": pattern}, None, 500, TODAY)}
        wanted = rows(
            connection,
            "SELECT id FROM attention WHERE status <> 'resolved' AND (sku ILIKE :p OR title ILIKE :p"
            " OR sku IN (SELECT sku FROM product WHERE name ILIKE :p))",
            p=pattern,
        )
        assert entries == {row["id"] for row in wanted}, pattern
        found += len(by_sku) + len(entries)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_what_is_found_is_what_ilike_finds_also_after_a_change_of_name(database: Database, seed: int) -> None:
    chance = random.Random(seed)

    def word(most: int) -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(1, most)))

    with database.transaction() as connection:
        name_products(connection, {f"P{n}": word(8) for n in range(60)})
        connection.execute(text(MADE), {"newest": NEWEST, "entries": 100})
        for n in range(1, 90, 3):
            given = {"title": word(8), "root": f"root {n}"}
            connection.execute(text("UPDATE attention SET title = :title WHERE root = :root"), given)
        patterns = [str(like(pattern)) for pattern in ["p1", "P", *(word(2) for _ in range(60))]]
        assert compare(connection, patterns) > 500
        for n in range(0, 60, 2):
            connection.execute(text("UPDATE product SET name = :n WHERE sku = :s"), {"n": word(8), "s": f"P{n}"})
        assert compare(connection, patterns) > 500


def test_a_search_asks_each_product_once_and_looks_up_what_is_listed_of_those_found(database: Database) -> None:
    names = {f"P{n}": f"Thing {n}" for n in range(900)} | {"RARE": "Garlic press"}
    with database.transaction() as connection:
        name_products(connection, names)
        connection.exec_driver_sql("INSERT INTO supplier (code, name, lead_days) VALUES ('ACME', 'Acme', 7)")
        places = "FROM product, generate_series(1, 4) AS n"
        connection.exec_driver_sql(f"INSERT INTO segment SELECT sku, 'L' || n, 'AX', n, 0, 0.1 {places}")
        connection.exec_driver_sql(
            f"INSERT INTO stock_level (sku, location, counted, counted_at) SELECT sku, 'L' || n, 5, now() {places}"
        )
        connection.exec_driver_sql(
            "INSERT INTO supply_term (sku, location, supplier, unit_cost, moq, multiple)"
            f" SELECT sku, 'L' || n, 'ACME', 1, 0, 1 {places}"
        )
        for table in ("product", "segment", "stock_level", "supply_term"):
            connection.exec_driver_sql(f"ANALYZE {table}")
    pattern, none = like("GARLIC"), {"sku": None, "location": None, "segment": None, "supplier": None}
    with database.snapshot() as connection:
        before = {table: rows_read(connection, table) for table in ("segment", "stock_level", "supply_term")}
        found = {
            "segment": segments.page(connection, none | {"pattern": pattern}, "-revenue", None, 100),
            "stock_level": stock.page(connection, {"pattern": pattern}, None, None, 100),
            "supply_term": supply.terms(connection, none | {"pattern": pattern}, None, 100),
        }
        for table, listed in found.items():
            assert [row["sku"] for row in listed] == ["RARE"] * 4, table
            assert rows_read(connection, table) - before[table] < 100, table
