"""The currency or unit that the numbers of a file are in: one a column, and one for all money.

What is added up must be of one kind: a cell that names another currency or unit than most cells of its column is
refused where it stands. A cell that names none is of the usual one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chassis.reading.cells import PIECES, SAME, BadCell, unit_of, word_of
from chassis.reading.headers import found

# How many pieces are in one, no file says.
_PACKS = frozenset((
    "DZ", "DTZ", "DOZ", "DZN", "GRO", "CAJ", "CJ", "KT", "PA", "PKT", "PQ", "KST", "LOT", "SET", "ER", "PR", "PRS",
    "BOX", "BX", "CTN", "CS", "PK", "PKG", "PAK", "KRT", "VPE", "PAL",
))  # fmt: skip
_MEASURES = frozenset((
    "KG", "G", "MG", "TO", "LB", "OZ", "L", "ML", "CL", "DL", "HL", "GAL", "QT", "PT", "CM", "MM", "KM", "YD", "FT",
    "IN", "LFM", "QM", "SQM", "CBM",
))  # fmt: skip
# By their codes (ISO 4217), and by the words that they have at home.
_CURRENCIES = frozenset((
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD", "BIF",
    "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLP", "CNY", "COP", "CRC",
    "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD", "FKP", "GBP", "GEL", "GHS",
    "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HRK", "HTG", "HUF", "IDR", "ILS", "INR", "IQD", "IRR", "ISK",
    "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD", "KZT", "LAK", "LBP", "LKR", "LRD",
    "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU", "MUR", "MVR", "MWK", "MXN", "MYR", "MZN",
    "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN", "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON",
    "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK", "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC",
    "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP", "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS",
    "VES", "VND", "VUV", "WST", "XAF", "XCD", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWL", "ZŁ", "ZL", "KR", "KČ", "KC",
    "RS", "DIN", "NIS", "LEI", "LEU", "LV", "ЛВ", "РУБ", "RP", "RM", "TL", "DH", "DA", "DT", "KSH", "FR", "SFR",
    "¥", "₩", "₺", "₽", "₴", "₪", "฿", "₫", "₱", "₦", "₡",
))  # fmt: skip
_MARKS = frozenset(("DR", "CR"))  # of accounts: which of them a sale is, depends on whose account it is
MONEY = frozenset(("unit_price", "price", "amount", "cost", "unit_cost", "stockout_cost"))
DOLLARS = frozenset(("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS"))


# Columns that name them beside the numbers, in the languages offered.
NAMED = {
    "unit": ("unit", "uom", "unit of measure", "unit of sale", "einheit", "mengeneinheit", "verkaufseinheit", "unité",
             "unité de vente", "unidad", "unidad de medida", "udm", "um", "u m", "me", "einh", "measure", "unit code",
             "uom code", "sales unit"),
    "currency": ("currency", "currency code", "währung", "währungscode", "devise", "monnaie", "moneda", "divisa",
                 "curr", "currency iso", "iso currency", "currency code iso", "sale currency", "transaction currency",
                 "whg", "wkz", "code devise"),
}  # fmt: skip
_MOST_NAMED, _MOST_TOLD = 5, 10


@dataclass
class Unread:
    """Columns that a kind of file has no use for, and what they say: none is left out in silence."""

    columns: Mapping[str, str]
    others: dict[str, bool]  # whether they say anything
    said: dict[str, dict[str, None]] = field(default_factory=dict)

    @classmethod
    def of(cls, headers: Sequence[str], read: Mapping[str, str]) -> "Unread":
        """Those of a file's columns that are not read."""
        unread = [header for header in headers if header and header not in read.values()]
        named = found({}, unread, NAMED)
        return cls(named, {header: False for header in unread if header not in named.values()})

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target, header in self.columns.items():
            cell, said = row.get(header, "").strip()[:40], self.said.setdefault(target, {})
            if cell and len(said) < _MOST_NAMED:
                said[cell] = None
        for header, says in self.others.items():
            self.others[header] = says or bool(row.get(header, "").strip())

    def told(self) -> list[str]:
        """What is to be told: money is the business's; quantities of several units or of packs count as they stand."""
        means = {
            "currency": "money is taken in the currency of the business",
            "unit": "quantities count as they stand",
        }
        told = [
            f"The column {self.columns[target]!r} ({', '.join(map(repr, said))}) is not read: {means[target]}."
            for target, said in self.said.items()
            if len(said) > 1 or (said and (target == "currency" or any(is_pack(named_unit(word)) for word in said)))
        ]
        others = [header[:40] for header, says in self.others.items() if says]
        if others:
            more = f" and {len(others) - _MOST_TOLD:,} more" if len(others) > _MOST_TOLD else ""
            told.append(f"Columns that are not read: {', '.join(map(repr, others[:_MOST_TOLD]))}{more}.")
        return told


@dataclass
class Units:
    """Counts what the cells of the `numeric` targets name."""

    columns: Mapping[str, str]
    numeric: Sequence[str]
    votes: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, row: Mapping[str, str]) -> None:
        """Look at a line."""
        for target in self.numeric:
            cell = row.get(self.columns[target], "") if target in self.columns else ""
            unit = unit_of(cell) if any(map(str.isdigit, cell)) else ""  # a word without a number names none
            if unit:
                self.votes.setdefault(_pool(target), Counter())[unit] += 1
        if money := unit_of(row.get(self.columns.get("currency", ""), "")):  # a column of currencies
            self.votes.setdefault("money", Counter())[money] += 1

    def usual(self) -> dict[str, str]:
        """What most cells of each target name; targets none of whose cells names anything are left out."""
        return {
            target: self.votes[_pool(target)].most_common(1)[0][0]
            for target in self.numeric
            if _pool(target) in self.votes
        }


def _is_money(word: str) -> bool:
    return word in _CURRENCIES or word[-1] in "$£€"


def is_unit(word: str) -> bool:
    """Whether a word, in capitals, is one of a unit, a pack or a currency."""
    return word in _MEASURES or word in PIECES or word in _PACKS or _is_money(word)


def is_pack(unit: str) -> bool:
    """Whether a unit is of so many pieces as no file says."""
    return unit in _PACKS


def named_unit(cell: str) -> str:
    """The unit that a cell of a column of units names, in its usual letters; pieces by any of their names are PCS."""
    said = cell.strip().rstrip(".").upper()
    return "PCS" if said in PIECES else SAME.get(said, said)


def _pool(target: str) -> str:
    return "money" if target in MONEY else target


def check(cell: str, usual: str | None, *, money: bool | None = None) -> None:
    """Raise BadCell for a number in another unit than is usual in its column, in packs, or marked as an account's.

    `money`: whether the column is one of money, if that is known: money is no number of goods, and goods are no money.
    """
    unit = unit_of(cell)
    if unit in _MARKS:
        raise BadCell("debit_credit", f"{cell[:40]!r} is marked as a debit or credit: write returns with a minus")
    if unit in _PACKS:
        raise BadCell("pack_unit", f"{cell[:40]!r} is in packs, and how many pieces are in one the file does not say")
    if unit and unit not in _MEASURES and not _is_money(unit) and any(map(str.isdigit, cell)):  # `ten` is no number
        raise BadCell("unknown_unit", f"{cell[:40]!r} is in {unit}, and what that is of one is not known")
    word = word_of(cell)
    if money is not None and word and any(map(str.isdigit, cell)) and _is_money(word) != money:
        message = f"{cell[:40]!r} is no money" if money else f"{cell[:40]!r} is money, and no number of goods"
        raise BadCell("other_unit", message)
    if usual and unit and unit != usual:
        raise BadCell("other_unit", f"{cell[:40]!r} is in {unit}, and the other cells of the file are in {usual}")


def other_money(units: Mapping[str, str], currency: str) -> list[str]:
    """What is to be told where the file names another currency than the business counts in."""
    named = {units[target] for target in MONEY & units.keys()} - {currency}
    if currency in DOLLARS:
        named -= {"USD"}  # `$` is any of them
    return [
        f"Money in this file is in {unit}, and the business counts in {currency}: it is recorded as it stands."
        for unit in sorted(named)
    ]
