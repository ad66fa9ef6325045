"""What callers are told of imports: how far one is, how a file would be read, which lines became no sale."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel


class ImportOut(BaseModel):
    """An import and how far it is. Every line ends recorded, duplicate, quarantined or rejected."""

    id: UUID
    name: str
    source: str
    status: str
    stage: str | None
    total: int | None
    done: int
    recorded: int
    duplicates: int
    quarantined: int
    rejected: int
    reasons: dict[str, int]
    rate: float | None
    seconds_left: float | None
    message: str | None
    warnings: list[str]
    shift_weeks: int
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class ImportStarted(BaseModel):
    """A queued import."""

    id: UUID
    status: str


class RejectedLine(BaseModel):
    """A line that became no sale."""

    line: int
    code: str | None
    column: str | None
    message: str | None
    content: str | None


class PreviewError(BaseModel):
    """What is wrong with a line, and in which column."""

    column: str
    code: str
    message: str


class PreviewRow(BaseModel):
    """One line of the preview."""

    line: int
    values: list[str]
    errors: list[PreviewError]


class Preview(BaseModel):
    """How the file would be read. `rows`: its first lines, and then those that would become no sale.

    `questions` must be answered in the mapping before the file is imported.
    """

    columns: list[str]
    mapping: dict[str, str]
    missing: list[str]
    format: str
    delimiter: str | None
    encoding: str | None
    decimal: str
    day_first: bool
    rows: list[PreviewRow]
    warnings: list[str]
    questions: list[str]
    lines: int
    refused: int
    reasons: dict[str, int]
