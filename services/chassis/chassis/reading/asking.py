"""What must be asked of a file, as callers are told it."""

from collections.abc import Iterable

from pydantic import BaseModel

from chassis.reading.signs import Doubt


class PossibleAnswer(BaseModel):
    """A value for the mapping's setting, and what it would make of the file."""

    value: bool | str
    means: str


class FileQuestion(BaseModel):
    """What only the file's owner can say: the `setting` of the mapping that says it, and the evidence."""

    setting: str
    column: str
    cell: str
    message: str
    answers: list[PossibleAnswer]


def asked(doubts: Iterable[Doubt]) -> list[FileQuestion]:
    """The doubts as questions."""
    return [
        FileQuestion(
            setting=doubt.setting, column=doubt.column, cell=doubt.cell, message=doubt.message,
            answers=[PossibleAnswer(value=value, means=means) for value, means in doubt.options],
        )
        for doubt in doubts
    ]  # fmt: skip
