"""How a file would be read, before it counts: every rule of the import on the whole file; nothing is stored."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import BinaryIO

from chassis.database import Database
from chassis.failures import invalid
from chassis.reading import tables
from chassis.reading.bounds import UnreadableFile
from contracts.types import MAIN_LOCATION

from sales.application import named_codes
from sales.application.import_answers import PresetTaken, Preview, PreviewError, PreviewRow
from sales.application.survey import Survey, notation
from sales.application.take_file import taken
from sales.domain.claims import Horizon, normalise
from sales.domain.columns import document
from sales.domain.lines import LineError, Reader
from sales.domain.mapping import Mapping, Target, source_of
from sales.domain.sale import Refused, Sale
from sales.storage import known

PREVIEW_ROWS = 50
PREVIEW_FAULTS = 50
MOST_CODES = 100


@dataclass
class _Seen:
    """What the lines would become."""

    shown: list[PreviewRow] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)
    unpriced: Counter[str] = field(default_factory=Counter)
    examples: list[tuple[str, PreviewRow]] = field(default_factory=list)
    priced: set[str] = field(default_factory=set)
    named: Counter[str] = field(default_factory=Counter)
    places: set[str] = field(default_factory=set)
    last: Sale | None = None
    lines: int = 0


def preview_import(
    database: Database, file: BinaryIO, mapping: Mapping, horizon: Horizon, currency: str
) -> Preview:  # fmt: skip
    """Read the file as its import would. Raises Invalid for what is no table."""
    with taken(file, mapping, currency) as found:
        seen = _preview(database, found.file, found.mapping, horizon)
        seen.warnings[:0] = found.warnings
        seen.questions[:0] = [question.message for question in found.questions]
        preset = found.preset
        if preset is not None:
            _beside_the_file(file, seen)
        if preset is not None and preset.name:
            shown = PresetTaken(name=preset.name, title=preset.title, page=preset.page, known_by=list(found.known_by))
            return seen.model_copy(update={"preset": shown})
        return seen


def _beside_the_file(file: BinaryIO, preview: Preview) -> None:
    """Beside lines that were made plain, their cells as they stand in the file."""
    shown = {row.line: row for row in preview.rows}
    for line, row in tables.rows(file, tables.layout(file)) if shown else ():
        if line in shown:
            shown[line].raw = {column: row[column] for column in preview.columns if column in row}
        if line >= max(shown):
            break


def _preview(database: Database, file: BinaryIO, mapping: Mapping, horizon: Horizon) -> Preview:
    try:
        found = notation(file, mapping)
        seen = _read(file, found, horizon)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    priceless = _look_for_prices(database, found, seen)
    with database.snapshot() as connection:
        codes = named_codes.of_file(connection, source_of(found.mapping), found.mapping, seen.named)
        places = sorted(seen.places - known.locations(connection))
    if places:
        named = ", ".join(places[:10])
        found.warnings.append(
            f"Lines wait for locations that there are not: {named}. Once they are made they are recorded."
        )
    if codes.warning:
        found.warnings.append(codes.warning)
    return Preview(
        columns=found.layout.headers, mapping=dict(found.mapping.columns), missing=list(found.mapping.missing()),
        format=found.layout.format, delimiter=found.layout.delimiter, encoding=found.layout.encoding,
        decimal="," if found.decimal_comma else ".", day_first=found.day_first,
        rows=sorted(seen.shown, key=lambda row: row.line), warnings=found.warnings,
        questions=[question.message for question in found.questions], lines=seen.lines,
        refused=sum(seen.reasons.values()), reasons=dict(seen.reasons),
        unknown_codes=sorted(codes.unknown)[:MOST_CODES], unknown=len(codes.unknown), makes_products=codes.makes,
        waiting=0 if codes.makes else _lines_of(seen, codes.unknown, priceless),
        unknown_locations=places[:MOST_CODES],
    )  # fmt: skip


def _lines_of(seen: _Seen, codes: Iterable[str], priceless: set[str]) -> int:
    """The lines of these codes, but those that are refused for their price."""
    return sum(seen.named[code] - (seen.unpriced[code] if code in priceless else 0) for code in codes)


def _read(file: BinaryIO, found: Survey, horizon: Horizon) -> _Seen:
    reader, seen = found.reader(), _Seen()
    unmapped = found.mapping.missing()
    for line, row in tables.rows(file, found.layout):
        seen.lines = line
        values = [row.get(name, "") for name in found.layout.headers]
        error = None if unmapped else _judged(reader, found, seen, line, row, horizon)
        if error is not None:
            _refuse(seen, line, values, error)
        elif line <= PREVIEW_ROWS:
            seen.shown.append(PreviewRow(line=line, values=values, errors=[], read=_understood(seen.last)))
    return seen


def _understood(claim: Sale | None) -> dict[str, str]:
    """What a line says, in words that do not depend on how it is written."""
    said = document(claim) if claim is not None else {}
    names = ("kind", "sku", "location", "quantity", "unit_price", "sold_at", "reference")
    return {name: str(said[name]) for name in names if name in said}


def _judged(
    reader: Reader, found: Survey, seen: _Seen, line: int, row: dict[str, str], horizon: Horizon
) -> PreviewError | None:
    """What the reader, or then the ledger, would say against the line."""
    sale = reader.read(line, row)
    if isinstance(sale, LineError):
        return PreviewError(column=sale.column, code=sale.code, message=sale.message)
    try:
        claim = normalise(sale[1], "preview", sale[0], horizon)
    except Refused as reason:
        return PreviewError(column=_column(found, reason.field), code=reason.code, message=reason.message)
    seen.named[claim.sku or ""] += 1
    seen.last = claim
    seen.places.add(claim.location or MAIN_LOCATION)
    product = reader.product(row)
    if product is not None and product.price is not None:
        seen.priced.add(product.sku)
    elif claim.unit_price is None and claim.sku is not None:
        seen.unpriced[claim.sku] += 1
        if len(seen.examples) < PREVIEW_ROWS + PREVIEW_FAULTS:
            values = [row.get(name, "") for name in found.layout.headers]
            seen.examples.append((claim.sku, PreviewRow(line=line, values=values, errors=[])))
    return None


def _column(found: Survey, target: str) -> str:
    columns: dict[Target, str] = found.mapping.columns
    return next((column for name, column in columns.items() if name == target), target)


def _refuse(seen: _Seen, line: int, values: list[str], error: PreviewError) -> None:
    seen.reasons[error.code] += 1
    _show(seen, line, values, error)


def _show(seen: _Seen, line: int, values: list[str], error: PreviewError) -> None:
    beyond = sum(row.line > PREVIEW_ROWS for row in seen.shown)
    if line <= PREVIEW_ROWS or beyond < PREVIEW_FAULTS:
        seen.shown = [row for row in seen.shown if row.line != line]
        seen.shown.append(PreviewRow(line=line, values=values, errors=[error]))


def _look_for_prices(database: Database, found: Survey, seen: _Seen) -> set[str]:
    """Lines without a price of a product that has none either; those products."""
    with database.snapshot() as connection:
        prices = known.products(connection, seen.unpriced)
    missing = {sku for sku in seen.unpriced if sku not in seen.priced and prices.get(sku) is None}
    message = "is missing, and the product has no list price"
    error = PreviewError(column=_column(found, "unit_price"), code="price_missing", message=message)
    for sku, example in seen.examples:
        if sku in missing:
            _show(seen, example.line, example.values, error)
    if missing:
        seen.reasons["price_missing"] = sum(seen.unpriced[sku] for sku in missing)
    return missing
