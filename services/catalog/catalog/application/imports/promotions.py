"""Promotions from a file: one a line with its products in a cell, or a line a product. Name and days tell them apart.

Undone, promotions that the import made are removed; changed ones go back to what they were.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, get_args
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from chassis.database import Connection
from contracts.types import Code, Name, PlannedQuantity, PromotionKind, Sku
from pydantic import BeforeValidator, Field

from catalog.application import announce, known
from catalog.application.imports.kind import Context, Kind, LineFate, Undoing
from catalog.domain.imports.columns import LOCATION, SKU, FileColumn
from catalog.domain.imports.lines import CONTRADICTION, Line
from catalog.storage import places
from catalog.storage import products as product_rows

_KIND_WORDS: dict[str, tuple[str, ...]] = {
    "price_cut": (
        "price", "discount", "price reduction", "temporary price reduction", "tpr", "preissenkung", "preisaktion",
        "rabatt", "baisse de prix", "prix réduit", "remise", "rebaja", "descuento"),
    "multibuy": (
        "multi buy", "multipack", "bundle", "bogo", "2 for 1", "3 for 2", "x for y", "mehrfachkauf", "mengenrabatt",
        "offre groupée", "lot", "par lot", "2x1", "3x2"),
    "display": ("end cap", "endcap", "gondola", "second placement", "zweitplatzierung", "aufsteller", "gondelkopf",
                "tête de gondole", "mise en avant", "cabecera", "expositor"),
    "leaflet": ("flyer", "feature", "circular", "catalogue", "advert", "prospekt", "handzettel", "werbung", "anzeige",
                "prospectus", "dépliant", "folleto"),
    "coupon": ("voucher", "gutschein", "bon", "bon de réduction", "cupón"),
    "loyalty": ("loyalty card", "members", "club", "treue", "treuekarte", "kundenkarte", "fidélité", "fidelidad"),
    "other": ("none", "unknown", "andere", "sonstige", "autre", "otra", "otro"),
}  # fmt: skip
_KINDS: dict[str, str] = {
    word: kind for kind in get_args(PromotionKind) for word in (kind.replace("_", " "), *_KIND_WORDS.get(kind, ()))
}


def _kind(cell: str) -> str:
    """The kind that a cell names in one of the languages."""
    said = " ".join(cell.casefold().replace("_", " ").replace("-", " ").split())
    if said not in _KINDS:
        known = ", ".join(kind.replace("_", " ") for kind in get_args(PromotionKind))
        raise ValueError(f"{cell[:40]!r} is no kind of promotion: {known}")
    return _KINDS[said]


COLUMNS = (
    FileColumn("name", Name, "text", (
        "name", "promotion", "campaign", "offer", "aktion", "kampagne", "bezeichnung", "nom", "campagne", "offre",
        "nombre", "promoción", "campaña", "oferta"), required=True),
    FileColumn("starts", date, "day", (
        "starts", "start", "start date", "from", "begins", "beginn", "von", "ab", "startdatum", "début",
        "date de début", "du", "inicio", "fecha de inicio", "desde"), required=True),
    FileColumn("ends", date, "day", (
        "ends", "end", "end date", "until", "to", "ende", "bis", "enddatum", "fin", "date de fin", "au",
        "fecha de fin", "hasta"), required=True),
    FileColumn("discount", Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)], "discount", (
        "discount", "discount %", "percent off", "rabatt", "nachlass", "remise", "réduction", "rabais", "descuento")),
    FileColumn("kind", Annotated[PromotionKind, BeforeValidator(_kind)], "text", (
        "kind", "type", "promotion type", "promotion kind", "promo type", "mechanic", "tactic", "art", "aktionsart",
        "werbeart", "typ", "type de promotion", "mécanique", "tipo", "tipo de promoción")),
    FileColumn("planned_quantity", PlannedQuantity, "number", (
        "planned quantity", "planned units", "planned", "target quantity", "geplante menge", "planmenge",
        "aktionsmenge", "quantité prévue", "quantité planifiée", "cantidad prevista", "cantidad planificada")),
    FileColumn("skus", list[Sku], "list", (
        "skus", *SKU.words, "products", "artikel", "produits", "articles", "productos")),
    FileColumn("locations", list[Code], "list", (
        "locations", *LOCATION.words, "stores", "filialen", "magasins", "tiendas")),
)  # fmt: skip
_OF_ALL = "lines name no product: their promotions are of all products"
_CONTENT = ("skus", "locations", "discount", "kind", "planned_quantity")


def _key(content: Any) -> tuple[Any, Any, Any]:
    return content["name"], content["starts"], content["ends"]


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New promotions, changed ones, or as they were; all lines of one have its fate."""
    there = {_key(row): row for row in places.promotions_named(
        connection, {line.values["name"] for line in lines}, lock=context.locks)}  # fmt: skip
    goods = product_rows.by_skus(connection, {sku for line in lines for sku in line.values.get("skus", ())})
    spots = places.codes(connection) | {context.mapping.location}
    of: dict[tuple[Any, Any, Any], list[Line]] = {}
    for line in (_checked(line, goods, spots, context) for line in lines):
        of.setdefault(_key(line.values), []).append(line)
    fates = {}
    for key, own in of.items():
        if not any(line.faults for line in own):
            own = [_agreeing(line, own, context) for line in own]
        content = _of_all(own)
        for line in own:
            fates[line.number] = LineFate.rejected(line) if line.faults else _judged(line, key, content, there)
    return [fates[line.number] for line in lines]


def _checked(line: Line, goods: Any, spots: set[str], context: Context) -> Line:
    unknown = [sku for sku in line.values.get("skus", ()) if sku not in goods]
    if unknown:
        named = ", ".join(unknown[:5])
        message = f"{named} is no known product" if len(unknown) == 1 else f"{named} are no known product"
        line = line.faulty(context.reader.fault("skus", "unknown_product", message, ", ".join(unknown)))
    nowhere = [code for code in line.values.get("locations", ()) if code not in spots]
    if nowhere and not context.mapping.make_locations:
        message = "is no known location; `make_locations` in the mapping makes it one"
        line = line.faulty(context.reader.fault("locations", "unknown_location", message, ", ".join(nowhere)))
    if line.values["ends"] < line.values["starts"]:
        line = line.faulty(context.reader.fault("ends", "out_of_order", "lies before the first day"))
    return line


def _agreeing(line: Line, own: Sequence[Line], context: Context) -> Line:
    """The line, faulty where it says something else of the promotion than another: it has one discount and one kind,
    and is of all its products at all its locations."""
    fault = context.reader.fault
    for name in ("discount", "kind"):
        first = next((one for one in own if name in one.values), line)
        if name in line.values and line.values[name] != first.values[name]:
            message = f"line {first.number} says something else of this promotion: give it a name of its own"
            line = line.faulty(fault(name, CONTRADICTION, message, line.values[name]))
    same = next((one for one in own if _scope(one) == _scope(line)), line)
    if same.values.get("planned_quantity") != line.values.get("planned_quantity"):
        message = f"line {same.number} says something else of the same products"
        line = line.faulty(fault("planned_quantity", CONTRADICTION, message, line.values.get("planned_quantity", "")))
    for name, other in (("skus", "locations"), ("locations", "skus")):
        if len({frozenset(one.values.get(name, ())) for one in own}) == 1:
            continue
        if not all(one.values.get(name) for one in own):
            message = "some lines of this promotion name them and some do not, which means all: give them other names"
            line = line.faulty(fault(name, CONTRADICTION, message))
        elif not _every_pair(own):
            message = f"not all its {other} have the same: give each of them a promotion of its own name"
            line = line.faulty(fault(name, CONTRADICTION, message))
    return line


def _scope(line: Line) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(line.values.get("skus", ())), frozenset(line.values.get("locations", ()))


def _every_pair(own: Sequence[Line]) -> bool:
    """Whether the lines together name each of their products at each of their locations."""
    pairs = {(sku, place) for one in own for sku in one.values.get("skus") or [""]
             for place in one.values.get("locations") or [""]}  # fmt: skip
    return len(pairs) == len({sku for sku, _ in pairs}) * len({place for _, place in pairs})


def _of_all(own: Sequence[Line]) -> dict[str, Any]:
    """What the lines of a promotion say of it together; what none says is left out."""
    said: dict[str, Any] = {}
    parts: dict[tuple[frozenset[str], frozenset[str]], Decimal] = {}
    for values in (line.values for line in own):
        for name in ("skus", "locations"):
            if name in values:
                said[name] = sorted({*said.get(name, ()), *values[name]})
        said |= {name: values[name] for name in ("discount", "kind") if name in values}
    for line in own:
        if "planned_quantity" in line.values:  # of a line's products: of them all it is the sum
            parts[_scope(line)] = line.values["planned_quantity"]
    return said | ({"planned_quantity": sum(parts.values())} if parts else {})


def _judged(line: Line, key: Any, content: dict[str, Any], there: dict[Any, dict[str, Any]]) -> LineFate:
    before = there.get(key)
    # What a file does not say it does not take back, when somebody has said it.
    kept: dict[str, Any] = {"skus": [], "locations": [], "discount": None, "kind": "other", "planned_quantity": None}
    said = {name: content.get(name, (before or kept)[name]) for name in _CONTENT}
    content = dict(zip(("name", "starts", "ends"), key, strict=True)) | said
    notes = () if said["skus"] else (_OF_ALL,)
    if before is None:
        return LineFate(line, "created", content, notes=notes)
    was = {name: before[name] for name in _CONTENT if _same(before[name]) != _same(content[name])}
    return LineFate(line, "changed" if was else "unchanged", content | {"id": before["id"]}, was, notes)


def _same(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Store each promotion once, and tell it."""
    known.ensure_locations(connection, {place for verdict in verdicts for place in verdict.content["locations"]})
    for content in {_key(verdict.content): verdict.content for verdict in verdicts}.values():
        if "id" in content:
            row = places.change(connection, "promotion", content["id"], content)
        else:
            row = places.add(connection, "promotion", content | {"id": uuid4()}) or {}
        announce.place(connection, "promotion", row)


def undo(connection: Connection, lines: Sequence[Undoing], zone: ZoneInfo, actor: str) -> list[str | None]:
    """Remove what was made, put back what was changed."""
    names = {line.content["name"] for line in lines}
    there = {_text_key(row): row for row in places.promotions_named(connection, names, lock=True)}
    done: dict[UUID, None] = {}
    results: list[str | None] = []
    for line in lines:
        row = there.get(_text_key(line.content))
        if row is None:
            results.append("it was removed or changed since")
            continue
        if row["id"] not in done:
            done[row["id"]] = None
            back = {"removed": True} if line.before is None else _restored(line.before)
            announce.place(connection, "promotion", places.change(connection, "promotion", row["id"], back))
        results.append(None)
    return results


def _text_key(content: Any) -> tuple[str, str, str]:
    return str(content["name"]), str(content["starts"]), str(content["ends"])


def _restored(before: Any) -> dict[str, Any]:
    numbers = {name: before[name] for name in ("discount", "planned_quantity") if before.get(name) is not None}
    return dict(before) | {name: Decimal(value) for name, value in numbers.items()}


KIND = Kind(
    "promotions", COLUMNS, judge, write, group=("name", "starts", "ends"), undo=undo, spans=(("starts", "ends"),),
    whole=True,
)  # fmt: skip
