"""Columns found by the names that people give them: case, punctuation and spaces are no difference."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TypeVar

_TURKISH = {0x307: None, ord("ı"): "i"}  # capitals of a Turkish spreadsheet: PRİCE, QUANTıTY
T = TypeVar("T", bound=str)


def plain(header: str) -> str:
    """A header as it is compared."""
    text = unicodedata.normalize("NFC", header).casefold().translate(_TURKISH)
    return re.sub(r"[\W_]+", " ", text).strip()


def fingerprint(headers: Sequence[str]) -> str:
    """By what files of the same columns are known."""
    return hashlib.sha256("\n".join(map(plain, headers)).encode()).hexdigest()[:32]


def told_apart(headers: Sequence[str]) -> list[str]:
    """The headers, of which those that say the same as an earlier one are numbered."""
    found: list[str] = []
    for header in headers:
        name, times = header, 1
        while header and name in found:
            times += 1
            name = f"{header} ({times})"
        found.append(name)
    return found


def found(given: Mapping[T, str], headers: Sequence[str], synonyms: Mapping[T, Sequence[str]]) -> dict[T, str]:
    """The column of each target: as given, else by one of its names; a column serves one target at most."""
    columns = {target: name for target, name in given.items() if name in headers}
    free = [header for header in headers if header not in columns.values()]
    for target, names in synonyms.items():
        if target in given:
            continue
        header = next((header for name in names for header in free if plain(header) == name), None)
        if header is not None:
            columns[target] = header
            free.remove(header)
    return columns
