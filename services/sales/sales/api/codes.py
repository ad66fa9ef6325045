"""Codes that no product has: the list, and what is decided of them. No code becomes a product by itself."""

from datetime import datetime
from decimal import Decimal

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Planner, Viewer
from contracts.types import Name, Price, Sku
from fastapi import APIRouter
from pydantic import BaseModel

from sales.application import decide_codes
from sales.application.import_answers import CodeDecided
from sales.storage import codes

router = APIRouter(tags=["codes"])


class UnknownCode(BaseModel):
    """A code that claims wait for. `name`, `category`, `price`: what files say of it; `similar`: known codes that
    differ only in blanks, dashes, case or zeros in front."""

    code: str
    claims: int
    units: Decimal
    sources: list[str]
    since: datetime
    latest: datetime
    name: str | None
    category: str | None
    price: Decimal | None
    similar: list[str]


class CodeDecision(BaseModel):
    """What was decided of a code: the product it means, or none (it was dismissed)."""

    code: str
    sku: str | None
    decided_by: str
    decided_at: datetime


class CodeIn(BaseModel):
    """A code."""

    code: Sku


class MapIn(CodeIn):
    """A code, and the product that it means."""

    sku: Sku


class MakeIn(CodeIn):
    """A code, and what its product is to be; what is left out is as files say."""

    name: Name | None = None
    category: Name | None = None
    price: Price | None = None


@router.get("/sales/unknown-codes")
def list_unknown_codes(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[UnknownCode]:
    """Codes that claims wait for and no product has."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = codes.unknown(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page([UnknownCode(**row) for row in found], limit, lambda item: [item.code])
    return Page(items=kept, next_cursor=following)


@router.post("/sales/unknown-codes/map")
def map_code(database: Db, given: MapIn, caller: Planner) -> CodeDecided:
    """The code means this product: what waits for it is recorded, and what comes later."""
    return decide_codes.map_code(database, given.code, given.sku, caller.actor)


@router.post("/sales/unknown-codes/make", status_code=202)
def make_product(database: Db, given: MakeIn, caller: Planner) -> CodeDecided:
    """Make a product of the code; what waits for it is recorded as soon as catalog has it."""
    return decide_codes.make_product(
        database, given.code, caller.actor, name=given.name, category=given.category, price=given.price
    )


@router.post("/sales/unknown-codes/dismiss")
def dismiss_code(database: Db, given: CodeIn, caller: Planner) -> CodeDecided:
    """The code is no product's: what waits for it is refused, and what comes later."""
    return decide_codes.dismiss_code(database, given.code, caller.actor)


@router.get("/sales/code-decisions")
def list_code_decisions(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[CodeDecision]:
    """Codes that mean another product, and those that were dismissed."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = codes.decisions(connection, after[0] if after else "", limit + 1)
    kept, following = pagination.page([CodeDecision(**row) for row in found], limit, lambda item: [item.code])
    return Page(items=kept, next_cursor=following)


@router.post("/sales/code-decisions/revoke", status_code=204)
def revoke_code_decision(database: Db, given: CodeIn, caller: Planner) -> None:
    """Take a decision back; what was recorded or refused by it stays so."""
    decide_codes.revoke_decision(database, given.code, caller.actor)
