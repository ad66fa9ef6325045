"""Suppliers and supply terms as planners keep them; the audit says what was changed from what to what."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid, not_found

from catalog.application import decisions, known
from catalog.domain import revisions
from catalog.domain.stock import Series
from catalog.storage import products, supply

Content = Mapping[str, Any]


def create_supplier(database: Database, content: Content, actor: str) -> dict[str, Any]:
    """Create a supplier; a conflict when its code is taken."""
    code = content["code"]
    with database.transaction() as connection:
        supply.alone(connection, "supplier", code)
        if supply.supplier(connection, code):
            raise Conflict(f"There is a supplier {code} already.", code="code_taken")
        return _store_supplier(connection, content, actor, "supplier-created", {})


def put_supplier(database: Database, content: Content, revision: int | None, actor: str) -> dict[str, Any]:
    """Replace all that is said of a supplier; a conflict when it is no longer the revision that was read."""
    code = content["code"]
    with database.transaction() as connection:
        supply.alone(connection, "supplier", code)
        before = supply.supplier(connection, code)
        if before is None:
            raise not_found(f"The supplier {code}")
        revisions.expect(before["revision"], revision)
        return _store_supplier(connection, content, actor, "supplier-changed", before)


def _store_supplier(
    connection: Connection, content: Content, actor: str, action: str, before: Content
) -> dict[str, Any]:  # fmt: skip
    code = content["code"]
    supply.put_supplier(connection, {**content, "generated": False})
    audit.record(connection, "catalog", actor, action, f"supplier {code}", changed=_changed(before, content))
    if before:
        decisions.refresh_supplier(connection, code)
    return supply.supplier(connection, code) or {}


def _changed(before: Content, after: Content) -> dict[str, str]:
    """What an edit changed, from what to what; nothing for something new."""
    return {name: f"{before[name]} → {value}" for name, value in after.items() if before and before[name] != value}


def put_supply_term(database: Database, content: Content, revision: int | None, actor: str) -> dict[str, Any]:
    """Say how a product is bought; a conflict when the terms are no longer the revision that was read."""
    sku, place = content["sku"], content["location"] or ""
    with database.transaction() as connection:
        if products.get(connection, sku) is None:
            raise invalid("sku", f"{sku} is no known product", "unknown_product")
        known.supplier(connection, content["supplier"])
        supply.alone(connection, "supply_term", sku, place)
        before = supply.term(connection, sku, place)
        revisions.expect(before["revision"] if before else 0, revision)
        _store_term(connection, {**content, "location": place}, before or {}, actor)
        decisions.refresh_products(connection, [sku])
        return supply.term(connection, sku, place) or {}


def _store_term(connection: Connection, content: Content, before: Content, actor: str) -> None:
    supply.put_term(connection, {**content, "generated": False})
    audit.record(
        connection, "catalog", actor, "supply-term-set", f"product {content['sku']}", supplier=content["supplier"],
        location=content["location"] or None, changed=_changed(before, content),
    )  # fmt: skip


def change_supply_terms(
    database: Database, series: Sequence[Series], changes: Content, actor: str, *, was: Content = revisions.UNREAD
) -> int:
    """Change the terms in force for these series, only what is named; all or none. How many terms that were. Where
    another value is stored than `was` read, it is left to whoever changed it."""
    with database.transaction() as connection:
        if "supplier" in changes:
            known.supplier(connection, changes["supplier"])
        places = enter_changes(connection, series, changes, actor, was=was)
        decisions.refresh_products(connection, sorted({sku for sku, _ in places}))
        return len(places)


def enter_changes(
    connection: Connection, series: Sequence[Series], changes: Content, actor: str, *, was: Content = revisions.UNREAD
) -> list[tuple[str, str]]:
    """The same within somebody's transaction, who decides anew himself; whose terms those are."""
    places = sorted({_in_force(connection, place, *of) for place, of in enumerate(series)})
    for sku, location in places:
        supply.alone(connection, "supply_term", sku, location)
        before = supply.term(connection, sku, location) or {}
        # A term that is empty was read as what stands in its place: the class's, or the default.
        revisions.expect_values(before, {name: value for name, value in was.items() if before[name] is not None})
        content = {name: value for name, value in before.items() if name not in ("name", "revision", "generated")}
        if any(content[name] != value for name, value in changes.items()):
            _store_term(connection, {**content, **changes}, before, actor)
    return places


def enter_lead_days(connection: Connection, code: str, days: Decimal, actor: str) -> None:
    """Change a supplier's stated lead time within somebody's transaction, who decides anew himself."""
    supply.alone(connection, "supplier", code)
    before = supply.supplier(connection, code) or {}
    after = {name: value for name, value in before.items() if name not in ("revision", "observed_days")}
    after |= {"lead_days": days, "generated": False}
    supply.put_supplier(connection, after)
    audit.record(
        connection, "catalog", actor, "supplier-changed", f"supplier {code}", changed=_changed(before, after)
    )  # fmt: skip


def _in_force(connection: Connection, place: int, sku: str, location: str) -> tuple[str, str]:
    """Whose terms a series is bought by: its location's, else those for everywhere."""
    for of in (location, ""):
        if supply.term(connection, sku, of):
            return sku, of
    raise invalid(f"items.{place}", f"{sku} has no terms at {location}", "no_terms")
