"""Prices from a file, from a day on: the one it says, else the mapping's `day`, else today.

Undone, a price goes back to what was in force before, from the same day on: what was told of a price is not untold.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from chassis.database import Connection
from contracts.types import Price

from catalog.application import known, pricing
from catalog.application.imports.kind import (
    Context,
    Kind,
    LineFate,
    Outcome,
    Undoing,
    unknown_places,
    unknown_products,
)
from catalog.domain.imports.columns import LOCATION, PRICE_WORDS, SKU, FileColumn
from catalog.domain.imports.lines import KnownAs, Line
from catalog.storage import prices

COLUMNS = (
    SKU,
    FileColumn("price", Price, "number", PRICE_WORDS, required=True),
    LOCATION,
    FileColumn("valid_from", date, "day", (
        "valid from", "from", "starts", "start date", "effective from", "effective date", "date", "gültig ab", "ab",
        "datum", "valable à partir du", "à partir du", "date", "válido desde", "desde", "fecha")),
)  # fmt: skip


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """Another price than the one in force on its day, or the same."""
    unknown = unknown_products(connection, lines, context)
    placeless = unknown_places(connection, [line for line in lines if "location" in line.values], context)
    history = prices.history_of(connection, sorted({line.values["sku"] for line in lines}))
    earlier: dict[tuple[str, str | None], list[tuple[date, Decimal]]] = context.ahead.setdefault("prices", {})
    verdicts = []
    for line in lines:
        faults = [found[line.number] for found in (unknown, placeless) if line.number in found]
        if faults:
            verdicts.append(LineFate.rejected(line, *faults))
            continue
        place, day = line.values.get("location"), line.values.get("valid_from") or context.mapping.day
        series = (line.values["sku"], place)
        known_prices = sorted({*history.get(series, []), *earlier.get(series, [])}, key=lambda known: known[0])
        before = in_force(known_prices, day or context.today)
        content = (line.values["sku"], place, line.values["price"], day or context.today)
        told = (day, line.values["price"]) in known_prices if day else before == line.values["price"]
        outcome: Outcome = "unchanged" if told else "created" if before is None else "changed"
        was = {"price": before, "valid_from": content[3]}
        if outcome != "unchanged":
            earlier.setdefault(series, []).append((content[3], content[2]))
        verdicts.append(LineFate(line, outcome, content, was))
    return verdicts


def in_force(history: Sequence[tuple[date, Decimal]], day: date) -> Decimal | None:
    """The price on a day."""
    return next((price for since, price in reversed(history) if since <= day), None)


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Keep and tell."""
    known.ensure_locations(connection, {v.content[1] for v in verdicts if v.content[1] is not None})
    pricing.keep_prices(connection, [verdict.content for verdict in verdicts], context.actor)


def undo(connection: Connection, lines: Sequence[Undoing], zone: ZoneInfo, actor: str) -> list[str | None]:
    """The prices before, from the same day on."""
    history = prices.history_of(connection, sorted({line.content["sku"] for line in lines}))
    results: list[str | None] = []
    back: list[prices.Price] = []
    for line in lines:
        was = line.before or {}
        sku, place = line.content["sku"], line.content.get("location")
        day = date.fromisoformat(was["valid_from"])
        now = dict(history.get((sku, place), [])).get(day)
        if was["price"] is None:
            results.append("there was no price before it")
        elif now != Decimal(line.content["price"]):
            results.append("it was changed since")
        else:
            back.append((sku, place, Decimal(was["price"]), day))
            results.append(None)
    pricing.keep_prices(connection, back, actor)
    return results


def _identify(line: Line, context: Context) -> KnownAs:
    day = line.values.get("valid_from") or context.mapping.day or context.today
    of = (line.values["sku"], line.values.get("location"), day)
    return KnownAs([of], [of])


KIND = Kind(
    "prices", COLUMNS, judge, write, key=("sku", "location", "valid_from"), identify=_identify, filled=("valid_from",),
    undo=undo,
)  # fmt: skip
