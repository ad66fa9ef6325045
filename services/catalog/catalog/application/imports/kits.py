"""What kits consist of, from a file: a line a component. The lines of a kit and a day are its whole bill from that day.

Without a day they take the place of the bill that counts today, or begin today. A bill with a faulty line is refused as
a whole. Undone, bills are what they were, unless they were changed since.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from chassis.database import Connection
from contracts.events import Bill, KitComponent
from contracts.types import Day, KitUnits, Sku

from catalog.application import decisions, kits
from catalog.application.imports.kind import Context, Kind, LineFate, Outcome, Undoing
from catalog.domain.imports.columns import SKU, Fault, FileColumn
from catalog.domain.imports.lines import CONTRADICTION, Line
from catalog.domain.kits import MOST_COMPONENTS, in_force, with_bill
from catalog.storage import products

COLUMNS = (
    FileColumn("kit", Sku, "code", (
        "kit", "kit sku", "bundle", "bundle sku", "set", "set sku", "parent", "parent sku", "assembly", "set-artikel",
        "bündel", "baugruppe", "hauptartikel", "lot", "coffret", "ensemble", "article parent", "conjunto", "juego"),
        required=True),
    FileColumn("sku", Sku, "code", (
        "component", "component sku", "child", "child sku", "part", "komponente", "bestandteil", "einzelartikel",
        "composant", "article enfant", "componente", *SKU.words), required=True),
    FileColumn("quantity", KitUnits, "number", (
        "quantity", "qty", "quantity per kit", "units", "per kit", "menge", "anzahl", "stück", "quantité", "cantidad"),
        required=True),
    FileColumn("valid_from", Day, "day", (
        "valid from", "from", "since", "start date", "gültig ab", "ab", "à partir du", "valable à partir du", "desde")),
    FileColumn("pre_packed", bool, "flag", (
        "pre packed", "prepacked", "pre-packed", "stocked", "vorgepackt", "vorverpackt", "préemballé", "preembalado")),
)  # fmt: skip
Group = tuple[str, date | None]
_IN_KIT = "is a component of a kit of this file: a kit is none"
_PACKED = "another line of this bill says otherwise"
_UNDATED = "some lines of this kit have a day and some have none: its bill is of one day"


def judge(connection: Connection, lines: Sequence[Line], context: Context) -> list[LineFate]:
    """New bills, changed ones, or as they were; what is wrong with a component is told at its line."""
    groups: dict[Group, list[Line]] = defaultdict(list)
    for line in lines:
        groups[line.values["kit"], line.values.get("valid_from")].append(line)
    named = {str(line.values[name]) for line in lines for name in ("kit", "sku")}
    known = products.by_skus(connection, named, lock=context.locks)
    earlier: dict[str, set[str]] = context.ahead.setdefault("kits", {"kits": set(), "components": set()})
    beside = earlier["kits"] | {kit for kit, _ in groups}
    after: dict[str, set[str]] = {"kits": set(), "components": set()}
    found = {}
    for (kit, day), own in groups.items():
        bill, before = _bill(connection, kit, own, context)
        faults = _faults(connection, kit, bill, own, known, beside, context)
        days = {one for name, one in groups if name == kit}
        fault = context.reader.fault
        for line in own:
            if kit in earlier["components"] and not faults[line.number]:
                faults[line.number].append(fault("kit", "is_component", _IN_KIT, kit))
            if None in days and len(days) > 1:
                faults[line.number].append(fault("valid_from", "undated", _UNDATED, day or ""))
            if "pre_packed" in line.values and line.values["pre_packed"] != bill.pre_packed:
                faults[line.number].append(fault("pre_packed", CONTRADICTION, _PACKED, ""))
        if not any(faults.values()):
            after["kits"].add(kit)
            after["components"] |= {line.values["sku"] for line in own}
        outcome: Outcome = "created" if before is None else "unchanged" if before == bill else "changed"
        undone = {"before": _plain(before), "after": _plain(bill)}
        for line in own:
            told = faults.get(line.number)
            fate = LineFate(line, outcome, (kit, bill), undone)
            found[line.number] = LineFate.rejected(line, *told) if told else fate
    for name, some in after.items():
        earlier[name] |= some
    return [found[line.number] for line in lines]


def _bill(
    connection: Connection, kit: str, lines: Sequence[Line], context: Context
) -> tuple[Bill, Bill | None]:  # fmt: skip
    """The bill that the lines say, and the one in whose place it comes."""
    there, now = kits.bills_of(connection, kit), context.mapping.day or context.today
    current = in_force(there, now)
    day = lines[0].values.get("valid_from") or (current.valid_from if current else now)
    before = next((bill for bill in there if bill.valid_from == day), None)
    said = [line.values["pre_packed"] for line in lines if "pre_packed" in line.values]
    parts = {line.values["sku"]: KitComponent(**_of(line.values, "sku", "quantity")) for line in lines}
    packed = any(said) if said else bool((before or current) and (before or current).pre_packed)  # type: ignore[union-attr]
    return Bill(valid_from=day, pre_packed=packed, components=[parts[sku] for sku in sorted(parts)]), before


def _of(values: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: values[name] for name in names}


def _faults(
    connection: Connection, kit: str, bill: Bill, lines: Sequence[Line], known: Mapping[str, Any], beside: set[str],
    context: Context,
) -> dict[int, list[Fault]]:  # fmt: skip
    found: dict[int, list[Fault]] = defaultdict(list)
    fault = context.reader.fault
    wrong = kits.judge(connection, kit, bill, known.keys())
    for line in lines:
        sku, own = line.values["sku"], found[line.number]
        if kit not in known:
            own.append(fault("kit", "unknown_product", "is no known product", kit))
        own += [fault("sku", one.code, one.message, sku) for one in wrong if one.sku == sku]
        own += [fault("kit", one.code, one.message, kit) for one in wrong if one.sku == kit != sku]
        if sku in beside and sku != kit and not own:
            own.append(fault("sku", "is_kit", f"{sku} is a kit of this file: name its components", sku))
        if len(bill.components) > MOST_COMPONENTS:
            own.append(fault("kit", "too_many", f"has more than {MOST_COMPONENTS} components", kit))
    return found


def _plain(bill: Bill | None) -> dict[str, Any] | None:
    return None if bill is None else bill.model_dump(mode="json")


def write(connection: Connection, verdicts: Sequence[LineFate], context: Context) -> None:
    """Keep each bill once, and have what follows from it decided anew."""
    bills = {(kit, bill.valid_from): bill for kit, bill in (verdict.content for verdict in verdicts)}
    _keep(connection, [(kit, bill.valid_from, bill) for (kit, _), bill in bills.items()], context.actor)


def _keep(connection: Connection, changes: Sequence[tuple[str, date, Bill | None]], actor: str) -> None:
    """Put bills in the place of those of their days; None takes one away."""
    held = products.by_skus(connection, {kit for kit, _, _ in changes}, lock=True)
    touched: set[str] = set(held)
    after = {kit: kits.bills_of(connection, kit) for kit in held}
    for kit, day, bill in changes:
        kept = [one for one in after[kit] if one.valid_from != day]
        gone = [one for one in after[kit] if one.valid_from == day]
        after[kit] = kept if bill is None else with_bill(kept, bill)
        touched |= {each.sku for one in (*gone, *([bill] if bill else [])) for each in one.components}
    for kit in sorted(after):
        kits.keep(connection, held[kit], after[kit], actor)
    decisions.mark_products(connection, sorted(touched))


def undo(connection: Connection, lines: Sequence[Undoing], zone: ZoneInfo, actor: str) -> list[str | None]:
    """Put the bills back that are still as the import left them."""
    held = products.by_skus(connection, {line.content["kit"] for line in lines}, lock=True)
    there = {kit: kits.bills_of(connection, kit) for kit in held}
    changes: dict[tuple[str, date], Bill | None] = {}
    results: list[str | None] = []
    for line in lines:
        kit, told = line.content["kit"], line.before or {}
        after = Bill.model_validate(told["after"])
        mine = (kit, after.valid_from)
        if after not in there.get(kit, ()):
            results.append("it was changed since")
            continue
        changes[mine] = Bill.model_validate(told["before"]) if told["before"] else None
        results.append(None)
    _keep(connection, [(kit, day, bill) for (kit, day), bill in changes.items()], actor)
    return results


KIND = Kind(
    "kits", COLUMNS, judge, write, key=("kit", "valid_from", "sku"), group=("kit", "valid_from"), undo=undo, whole=True,
)  # fmt: skip
