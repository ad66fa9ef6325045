"""What a kit consists of, as people say it: a bill of materials from a day on, judged, kept, told and decided anew.

Whoever changes a bill holds the products that it names, by code: of two who make each other's components, the second
sees what the first has said.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import invalid
from contracts.events import Bill

from catalog.application import announce, decisions
from catalog.application.products import existing
from catalog.domain import kits, revisions
from catalog.domain.products import Product
from catalog.storage import kits as kit_rows
from catalog.storage import products


def put_bill(database: Database, key: str, bill: Bill, revision: int | None, actor: str) -> Product:
    """Say what a product consists of from a day on; the bill of that day, if there is one, makes room."""
    with database.transaction() as connection:
        kit = existing(connection, key).sku
        held = products.by_skus(connection, {kit, *_skus(bill)}, lock=True)
        revisions.expect(held[kit].revision, revision)
        if faults := judge(connection, kit, bill, held.keys()):
            raise _refused(bill, faults[0])
        before = bills_of(connection, kit)
        return _change(connection, held[kit], before, kits.with_bill(before, bill), actor)


def drop_bill(database: Database, key: str, day: date, revision: int | None, actor: str) -> Product:
    """Take the bill of a day back, as if it had not been said; the one before goes on."""
    with database.transaction() as connection:
        kit = existing(connection, key, lock=True)
        revisions.expect(kit.revision, revision)
        before = bills_of(connection, kit.sku)
        kept = [bill for bill in before if bill.valid_from != day]
        if kept == before:
            raise invalid("valid_from", f"{kit.sku} has no bill of {day.isoformat()}", "unknown_bill")
        return _change(connection, kit, before, kept, actor)


def _change(
    connection: Connection, kit: Product, before: Sequence[Bill], after: Sequence[Bill], actor: str
) -> Product:  # fmt: skip
    if list(before) != list(after):
        keep(connection, kit, after, actor)
        touched = {sku for bill in (*before, *after) for sku in _skus(bill)}
        decisions.refresh_products(connection, sorted({kit.sku, *touched}))
    return existing(connection, str(kit.id))


def keep(connection: Connection, kit: Product, bills: Sequence[Bill], actor: str) -> None:
    """Keep a held product's bills, tell it and leave a trace, within somebody's transaction, who decides anew."""
    after = replace(kit, revision=kit.revision + 1)
    products.store(connection, [after])
    kit_rows.store(connection, kit.sku, bills)
    announce.products(connection, [after])
    audit.record(
        connection, "catalog", actor, "kit-changed", f"product {kit.sku}",
        bills=[f"{bill.valid_from}: {' '.join(_skus(bill)) or '-'}" for bill in bills],
    )  # fmt: skip


def bills_of(connection: Connection, sku: str) -> list[Bill]:
    """A product's bills by their days."""
    return kit_rows.bills_of(connection, [sku]).get(sku, [])


def judge(connection: Connection, kit: str, bill: Bill, known: Collection[str]) -> list[kits.Wrong]:
    """What is wrong with a bill. `known`: those of the products that it names that there are."""
    among = kit_rows.kits_among(connection, known)
    part_of = [str(row["kit"]) for row in kit_rows.kits_of(connection, [kit])]
    return kits.wrong(kit, bill, {sku: sku in among for sku in known}, part_of)


def _skus(bill: Bill) -> list[str]:
    return [each.sku for each in bill.components]


def _refused(bill: Bill, fault: kits.Wrong) -> Exception:
    skus = _skus(bill)
    field = f"components.{skus.index(fault.sku)}.sku" if fault.sku in skus else "components"
    return invalid(field, fault.message, fault.code)
