"""Locations."""

from typing import Annotated

from chassis import pagination
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Db, Key, Viewer
from contracts.types import Code, Country, Latitude, Longitude, Name, Region
from fastapi import APIRouter
from pydantic import BaseModel, Field, model_validator

from catalog.api.parameters import Attributes, CatalogWriter, IfMatch, Revision, read_revision
from catalog.application import places as use
from catalog.storage import places

router = APIRouter(tags=["catalog"])


class LocationContent(BaseModel):
    """What may be said of a location."""

    name: Name
    archived: bool = False
    attributes: Attributes = {}
    country: Annotated[Country | None, Field(description="ISO 3166-1, two letters: whose holidays count here")] = None
    region: Annotated[Region | None, Field(description="ISO 3166-2 without the country, such as BY of DE-BY")] = None
    holidays: Annotated[list[Code], Field(max_length=10, description=(
        "Which kinds count: public, and where the country has them school, optional, bank and others; none: no holidays"
    ))] = ["public"]  # fmt: skip
    latitude: Annotated[Latitude | None, Field(description="Where it lies, for its weather")] = None
    longitude: Longitude | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> "LocationContent":
        if (self.latitude is None) != (self.longitude is None):
            raise ValueError("latitude and longitude are given together, or neither is")
        return self


class LocationIn(LocationContent):
    """A new location."""

    code: Code


class LocationUpdate(LocationContent):
    """The whole new content of a location."""

    revision: Revision = None


class LocationPut(LocationUpdate):
    """The whole new content of the location with this code."""

    code: Code


class LocationOut(LocationIn):
    """A location."""

    revision: int


@router.get("/locations")
def list_locations(database: Db, _: Viewer, limit: Limit = 100, cursor: Cursor = None) -> Page[LocationOut]:
    """Locations by code."""
    after = pagination.decode(cursor, str)
    with database.snapshot() as connection:
        found = places.page(connection, "location", after, limit + 1)
    kept, following = pagination.page(found, limit, lambda row: [row["code"]])
    return Page(items=[LocationOut(**row) for row in kept], next_cursor=following)


@router.post("/locations", status_code=201)
def create_location(database: Db, given: LocationIn, caller: CatalogWriter) -> LocationOut:
    """Create a location; 409 when its code is taken."""
    return LocationOut(**use.create_place(database, "location", given.model_dump(), caller.actor))


@router.put("/locations")
def put_location(database: Db, given: LocationPut, caller: CatalogWriter, if_match: IfMatch = None) -> LocationOut:
    """Change the location whose code the body names."""
    return update_location(database, given.code, given, caller, if_match)


@router.put("/locations/{code}")
def update_location(
    database: Db, code: Key, given: LocationUpdate, caller: CatalogWriter, if_match: IfMatch = None
) -> LocationOut:
    """Change a location."""
    content = given.model_dump(exclude={"revision", "code"})
    revision = read_revision(given.revision, if_match)
    return LocationOut(**use.change_place(database, "location", code, content, revision, caller.actor))
