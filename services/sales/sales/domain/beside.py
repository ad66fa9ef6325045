"""Columns beside a line's units and money that change what it says: none of them is left out in silence.

A column of yes and no says which lines came back or were cancelled; one of units, what a product's quantities are in;
one of currencies, what its money is in. A column that says more and is not read (a discount, units that came back, the
size of a pack) is told, and so are a quantity and a price that do not make the amount.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal

from chassis.reading.bounds import of_short_cells
from chassis.reading.cells import BadCell, number
from chassis.reading.headers import plain
from chassis.reading.signs import sign_of
from chassis.reading.units import check, is_pack, is_unit, named_unit

from sales.domain.mapping import FLAGS, Target

_YES = frozenset((
    "yes", "y", "true", "t", "1", "x", "on", "✓", "✔", "ja", "j", "wahr", "oui", "o", "vrai", "sí", "si", "s",
    "verdadero", "sì", "vero",
))  # fmt: skip
_NO = frozenset(("no", "n", "false", "f", "0", "-", "--", "–", "off", "nein", "falsch", "non", "faux", "falso"))
_ZEROS = re.compile(r"(?<=^[01])[.,]0+$")  # data frames write 1.0 and 0.0
MOST_STRANGE = 0.05  # of a column's cells: above that it is none of yes and no
MOST_PRODUCTS = 100_000
COMPARED = 1000  # lines whose quantity × price is laid beside their amount
MOST_ROUNDED = Decimal("0.011")  # of an amount, and of a price each, as tills round
_UNITS = "qty|quantity|units|items?|menge|anzahl|stück|quantité|qté|cantidad|unidades"
_PACK = "pack|case|carton|box|inner|karton|caja|colis|packungs|verpackungs"
# Found anywhere in a header, since words of it are joined in as many ways as there are tills.
_SAYS_MORE = re.compile(
    r"return|refund|retour|rückgabe|rücknahme|gutschrift|zurück|devuel|devoluci|rembours|reembols|sign$|vorzeichen"
    r"|cancel|storn|annul|anul(?:ad|aci)|\bvoid"
    rf"|\b(?:{_PACK})\w*\s?(?:size|{_UNITS}|einheit|gr[öo]ße|inhalt)"
    rf"|\b(?:units?|{_UNITS}) (?:per|je|par|por|in|{_PACK})\b"
    r"|\b(?:vpe|gebinde|inhalt|pcb|colisage|conditionnement|multiplier|multiplikator|multiplicateur|multiplicador)\b"
    rf"|\bnett?o? ?(?:{_UNITS})|\b(?:discounts?|rabatt|nachlass|remise|descuento|sconto)\b"
).search


@of_short_cells(lambda _: None, remembered=1000)
def flag(cell: str) -> bool | None:
    """Whether a cell says yes or no; an empty one says no, and any other word nothing."""
    said = _ZEROS.sub("", cell.strip().casefold())
    if said in _YES:
        return True
    return False if not said or said in _NO else None


class Beside:
    """What the lines' other columns say, seen line by line."""

    def __init__(
        self, columns: Mapping[Target, str], headers: Sequence[str], known: Sequence[str] = (),
        discount: str | None = None,
    ) -> None:  # fmt: skip
        """`known`: further columns of which it is known what they say; `discount`: the one of money off a line."""
        self._columns, self._discount = columns, discount
        read = {*columns.values(), *known}
        self._more = {name: 0 for name in headers if name not in read and _SAYS_MORE(plain(name))}
        # Columns of units or currencies and nothing else, whatever they are called: all, until they say another word.
        self._named: dict[str, dict[str, None]] = {
            name: {} for name in headers if name not in read and name not in self._more
        }
        self._flags: dict[Target, Counter[bool | None]] = {target: Counter() for target in FLAGS if target in columns}
        self._strange: dict[Target, str] = {}
        self._units: dict[str, Counter[str]] = {}
        self._compared: list[dict[str, str]] = []
        self._fits = {"quantity", "unit_price", "amount"} <= columns.keys()

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target, seen in self._flags.items():
            cell = row.get(self._columns[target], "")
            if cell.strip():
                seen[flag(cell)] += 1
                if flag(cell) is None:
                    self._strange.setdefault(target, cell.strip()[:40])
        for name in self._more:
            self._more[name] += _says_something(row.get(name, ""))
        self._add_unit(row)
        self._add_named(row)
        if self._fits and len(self._compared) < COMPARED:
            cells = {target: row.get(self._columns[target], "").strip() for target in _MONEY}  # type: ignore[index]
            if all(cells.values()):
                off = self._discount or ""
                self._compared.append(cells | {"off": row.get(off, ""), "off_by": off})

    def _add_unit(self, row: Mapping[str, str]) -> None:
        unit = named_unit(row.get(self._columns.get("unit", ""), ""))
        sku = row.get(self._columns.get("sku", ""), "").strip().upper()
        if unit and sku and (sku in self._units or len(self._units) < MOST_PRODUCTS):
            self._units.setdefault(sku, Counter())[unit] += 1

    def _add_named(self, row: Mapping[str, str]) -> None:
        for name in list(self._named):
            said = named_unit(row.get(name, ""))
            if said and not is_unit(said):
                del self._named[name]
            elif said:
                self._named[name][said] = None

    def none(self) -> tuple[list[Target], list[str]]:
        """Columns that are called like those of yes and no and are none; and what is to be told of them."""
        none = [
            target for target, seen in self._flags.items() if seen[None] > MOST_STRANGE * max(seen.total(), 1)
        ]  # fmt: skip
        return none, [
            f"The column {self._columns[target]!r} is not read as one of yes and no, since it says other things"
            f" ({self._strange[target]!r}): lines count as their quantity says."
            for target in none
        ]

    def units(self) -> dict[str, str]:
        """The usual unit of each product that the file has in more than one."""
        return {sku: seen.most_common(1)[0][0] for sku, seen in self._units.items() if len(seen) > 1}

    def told(self, commas: Mapping[str, bool], counts: str = "price") -> list[str]:
        """What columns say that is not read, and what does not add up; `counts`: which of price and amount does."""
        said = [
            f"The column {name!r} is not read ({lines:,} lines say something there): lines count as their quantity and"
            " price say."
            for name, lines in self._more.items()
            if lines
        ]
        said += [
            f"The column {name!r} is not read, and seems to say units or currencies ({', '.join(words)}): lines count"
            " as they stand. Name it in `columns` as `unit` or `currency` if it is one."
            for name, words in self._named.items()
            if len(words) > 1 and any(len(word) > 1 for word in words)
        ]
        packs = dict.fromkeys(unit for seen in self._units.values() for unit in seen if is_pack(unit))
        if packs:
            said.append(
                f"Some lines are in packs ({', '.join(packs)}), and how many pieces are in one the file does not say:"
                " they count as they stand."
            )
        off = [cells for cells in self._compared if not _adds_up(cells, commas)]
        if off:
            first = " × ".join((off[0]["quantity"], off[0]["unit_price"]))
            amount = off[0]["amount"]
            said.append(
                f"In {len(off):,} of {len(self._compared):,} lines quantity × price is not the amount (the first:"
                f" {first} against {amount}): the amount counts."
                if counts == "amount"
                else f"In {len(off):,} of {len(self._compared):,} lines quantity × price is not the amount (the first:"
                f" {first} against {amount}): the price counts. If the amount is what was paid, name another column as"
                " `unit_price`, or none."
            )
        return said


_MONEY = ("quantity", "unit_price", "amount")


def _says_something(cell: str) -> bool:
    """Whether a cell of a column that is not read says anything but nothing."""
    said = cell.strip()
    if flag(said) is False:
        return False
    try:
        return number(said, sign_of(said) == ",") != 0
    except BadCell:
        return True


def _adds_up(cells: Mapping[str, str], commas: Mapping[str, bool]) -> bool:
    try:
        quantity, price, amount = (abs(number(cells[target], commas.get(target, False))) for target in _MONEY)
        off = taken_off(cells["off"], cells["off_by"], quantity * price, commas.get("amount", False))
    except BadCell:
        return True  # told at the cell
    left = quantity * price - amount
    return any(abs(left - less) <= MOST_ROUNDED * max(quantity, Decimal(1)) for less in (Decimal(0), off))


def taken_off(cell: str, header: str, whole: Decimal, comma: bool) -> Decimal:
    """What a column takes off a line: money, or a share where its cell or its name says per cent. Raises BadCell."""
    said = cell.strip().removesuffix("%")
    if not said:
        return Decimal(0)
    check(said, None)
    off = abs(number(said, comma))
    return whole * off / 100 if "%" in header + cell else off
