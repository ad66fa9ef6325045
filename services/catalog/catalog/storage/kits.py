"""What kits consist of. Whoever changes it holds the rows of the kit's product and of its components' products."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from chassis.database import Connection, copy_rows, rows
from contracts.events import Bill, KitComponent
from sqlalchemy import text

from catalog.domain.stock import Series


def bills_of(connection: Connection, skus: Collection[str]) -> dict[str, list[Bill]]:
    """The bills of those of the products that are kits at any time, by day."""
    found = rows(
        connection,
        "SELECT k.sku AS kit, k.valid_from, k.pre_packed, c.sku, c.quantity FROM kit k"
        " LEFT JOIN kit_component c ON c.kit = k.sku AND c.valid_from = k.valid_from"
        " WHERE k.sku = ANY(:skus) ORDER BY k.sku, k.valid_from, c.sku",
        skus=sorted(skus),
    )
    parts: dict[tuple[str, date, bool], list[KitComponent]] = {}
    for row in found:
        own = parts.setdefault((row["kit"], row["valid_from"], row["pre_packed"]), [])
        if row["sku"] is not None:
            own.append(KitComponent(sku=row["sku"], quantity=row["quantity"]))
    bills: dict[str, list[Bill]] = {}
    for (kit, day, packed), components in parts.items():
        bills.setdefault(kit, []).append(Bill(valid_from=day, pre_packed=packed, components=components))
    return bills


def kits_among(connection: Connection, skus: Collection[str]) -> set[str]:
    """Those of the products that have components at any time."""
    found = rows(connection, "SELECT DISTINCT kit FROM kit_component WHERE kit = ANY(:skus)", skus=sorted(skus))
    return {row["kit"] for row in found}


def kits_of(connection: Connection, skus: Collection[str]) -> list[dict[str, Any]]:
    """The kits that products are components of, with the days on which they are: kit, valid_from, until, pre_packed,
    sku, quantity, name."""
    return rows(
        connection,
        "SELECT c.kit, c.valid_from, k.until, k.pre_packed, c.sku, c.quantity, p.name FROM kit_component c JOIN (SELECT"
        " sku, valid_from, pre_packed, lead(valid_from) OVER (PARTITION BY sku ORDER BY valid_from) AS until FROM kit)"
        " k ON k.sku = c.kit AND k.valid_from = c.valid_from LEFT JOIN product p ON p.sku = c.kit"
        " WHERE c.sku = ANY(:skus) ORDER BY c.kit, c.valid_from",
        skus=sorted(skus),
    )


def store(connection: Connection, kit: str, bills: Sequence[Bill]) -> None:
    """These bills of a kit, and no others."""
    connection.execute(text("DELETE FROM kit WHERE sku = :kit"), {"kit": kit})
    copy_rows(
        connection, "kit", ("sku", "valid_from", "pre_packed"),
        ((kit, bill.valid_from, bill.pre_packed) for bill in bills),
    )  # fmt: skip
    copy_rows(
        connection, "kit_component", ("kit", "valid_from", "sku", "quantity"),
        ((kit, bill.valid_from, each.sku, each.quantity) for bill in bills for each in bill.components),
    )  # fmt: skip


def with_components(connection: Connection, series: Collection[Series]) -> list[Series]:
    """Series, and at the same places those of the components of kits among them."""
    found = rows(connection, "SELECT DISTINCT kit, sku FROM kit_component WHERE kit = ANY(:skus)",
                 skus=sorted({sku for sku, _ in series}))  # fmt: skip
    parts: dict[str, list[str]] = {}
    for row in found:
        parts.setdefault(row["kit"], []).append(row["sku"])
    return sorted({*series, *((part, place) for sku, place in series for part in parts.get(sku, ()))})
