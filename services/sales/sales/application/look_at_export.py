"""The first look at an export of a known system: how it writes its cells, and what is to be told of its columns.

What its columns say and is not read is told, and so is what the export usually has and this file has not, where that
says what is no sale or what a line comes to: no line counts otherwise than it should in silence.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from chassis.reading import tables
from chassis.reading.day_order import BesideDays, DayOrder, Days
from chassis.reading.signs import Doubt, Signs
from chassis.reading.tables import Layout
from chassis.reading.twins import Twins
from chassis.reading.units import Units, other_money

from sales.domain.beside import Beside
from sales.domain.mapping import Mapping, Target
from sales.domain.presets.export import Export
from sales.domain.presets.known import NONE
from sales.domain.presets.lines import PRODUCT_NAME, UNCLEAR, Plainly
from sales.domain.presets.preset import Preset
from sales.domain.skips import no_sale_rule

LINE_ID = "line id"  # the column of ids that lines have by what they say
_NUMERIC: tuple[Target, ...] = ("quantity", "unit_price", "amount", "price", "stock")
_REASONS = {
    "other_currency": "is in another currency than the business counts in",
    "refunded_line": "all of it came back",
    "other_unit": "is in another currency or unit than the other lines of the file",
    UNCLEAR: "cannot be read, or is more than the line",
}


@dataclass
class ExportLook:
    """How an export's lines become plain, and what is asked and told of it."""

    given: Mapping
    plainly: Plainly
    days: DayOrder
    questions: list[Doubt]
    told: list[str]

    @property
    def mapping(self) -> Mapping:
        """The mapping of the plain file."""
        preset = self.plainly.preset
        reasons = _REASONS | {rule.code: rule.reason for rule in preset.no_sales}
        rules = [no_sale_rule(code, reason) for code, reason in reasons.items()]
        return self.given.model_copy(update={
            "columns": dict(self.plainly.columns), "source": self.given.source or preset.name or None,
            "rules": [*self.given.rules, *rules], "preset": NONE, "day_first": True, "decimal_comma": None,
        })  # fmt: skip

    def told_of_lines(self) -> list[str]:
        """What is to be told, once its lines were made plain."""
        prices = self.plainly.preset.prices
        said = [f"Prices are recorded {prices}{_tax(self.plainly)}."] if prices else []
        return [*said, *self.told, *(f"{count:,} {what}." for what, count in self.plainly.seen.items())]


def look_at(
    file: BinaryIO, mapping: Mapping, preset: Preset, layout: Layout, currency: str, beside: BesideDays
) -> ExportLook:  # fmt: skip
    """Look at all of its lines. Raises UnreadableFile."""
    headers, columns = layout.headers, _columns(mapping, preset, layout)
    numeric: dict[str, str] = {target: columns[target] for target in _NUMERIC if target in columns}
    numeric |= {name: header for name in preset.numeric if (header := preset.header(headers, name))}
    signs, units = Signs(numeric, list(numeric), layout.typed(numeric)), Units(numeric, list(numeric))
    days = Days({"sold_at": columns["sold_at"]} if "sold_at" in columns else {}, past=("sold_at",))
    twins = Twins.of(layout, {str(t): name for t, name in columns.items() if t not in mapping.columns})
    known = [header for name in (*preset.decides, *preset.within) if (header := preset.header(headers, name))]
    more = Beside(columns, headers, known, preset.header(headers, preset.discount))
    for _, row in tables.rows(file, layout):
        for each in (signs, units, days, twins, more):
            each.add(row)
    commas, questions = signs.decide(mapping.decimal_comma)
    if preset.day_first is not None and beside.before is None:
        beside = replace(beside, before=preset.day_first, why=f"{preset.title} writes them so")
    order = days.decide(mapping.day_first, beside)
    by_header = {header: commas.get(name, False) for name, header in numeric.items()}
    usual = {numeric[target]: unit for target, unit in units.usual().items()}
    export = Export(preset, headers, columns, by_header, currency, usual)
    told = [*order.told, *_lacking(preset, headers), *more.told(commas, counts="amount" if preset.name else "price")]
    return ExportLook(
        mapping, Plainly(export, order.first, [rule.column for rule in mapping.rules]), order,
        [*twins.questions(), *order.doubts, *questions], [*told, *other_money(units.usual(), currency)],
    )  # fmt: skip


def _columns(mapping: Mapping, preset: Preset, layout: Layout) -> Dictionary[Target, str]:
    """The file's column of each target."""
    columns = preset.found(layout.headers)
    columns |= {target: name for target, name in mapping.columns.items() if target not in ("time", "zone")}
    if preset.code_in_name:
        columns["name"] = PRODUCT_NAME
    if not preset.name and not mapping.columns and not columns.keys() & {"invoice", "event_id"}:
        columns["event_id"] = LINE_ID
    return columns


def _lacking(preset: Preset, headers: Sequence[str]) -> list[str]:
    """Columns that the export has and this file has not, which say what is no sale, or what a line comes to."""
    if preset.varies:
        return []
    lacks = [repr(name) for name in preset.decides if preset.header(headers, name) is None]
    if not lacks:
        return []
    return [
        f"Columns that this export usually has are not there ({', '.join(lacks)}): lines count as if nothing were said"
        " in them of what is no sale, what came back or what a line comes to."
    ]


def _tax(plainly: Plainly) -> str:
    """What the orders' sums tell of tax in their lines' prices."""
    if plainly.preset.sums is None:
        return ""
    taxed = plainly.orders.taxed
    within, beside = taxed[True], taxed[False]
    if within == beside:
        return "; whether tax is in them its orders do not tell"
    how = "" if within > beside else "not "
    return f"; tax is {how}in them ({max(within, beside)} of {within + beside} orders add up so)"
