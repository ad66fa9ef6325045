"""Cells of a file as numbers, whatever their notation; what a cell leaves open is decided on the whole file."""

import re
from decimal import Decimal, InvalidOperation

from chassis.reading.bounds import of_short_cells


class BadCell(Exception):
    """A cell that can not be read. `code` is stable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


_CURRENCY = r"(?:[^\W\d_]{2,3}\.?|[A-Za-z]{1,2}[$£]|[$€£¥₹₩₺₽₴₪฿₫₱₦₡])"
_AROUND = re.compile(rf"^{_CURRENCY}?\s*([-+]?)\s*{_CURRENCY}?\s*(.*?)\s*{_CURRENCY}?$", re.DOTALL)
_SPACES = str.maketrans("", "", " \u00a0\u202f\u2009'’")
_EXPONENT = re.compile(r"[-+]?\d+(?:[.,]\d+)?[eE][-+]?\d{1,3}")


@of_short_cells(lambda _: "")
def bare(cell: str) -> str:
    """A number's cell without currency, spaces and the many ways to write a minus."""
    text = cell.strip().replace("\u2212", "-").replace("\u2013", "-")
    if _EXPONENT.fullmatch(text):
        return text
    if text[:1] == "(" and text[-1:] == ")":  # as accountants do
        text = f"-{text[1:-1]}"
    found = _AROUND.match(text)
    if found:
        text = found[1] + found[2]
    if text[-1:] in ("-", "+"):
        text = text[-1] + text[:-1]
    return text.translate(_SPACES)


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
        value = Decimal(plain)
    except InvalidOperation:
        return _none(cell)
    if not value.is_finite():
        raise BadCell("bad_number", f"{cell[:40]!r} is not a finite number")
    return value
