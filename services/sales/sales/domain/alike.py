"""Codes of a file that may not be what they seem: told, since no cell says whether they are.

Letters of other alphabets that are drawn like Latin ones, digits that a barcode's last one gainsays among barcodes that
hold, or alone where there are too few of such codes to tell, and words of totals that a product was made of.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from collections.abc import Mapping

from chassis.reading.codes import is_barcode
from chassis.reading.totals import is_called_total

_DRAWN_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",  # Cyrillic and Greek
    "ABEKMHOPCTYXIJSABEZHIKMNOPTYX",
)
_LENGTHS = (11, 12, 13, 14)
_OF_SHOPS = (12, 13)  # what stands on goods
_LEAST_BARCODES = 5
_MOST_WRONG = 0.2  # of a file's long codes of digits: above that they are none of barcodes
_NAMED = 5


def told(products: Mapping[str, str | None]) -> list[str]:
    """What is to be told of the codes (with their products' names) that lines are taken by."""
    said = [
        ("written with letters of another alphabet that look like Latin ones", _in_another_alphabet),
        ("called like a row of totals, which count as sales of a product", _called_total),
        ("of digits that are no barcodes by their last one, among barcodes (mistyped, or cut)", _wrong_barcodes),
        ("of digits that are no barcodes by their last one (mistyped, or cut, if they are barcodes)", _wrong_alone),
    ]
    found = ((what, judge(products)) for what, judge in said)
    return [f"Codes {what}: {len(codes):,} ({', '.join(map(repr, codes[:_NAMED]))})." for what, codes in found if codes]


def _in_another_alphabet(products: Mapping[str, str | None]) -> list[str]:
    return [
        code for code in products if not code.isascii() and (latin := code.translate(_DRAWN_ALIKE)) != code
        and (latin.isascii() or latin in products)
    ]  # fmt: skip


def _called_total(products: Mapping[str, str | None]) -> list[str]:
    return [code for code, name in products.items() if is_called_total(code) or is_called_total(name or "")]


def _wrong_barcodes(products: Mapping[str, str | None]) -> list[str]:
    digits, wrong = _long_digits(products)
    return wrong if len(digits) >= _LEAST_BARCODES and len(wrong) <= _MOST_WRONG * len(digits) else []


def _wrong_alone(products: Mapping[str, str | None]) -> list[str]:
    """One code as long as barcodes are, gainsaid by its last digit, where a shop has few: several would be its own."""
    digits, wrong = _long_digits(products)
    return wrong if len(digits) < _LEAST_BARCODES and [len(code) in _OF_SHOPS for code in wrong] == [True] else []


def _long_digits(products: Mapping[str, str | None]) -> tuple[list[str], list[str]]:
    """Codes of digits as long as barcodes, and those of them that are none."""
    digits = [code for code in products if len(code) in _LENGTHS and code.isascii() and code.isdigit()]
    return digits, [code for code in digits if not is_barcode(code)]
