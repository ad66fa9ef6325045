"""Mappings of a shop's files that are kept by their kind and columns."""

from typing import Any, BinaryIO

from chassis import saved_mappings
from chassis.database import Connection
from chassis.reading.headers import fingerprint
from chassis.saved_mappings import columns_of

from catalog.application.imports.answers import SavedShopMapping
from catalog.domain.imports.columns import ShopMapping

ANSWERS = {"day_first", "decimal_comma", "make_locations"}  # they name no column
NOT_OF_COLUMNS = {"location", "day", "make_locations"}  # they are of one file


def resolved(
    connection: Connection, file: BinaryIO, kind: str, given: ShopMapping | None
) -> tuple[ShopMapping, SavedShopMapping | None]:
    """The mapping that a file is read by, and the kept one that it is made of."""
    columns = [] if saved_mappings.stands_alone(given, ANSWERS) else columns_of(file)
    found = saved_mappings.find(connection, _print_of(kind, columns)) if columns else None
    if found is None:
        return given or ShopMapping(), None
    saved = SavedShopMapping.model_validate(found)
    return saved_mappings.answered(saved.mapping, given), saved


def keep(connection: Connection, file: BinaryIO, kind: str, mapping: ShopMapping, actor: str) -> None:
    """Keep what was said of the file's columns, if anything was."""
    said: dict[str, Any] = mapping.model_dump(mode="json", exclude_defaults=True, exclude=NOT_OF_COLUMNS)
    columns = columns_of(file)
    if columns and said:
        saved_mappings.save(connection, kind, _print_of(kind, columns), columns, said, actor)


def _print_of(kind: str, columns: list[str]) -> str:
    return fingerprint([kind, *columns])
