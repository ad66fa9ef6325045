"""Cells of a file as numbers, whatever their notation; what a cell leaves open is decided on the whole file."""

import re
from decimal import Decimal, InvalidOperation

from chassis.reading.bounds import of_short_cells


class BadCell(Exception):
    """A cell that can not be read. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


_CURRENCY = r"(?:[A-Za-z]{1,2}[$£]|[^\W\d_]{2,3}\.?|[$€£¥₹₩₺₽₴₪฿₫₱₦₡])"
_AROUND = re.compile(rf"^({_CURRENCY})?\s*([-+]?)\s*({_CURRENCY})?\s*(.*?)\s*({_CURRENCY}|[gGlL])?$", re.DOTALL)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
# Digits that spaces or apostrophes stand between are groups of three, or one number is two: `1 2` is not twelve.
_APART = re.compile(r"\d[ \u00a0\u202f\u2009'’]+\d")
_IN_THREES = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u202f\u2009'’]\d{3})+(?:[.,]\d*)?")
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d{1,3}")
_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
# The letters of fonts that are as wide as they are high, and all that is drawn as a minus.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE5: "¥", 0xFFE1: "£"}
_NARROW |= dict.fromkeys(map(ord, "‐‑‒–—―−﹣"), "-") | {0xFF0D: "-"}
_FLAT = re.compile(r"([.,])\s*--?(?=\D*$)")  # `12,-` is twelve and no cents, in Germany and Switzerland
# What is written around numbers: signs that mean the same, and words for a piece, which say nothing.
SAME = {
    "€": "EUR", "EURO": "EUR", "$": "USD", "US$": "USD", "£": "GBP", "FR": "CHF", "SFR": "CHF", "₹": "INR", "RS": "INR",
    "KGS": "KG", "KILO": "KG", "GR": "G", "GRS": "G", "LTR": "L", "LT": "L", "LBS": "LB",
}  # fmt: skip
PIECES = frozenset((
    "ST", "STK", "STÜ", "PC", "PCS", "PCE", "PZ", "PZS", "EA", "UN", "UNS", "UD", "UDS", "U", "PIECE", "PIECES",
    "STÜCK", "PIÈCE", "PIÈCES", "PIEZA", "PIEZAS", "UNIT", "UNITS", "UNIT(S)", "EACH",
    "SZT", "KS", "DB", "BUC", "KOM", "NOS", "STC",
))  # fmt: skip


def unwrapped(cell: str) -> str:
    """The text of a cell that a program wrote as a formula, so that spreadsheets leave it alone: `="00123"`."""
    found = _FORMULA.fullmatch(cell.strip())
    return (found[1] if found else cell).strip()


def _plainly(cell: str) -> str:
    text = unwrapped(cell).translate(_NARROW)
    text = _FLAT.sub(r"\g<1>00", text)
    if text[:1] == "(" and text[-1:] == ")":  # as accountants do
        text = f"-{text[1:-1]}"
    return text


@of_short_cells(lambda _: "")
def bare(cell: str) -> str:
    """A number's cell without currency, spaces and the many ways to write a minus."""
    text = _plainly(cell)
    if _EXPONENT.fullmatch(text):
        return text
    found = _AROUND.match(text)
    if found:
        text = found[2] + found[4]
    if text[-1:] == "-":  # `10+` is ten or more, and no number
        text = text[-1] + text[:-1].rstrip()
    if _APART.search(text) and not _IN_THREES.fullmatch(text):
        return text
    return text.translate(_SPACES)


def unit_of(cell: str) -> str:
    """The currency or the unit that a number's cell names: EUR of `12,50 €`; nothing where it names none, or pieces."""
    said = word_of(cell)
    return "" if said in PIECES else said


@of_short_cells(lambda _: "")
def word_of(cell: str) -> str:
    """The word or sign beside a number, in its usual letters, also one for pieces; nothing where there is none."""
    text = _plainly(cell)
    found = None if _EXPONENT.fullmatch(text) else _AROUND.match(text)
    said = next((part for part in (found[1], found[3], found[5]) if part), "") if found else ""
    said = said.rstrip(".").upper()
    return SAME.get(said, said)


# Digits, in threes from the right if they are in groups; in India those before the last three are in twos.
_GROUPED = re.compile(r"[-+]?(?:\d*|\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*|\d{1,2}(?:([.,])\d{2})+\2\d{3})")


def _decimal_sign(plain: str, comma: bool) -> str:
    """The sign before a number's decimals: what it shows, else the one that was decided on the whole file."""
    sign = "," if plain.rfind(",") > plain.rfind(".") else "."
    if plain.count(sign) > 1:
        return "." if sign == "," else ","
    whole, _, part = plain.lstrip("+-").partition(sign)
    if whole.isdigit() and len(whole) <= 3 and whole[0] != "0" and len(part) == 3 and part.isdigit():
        return "," if comma else "."
    return sign


def _none(cell: str) -> Decimal:
    raise BadCell("bad_number", f"{cell[:40]!r} is not a number")


@of_short_cells(_none)
def number(cell: str, comma: bool) -> Decimal:
    """A number, thousands separators removed; a cell that shows its decimal sign is read by that. Raises BadCell."""
    plain = bare(cell)
    if "," in plain or "." in plain:
        decimal = _decimal_sign(plain, comma)
        whole, _, rest = plain.partition(decimal)
        if not _GROUPED.fullmatch(whole):
            _none(cell)
        plain = f"{whole.replace(',' if decimal == '.' else '.', '')}.{rest}"
    try:
        value = Decimal(_none(cell) if "_" in plain else plain)
    except InvalidOperation:
        return _none(cell)
    if not value.is_finite():
        raise BadCell("bad_number", f"{cell[:40]!r} is not a finite number")
    return value
