"""How a file would be read, before it counts: every rule of the import on the whole file; nothing is stored.

What each line would become is foreseen as it would be judged: against the ledger, what waits, products, places, codes.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from chassis.database import Connection, Database
from chassis.failures import invalid
from chassis.reading import tables
from chassis.reading.asking import asked
from chassis.reading.bounds import UnreadableFile
from chassis.reading.day_order import BesideDays
from chassis.reading.signs import Doubt
from chassis.reading.units import other_money
from contracts.types import MAIN_LOCATION

from sales.application import days_before, named_codes, saved_mappings, still_counting
from sales.application.foresee import CONFLICT, DUPLICATE, RECORDED, REFUSED, WAITING, Foresight
from sales.application.identity import KnownBy, NoIdentity, OfAnother, current_ids, identify
from sales.application.import_answers import PresetTaken, Preview, PreviewError, PreviewRow
from sales.application.named_codes import FileCodes
from sales.application.survey import Survey, notation
from sales.application.take_file import TakenFile, taken
from sales.domain import alike
from sales.domain.claims import Horizon, normalise
from sales.domain.columns import document
from sales.domain.lines import LineError
from sales.domain.mapping import TARGETS, Mapping, Target, source_of
from sales.domain.presets.preset import Preset
from sales.domain.sale import Refused, Sale
from sales.storage import imports, known

PREVIEW_ROWS = 50
PREVIEW_FAULTS = 50
MOST_CODES = 100
CHUNK = 5_000


@dataclass
class _Seen:
    """What the lines would become."""

    shown: list[PreviewRow] = field(default_factory=list)
    beyond: int = 0  # refused lines shown after the first ones
    fates: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    lines: int = 0


@dataclass
class _Named:
    """What the lines that can be read name."""

    codes: set[str] = field(default_factory=set)
    priced: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    products: dict[str, str | None] = field(default_factory=dict)  # with their first names


@dataclass
class _Claimed:
    """A line: what it claims, or what is wrong with it."""

    line: int
    row: dict[str, str]
    claim: Sale | None
    error: PreviewError | None


def preview_import(
    database: Database, file: BinaryIO, given: Mapping | None, horizon: Horizon, currency: str,
    bound: str | None = None,
) -> Preview:  # fmt: skip
    """Read the file as its import would; `bound`: the source of the caller's key. Raises Invalid for no table."""
    with database.snapshot() as connection:
        mapping, saved = saved_mappings.resolved(connection, file, given, bound)
        beside = days_before.beside(connection, file, mapping.source or bound, horizon)
    with taken(file, mapping, currency, beside) as found:
        of_source = found.mapping.model_copy(update={"source": mapping.source or bound or found.mapping.source})
        seen = _preview(database, found.file, of_source, horizon, beside, currency)
        seen.warnings[:0] = [*([saved.told] if saved else []), *found.warnings]
        seen.saved_mapping = saved
        seen.asked[:0] = asked(found.questions)
        seen.questions = [question.message for question in seen.asked]
        if found.preset is not None:
            _of_the_file(file, seen, found, found.preset)
        return seen


def _of_the_file(file: BinaryIO, preview: Preview, found: TakenFile, preset: Preset) -> None:
    """Of a file that was made plain, how it is written itself, with its lines' cells as they stand in it.

    One that was made plain for the sake of its clock alone is shown as it stands: its columns can be named anew.
    """
    layout = tables.layout(file)
    preview.format, preview.delimiter, preview.encoding = layout.format, layout.delimiter, layout.encoding
    preview.day_first, preview.decimal = found.days.first, "," if found.decimal_comma else "."
    shown = {row.line: row for row in preview.rows}
    for line, row in tables.rows(file, layout) if shown else ():
        if line in shown and preset.name:
            shown[line].raw = {column: row[column] for column in preview.columns if column in row}
        elif line in shown:
            shown[line].values = [row.get(header, "") for header in layout.headers]
        if line >= max(shown):
            break
    if preset.name:
        preview.preset = PresetTaken(
            name=preset.name, title=preset.title, page=preset.page, known_by=list(found.known_by)
        )
        return
    beside = {"time": preset.time, "zone": preset.zone}
    columns = preview.mapping | {target: name for target, name in beside.items() if name}
    preview.columns = layout.headers
    preview.mapping = {target: name for target, name in columns.items() if name in layout.headers}


def _preview(
    database: Database, file: BinaryIO, mapping: Mapping, horizon: Horizon, beside: BesideDays, currency: str
) -> Preview:  # fmt: skip
    try:
        found = notation(file, mapping, beside)
        seen, named = _Seen(), _named(file, found, horizon)
        with database.transaction() as connection:
            identity = _identity(connection, file, found, horizon)
            if not found.mapping.missing():
                found.warnings.extend(still_counting.told(connection, file, found, identity))
            codes = named_codes.of_file(connection, source_of(found.mapping), found.mapping, named.codes)
            places = known.locations(connection)
            foresight = Foresight(codes, named.priced, places | (named.places if mapping.make_locations else set()))
            _foresee(connection, seen, _claims(file, found, horizon, identity), found, foresight)
    except UnreadableFile as unreadable:
        raise invalid("file", str(unreadable), "unreadable") from None
    unknown = sorted(named.places - places)
    found.warnings.extend([*alike.told(named.products), *other_money(found.units, currency)])
    found.warnings.extend(_told(identity, codes, unknown, makes=mapping.make_locations))
    return Preview(
        targets=list(TARGETS), columns=found.layout.headers, mapping=dict(found.mapping.columns),
        missing=list(found.mapping.missing()),
        format=found.layout.format, delimiter=found.layout.delimiter, encoding=found.layout.encoding,
        decimal="," if found.decimal_comma else ".", day_first=found.day_first,
        rows=sorted(seen.shown, key=lambda row: row.line), warnings=found.warnings,
        questions=[question.message for question in found.questions], asked=asked(found.questions), lines=seen.lines,
        refused=seen.fates[REFUSED], reasons=dict(seen.reasons), recorded=seen.fates[RECORDED],
        duplicates=seen.fates[DUPLICATE], conflicts=seen.reasons[CONFLICT], waiting=seen.fates[WAITING],
        unknown_codes=sorted(codes.unknown)[:MOST_CODES], unknown=len(codes.unknown), makes_products=codes.makes,
        unknown_locations=unknown[:MOST_CODES],
    )  # fmt: skip


def _told(identity: KnownBy, codes: FileCodes, places: list[str], *, makes: bool) -> Iterator[str]:
    if identity.told:
        yield identity.told
    yield from named_codes.places_told(places, makes=makes)
    if codes.warning:
        yield codes.warning


def _identity(connection: Connection, file: BinaryIO, found: Survey, horizon: Horizon) -> KnownBy:
    """By what the lines are known; where the import would stop for that, it is a question."""
    source = source_of(found.mapping)
    if found.mapping.missing():
        return KnownBy()
    try:
        return identify(connection, file, found, source, imports.kept_shift(connection, source), horizon)
    except OfAnother as asks:
        means = "These are other sales, and count as well"
        found.questions.append(Doubt(asks.setting, "", "", str(asks), ((True, means),)))
        return KnownBy()
    except NoIdentity as stopped:
        found.refuse_all(str(stopped))
        return KnownBy()


def _claims(file: BinaryIO, found: Survey, horizon: Horizon, identity: KnownBy) -> Iterator[_Claimed]:
    """What the reader, and then the ledger's door, would say of each line."""
    reader, source = found.reader(within=identity.within), source_of(found.mapping)
    unmapped = found.mapping.missing()
    for line, row in tables.rows(file, found.layout):
        if unmapped:
            yield _Claimed(line, row, None, None)
            continue
        sale = reader.read(line, row)
        if isinstance(sale, LineError):
            error = PreviewError(column=sale.column, code=sale.code, message=sale.message)
            yield _Claimed(line, row, None, error)
            continue
        try:
            yield _Claimed(line, row, normalise(sale[1], source, identity.of(line, sale[0]), horizon), None)
        except Refused as reason:
            yield _Claimed(line, row, None, _error(found, reason))


def _named(file: BinaryIO, found: Survey, horizon: Horizon) -> _Named:
    named, reader = _Named(), found.reader()
    for one in _claims(file, found, horizon, KnownBy()):
        if one.claim is None:
            continue
        named.codes.add(one.claim.sku or "")
        named.places.add(one.claim.location or MAIN_LOCATION)
        product = reader.product(one.row)
        if product is None:
            continue
        named.products[product.sku] = named.products.get(product.sku) or product.name
        if product.price is not None:
            named.priced.add(product.sku)
    return named


def _foresee(
    connection: Connection, seen: _Seen, claimed: Iterator[_Claimed], found: Survey, foresight: Foresight
) -> None:
    source, own_ids = source_of(found.mapping), "event_id" in found.mapping.columns
    while some := list(islice(claimed, CHUNK)):
        claims = [one.claim for one in some if one.claim is not None]
        moved = current_ids(connection, source, [claim.event_id for claim in claims])
        claims = [claim.under(moved.get(claim.event_id, claim.event_id)) for claim in claims]
        fates = iter(foresight.judge(connection, claims, own_ids=own_ids))
        for one in some:
            seen.lines = one.line
            fate = next(fates) if one.claim is not None else None
            if fate is not None and fate.reason is not None:
                one.error = _error(found, fate.reason)
            outcome = REFUSED if one.error else fate.outcome if fate else ""
            _count(seen, one, outcome, [one.row.get(name, "") for name in found.layout.headers])


def _count(seen: _Seen, one: _Claimed, outcome: str, values: list[str]) -> None:
    seen.fates[outcome] += 1
    errors = [one.error] if one.error else []
    seen.reasons.update(error.code for error in errors)
    beyond = one.line > PREVIEW_ROWS
    if beyond and (not errors or seen.beyond >= PREVIEW_FAULTS):
        return
    seen.beyond += beyond
    read = {} if errors else _understood(one.claim)
    seen.shown.append(PreviewRow(line=one.line, values=values, errors=errors, read=read, fate=outcome or None))


def _error(found: Survey, reason: Refused) -> PreviewError:
    return PreviewError(column=_column(found, reason.field), code=reason.code, message=reason.message)


def _understood(claim: Sale | None) -> dict[str, str]:
    """What a line says, in words that do not depend on how it is written."""
    said = document(claim) if claim is not None else {}
    names = ("kind", "sku", "location", "quantity", "unit_price", "sold_at", "reference")
    return {name: str(said[name]) for name in names if name in said}


def _column(found: Survey, target: str) -> str:
    columns: dict[Target, str] = found.mapping.columns
    return next((column for name, column in columns.items() if name == target), target)
