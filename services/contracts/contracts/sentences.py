"""Sentences that a service makes and people read in their own language.

A sentence is its English text with places, and what stands in them: a reader's text is found by the English one, and
its numbers and days are written as that reader writes them. `english` is the same for whoever shows it as it is.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Union

_PLACE = re.compile(r"\{(\d)\}")


@dataclass(frozen=True)
class Amount:
    """A number that is shown with so many decimals; `signed` also where it is more than nothing."""

    number: float
    digits: int = 0
    signed: bool = False

    def english(self) -> str:
        """As it stands in an English sentence."""
        return f"{self.number:{'+' if self.signed else ''}.{self.digits}f}".replace("-", "−")


Value = Union["Sentence", Amount, date, datetime, str, int]


@dataclass(frozen=True)
class Sentence:
    """A text with places `{0}`, `{1}` … and what fills them; texts of people (names, codes) are themselves."""

    text: str
    values: tuple[Value, ...] = ()

    def english(self) -> str:
        """As a whole, in English."""
        return _PLACE.sub(lambda place: _english(self.values[int(place[1])]), self.text)

    def document(self) -> dict[str, Any]:
        """As JSON holds it."""
        return {"text": self.text, "values": [_document(value) for value in self.values]}


def sentence(text: str, *values: Value) -> Sentence:
    """A sentence of its text and what stands in it."""
    return Sentence(text, values)


def texts_of(document: dict[str, Any]) -> list[str]:
    """All texts that a sentence as JSON is made of: what a language has to know."""
    inner: Sequence[Any] = document["values"]
    within = [text for value in inner if isinstance(value, dict) and "text" in value for text in texts_of(value)]
    return [document["text"], *within]


def _english(value: Value) -> str:
    match value:
        case Sentence() | Amount():
            return value.english()
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _document(value: Value) -> Any:
    match value:
        case Sentence():
            return value.document()
        case Amount():
            return {"number": value.number, "digits": value.digits, "signed": value.signed}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case _:
            return value
