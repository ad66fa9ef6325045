"""What a kit consists of, and which kits a product is in."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from chassis.database import Database
from chassis.parameters import Day, Db, Key, Viewer
from contracts.events import Bill, KitComponent
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from catalog.api.parameters import CatalogWriter, IfMatch, Revision, read_revision
from catalog.application import kits as use
from catalog.application.products import existing
from catalog.domain.kits import MOST_COMPONENTS
from catalog.storage import kits, products

router = APIRouter(tags=["products"])


class BillPut(BaseModel):
    """What a product consists of from a day on. Without components it is no kit from then on."""

    valid_from: Day
    pre_packed: Annotated[
        bool,
        Field(
            description="packed ahead: it has stock of its own, is ordered itself, and its sales are not components'"
        ),
    ] = False
    components: Annotated[list[KitComponent], Field(max_length=MOST_COMPONENTS)] = []
    revision: Revision = None


class ComponentOut(BaseModel):
    """A product that a kit consists of: units of it in one kit."""

    sku: str
    name: str | None
    quantity: Decimal


class BillOut(BaseModel):
    """What a kit consists of from a day on, until the next bill's."""

    valid_from: date
    pre_packed: bool
    components: list[ComponentOut]


class InKitOut(BaseModel):
    """A kit that the product is in: `quantity` of it in one kit, from `valid_from` until before `until`."""

    kit: str
    name: str | None
    quantity: Decimal
    valid_from: date
    until: date | None
    pre_packed: bool


class ComponentsOut(BaseModel):
    """A product's bills by their days, the kits it is in, and the product's revision."""

    sku: str
    revision: int
    bills: list[BillOut]
    kits: list[InKitOut]


def _shown(database: Database, key: str) -> ComponentsOut:
    with database.snapshot() as connection:
        product = existing(connection, key)
        bills = kits.bills_of(connection, [product.sku]).get(product.sku, [])
        named = products.by_skus(connection, {each.sku for bill in bills for each in bill.components})
        within = kits.kits_of(connection, [product.sku])
    return ComponentsOut(
        sku=product.sku, revision=product.revision, kits=[InKitOut(**row) for row in within],
        bills=[
            BillOut(
                valid_from=bill.valid_from, pre_packed=bill.pre_packed,
                components=[
                    ComponentOut(sku=each.sku, quantity=each.quantity, name=getattr(named.get(each.sku), "name", None))
                    for each in bill.components
                ],
            )
            for bill in bills
        ],
    )  # fmt: skip


@router.get("/products/{key}/components")
def get_components(database: Db, key: Key, _: Viewer) -> ComponentsOut:
    """What a product, named by id or code, consists of, by the days from which on it does; and the kits it is in."""
    return _shown(database, key)


@router.put("/products/{key}/components")
def put_components(
    database: Db, key: Key, given: BillPut, caller: CatalogWriter, if_match: IfMatch = None
) -> ComponentsOut:
    """Say what a product consists of from a day on; the same day again replaces it. Earlier bills stay for the days
    before. A component is a product that is no kit itself. 409 when the product is no longer the revision that was
    read."""
    bill = Bill(valid_from=given.valid_from, pre_packed=given.pre_packed, components=given.components)
    product = use.put_bill(database, key, bill, read_revision(given.revision, if_match), caller.actor)
    return _shown(database, str(product.id))


@router.delete("/products/{key}/components")
def drop_components(
    database: Db, key: Key, caller: CatalogWriter, valid_from: Annotated[Day, Query(description="the bill's day")],
    if_match: IfMatch = None,
) -> ComponentsOut:  # fmt: skip
    """Take the bill of a day back, as if it had not been said: the one before it goes on."""
    product = use.drop_bill(database, key, valid_from, read_revision(None, if_match), caller.actor)
    return _shown(database, str(product.id))
