"""The codes that a file names and no product has: made products of where the file may, else waiting to be decided on.

A code never becomes a product by itself (ADR 0025). A file makes products if its mapping says so, and if it says
nothing only as a shop's beginning does: the first file of its source, none of whose codes is known. What a file says of
a code that waits is kept for whoever decides.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from chassis.database import Connection

from sales.domain import mapping as mappings
from sales.storage import codes, imports, known
from sales.storage.codes import NamedCode

MOST_NAMED = 10  # in a message


class SaidOfProduct(Protocol):
    """What a file says of a product."""

    @property
    def name(self) -> str | None: ...
    @property
    def category(self) -> str | None: ...
    @property
    def price(self) -> Decimal | None: ...


@dataclass(frozen=True)
class FileCodes:
    """The codes of a file that no product has and nobody has decided on, and whether products are made of them."""

    known: frozenset[str]
    unknown: frozenset[str]
    makes: bool

    @property
    def claimed(self) -> frozenset[str]:
        """The products that the file may say something of."""
        return self.known | self.unknown if self.makes else self.known

    @property
    def warning(self) -> str | None:
        """What is to be told of codes that will wait."""
        if self.makes or not self.unknown:
            return None
        named = sorted(self.unknown)
        some = ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
        return (
            f"{len(named)} codes have no product, and their lines wait until somebody has mapped, made or dismissed"
            f" them: {some}. A mapping with `unknown_codes`: `make` makes products of them."
        )


def of_file(connection: Connection, source: str, mapping: mappings.Mapping, named: Collection[str]) -> FileCodes:
    """The file's unknown codes, and whether it may make products of them."""
    there = frozenset(known.skus(connection, named))
    unknown = frozenset(named) - there
    unknown -= codes.decided(connection, unknown).keys()
    if mapping.unknown_codes is not None:
        return FileCodes(there, unknown, mapping.unknown_codes == "make")
    return FileCodes(there, unknown, not there and not imports.brought_before(connection, source))


def keep(connection: Connection, said: Mapping[str, SaidOfProduct], file: FileCodes) -> None:
    """Keep what the file says of codes that will wait."""
    if not file.makes:
        codes.name(connection, list(_named(said, file.unknown)))


def _named(said: Mapping[str, SaidOfProduct], unknown: Iterable[str]) -> Iterable[NamedCode]:
    for code in sorted(unknown):
        yield NamedCode(code, said[code].name, said[code].category, said[code].price)


def places_told(places: Collection[str], *, makes: bool) -> list[str]:
    """What is to be told of places that a file names and there are not."""
    named = ", ".join(sorted(places)[:MOST_NAMED])
    if not places or makes:
        return [f"Locations are made: {named}."] if places else []
    return [
        f"Lines wait for locations that there are not: {named}. Once they are made they are recorded; in the mapping"
        " `make_locations` makes them, and `locations` says which known ones they mean."
    ]
