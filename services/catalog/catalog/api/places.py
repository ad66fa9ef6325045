"""Locations, the history of prices, promotions and the calendar."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, pagination
from chassis.database import Database
from chassis.failures import Conflict, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal
from fastapi import APIRouter
from pydantic import BaseModel

from catalog.api.models import (
    EventIn,
    EventOut,
    EventUpdate,
    LocationIn,
    LocationOut,
    LocationPut,
    LocationUpdate,
    PriceIn,
    PriceOut,
    PromotionIn,
    PromotionOut,
    PromotionUpdate,
)
from catalog.api.parameters import Db, IfMatch, Key, Planner, SkuFilter, Viewer, check_revision
from catalog.storage import places, products

router = APIRouter(tags=["catalog"])
_NAMES = {"location": "location", "promotion": "promotion", "calendar_event": "event"}


def _create(database: Database, table: str, content: dict[str, Any], caller: Principal) -> dict[str, Any]:
    with database.transaction() as connection:
        row = places.add(connection, table, content)
        if row is None:
            raise Conflict(f"There is a location {content['code']} already.", code="code_taken")
        subject = f"{_NAMES[table]} {content.get('code') or content['id']}"
        audit.record(connection, "catalog", caller.name, f"{_NAMES[table]}-created", subject)
        return row


def _change(
    database: Database, table: str, key: str | UUID, given: BaseModel | None, header: str | None, caller: Principal
) -> dict[str, Any]:
    """`given` None removes the row: it stays, marked, and consumers are told."""
    with database.transaction() as connection:
        before = places.get(connection, table, key, lock=True)
        if before is None or before.get("removed"):
            raise not_found(f"The {_NAMES[table]} {key}")
        check_revision(before["revision"], getattr(given, "revision", None), header)
        content = given.model_dump(exclude={"revision", "code"}) if given else {"removed": True}
        if all(before[name] == value for name, value in content.items()):
            return before
        row = places.change(connection, table, key, content)
        action = f"{_NAMES[table]}-{'changed' if given else 'removed'}"
        audit.record(connection, "catalog", caller.name, action, f"{_NAMES[table]} {key}")
        return row


def _list(database: Database, table: str, after: list[Any] | None, limit: int) -> tuple[list[dict[str, Any]], Any]:
    with database.transaction() as connection:
        found = places.page(connection, table, after, limit + 1)
    key = (lambda row: [row["code"]]) if table == "location" else (lambda row: [row["starts"], row["id"]])
    return pagination.page(found, limit, key)


@router.get("/locations")
def list_locations(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[LocationOut]:
    """Locations by code."""
    kept, following = _list(database, "location", pagination.decode(cursor, str), limit)
    return Page(items=[LocationOut(**row) for row in kept], next_cursor=following)


@router.post("/locations", status_code=201)
def create_location(database: Db, given: LocationIn, caller: Planner) -> LocationOut:
    """Create a location; 409 when its code is taken."""
    return LocationOut(**_create(database, "location", given.model_dump(), caller))


@router.put("/locations")
def put_location(database: Db, given: LocationPut, caller: Planner, if_match: IfMatch = None) -> LocationOut:
    """Change the location whose code the body names."""
    return LocationOut(**_change(database, "location", given.code, given, if_match, caller))


@router.put("/locations/{code}")
def update_location(
    database: Db, code: Key, given: LocationUpdate, caller: Planner, if_match: IfMatch = None
) -> LocationOut:
    """Change a location."""
    return LocationOut(**_change(database, "location", code, given, if_match, caller))


@router.get("/prices")
def list_prices(
    database: Db, _: Viewer, sku: SkuFilter = None, limit: Limit = 100, cursor: Cursor = None
) -> Page[PriceOut]:
    """The history of prices."""
    after = pagination.decode(cursor, str, str, date.fromisoformat)
    with database.transaction() as connection:
        found = products.prices(connection, sku, (after[0], after[1], after[2]) if after else None, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["sku"], row["location"] or "", row["valid_from"]])
    return Page(items=[PriceOut(**row) for row in kept], next_cursor=following)


@router.post("/prices", status_code=201)
def set_price(database: Db, given: PriceIn, caller: Planner) -> PriceOut:
    """Set a price from a day on; the same day again replaces it."""
    with database.transaction() as connection:
        if products.get(connection, given.sku, lock=True) is None:
            raise invalid("sku", f"{given.sku} is no known product", "unknown_product")
        if given.location and places.get(connection, "location", given.location) is None:
            raise invalid("location", f"{given.location} is no known location", "unknown_location")
        products.set_prices(connection, [(given.sku, given.location, given.price, given.valid_from)], caller.name)
        audit.record(
            connection, "catalog", caller.name, "price-set", f"product {given.sku}",
            price=str(given.price), valid_from=str(given.valid_from), location=given.location,
        )  # fmt: skip
    return PriceOut(**given.model_dump(), set_by=caller.name)


@router.get("/promotions")
def list_promotions(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[PromotionOut]:
    """Promotions by their first day."""
    kept, following = _list(database, "promotion", pagination.decode(cursor, date.fromisoformat, UUID), limit)
    return Page(items=[PromotionOut(**row) for row in kept], next_cursor=following)


@router.post("/promotions", status_code=201)
def create_promotion(database: Db, given: PromotionIn, caller: Planner) -> PromotionOut:
    """Plan a promotion."""
    return PromotionOut(**_create(database, "promotion", given.model_dump() | {"id": uuid4()}, caller))


@router.put("/promotions/{promotion_id}")
def update_promotion(
    database: Db, promotion_id: UUID, given: PromotionUpdate, caller: Planner, if_match: IfMatch = None
) -> PromotionOut:
    """Change a promotion."""
    return PromotionOut(**_change(database, "promotion", promotion_id, given, if_match, caller))


@router.delete("/promotions/{promotion_id}", status_code=204)
def remove_promotion(database: Db, promotion_id: UUID, caller: Planner, if_match: IfMatch = None) -> None:
    """Remove a promotion."""
    _change(database, "promotion", promotion_id, None, if_match, caller)


@router.get("/events")
def list_calendar_events(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[EventOut]:
    """Calendar events by their first day."""
    kept, following = _list(database, "calendar_event", pagination.decode(cursor, date.fromisoformat, UUID), limit)
    return Page(items=[EventOut(**row) for row in kept], next_cursor=following)


@router.post("/events", status_code=201)
def create_calendar_event(database: Db, given: EventIn, caller: Planner) -> EventOut:
    """Add a calendar event."""
    return EventOut(**_create(database, "calendar_event", given.model_dump() | {"id": uuid4()}, caller))


@router.put("/events/{event_id}")
def update_calendar_event(
    database: Db, event_id: UUID, given: EventUpdate, caller: Planner, if_match: IfMatch = None
) -> EventOut:
    """Change a calendar event."""
    return EventOut(**_change(database, "calendar_event", event_id, given, if_match, caller))


@router.delete("/events/{event_id}", status_code=204)
def remove_calendar_event(database: Db, event_id: UUID, caller: Planner, if_match: IfMatch = None) -> None:
    """Remove a calendar event."""
    _change(database, "calendar_event", event_id, None, if_match, caller)
