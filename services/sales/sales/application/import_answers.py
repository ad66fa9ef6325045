"""What callers are told of imports: how far one is, how a file would be read, which lines became no sale."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from chassis.reading.asking import FileQuestion
from pydantic import BaseModel, Field, StringConstraints

from sales.application.saved_mappings import SavedMapping

Cell = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
Name = Annotated[str, StringConstraints(max_length=500)]


class FollowUp(BaseModel):
    """Long work on an import that has ended: mending its failed lines, or undoing it."""

    status: str
    stage: str | None
    done: int
    total: int
    seconds_left: float | None
    message: str | None
    requested_by: str
    requested_at: datetime
    finished_at: datetime | None


class ImportOut(BaseModel):
    """An import and how far it is. Every line ends recorded, duplicate, quarantined or rejected.

    `mend` and `undo`: the last time that its failed lines were run again, and that it was taken back. `undone`: sales
    that were voided by that; `withdrawn`: lines that waited and wait no more; `kept`: entries that are left as they
    are, since somebody has corrected them since (`GET /imports/{id}/kept`).
    """

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
    mend: FollowUp | None = None
    undo: FollowUp | None = None
    undone: int = 0
    kept: int = 0
    withdrawn: int = 0


class ImportStarted(BaseModel):
    """A queued import."""

    id: UUID
    status: str


class RejectedLine(BaseModel):
    """A line that became no sale: the column at fault, and all of its cells by column as the file had them.

    `mended`: cells that somebody has changed. `cells` is null until the import has ended, and where it is too old.
    """

    line: int
    code: str | None
    column: str | None
    message: str | None
    content: str | None
    cells: dict[str, str] | None = None
    mended: dict[str, str] | None = None
    mended_by: str | None = None


class LineCells(BaseModel):
    """Cells of a failed line, by column, as they should be; those left out stay."""

    line: int = Field(ge=0, lt=2**31)
    cells: dict[Name, Cell] = Field(default_factory=dict, max_length=500)


class LineFault(BaseModel):
    """What is still wrong with a line, and in which column."""

    line: int
    column: str
    code: str
    message: str


class MendOut(BaseModel):
    """How the lines read now. Lines without a fault are run again, unless it was a `dry_run`."""

    lines: int
    faults: list[LineFault]
    dry_run: bool


class KeptEntry(BaseModel):
    """An entry that an undo leaves as it is: `corrected_since`, or itself a `correction` or `void`."""

    line: int
    sale_id: UUID
    event_id: str
    sku: str
    location: str
    quantity: Decimal
    sold_at: datetime
    reason: str


class PreviewError(BaseModel):
    """What is wrong with a line, and in which column."""

    column: str
    code: str
    message: str


class PreviewRow(BaseModel):
    """One line of the preview: its cells, how it is understood (`read`, in UTC), and what is wrong with it.

    `fate`: what it would become, `recorded`, `duplicate`, `waiting` or `refused`.
    Of an export that is known the cells are those of its plain line; `raw` has them as they stand in the file.
    """

    line: int
    values: list[str]
    errors: list[PreviewError]
    read: dict[str, str] = {}
    fate: str | None = None
    raw: dict[str, str] = {}


class PresetTaken(BaseModel):
    """The export that a file was taken for, the columns that say so, and the page that describes it.

    `"preset": "none"` in the mapping refuses it.
    """

    name: str
    title: str
    page: str
    known_by: list[str]


class Preview(BaseModel):
    """How the file would be read. `rows`: its first lines, and then those that would become no sale.

    `targets`: what a column may be, those of most files first; `mapping`: which column is what.
    `questions` must be answered in the mapping before the file is imported; `asked` are the same with their answers.
    Every line is `recorded`, one of
    `duplicates` (it is there already), `waiting` (for a code or a location) or `refused`; `conflicts` are those of the
    refused whose id another sale has. `unknown`: how many codes no product has, of which `unknown_codes` names some;
    `makes_products` says whether they become products. `saved_mapping`: what was kept of an earlier file of the same
    columns, by which this one, that came without a mapping, is read.
    """

    columns: list[str]
    targets: list[str] = []
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
    asked: list[FileQuestion] = []
    lines: int
    refused: int
    reasons: dict[str, int]
    preset: PresetTaken | None = None
    unknown_codes: list[str] = []
    unknown: int = 0
    makes_products: bool = False
    recorded: int = 0
    duplicates: int = 0
    conflicts: int = 0
    waiting: int = 0
    unknown_locations: list[str] = []
    saved_mapping: SavedMapping | None = None


class CodeDecided(BaseModel):
    """What was decided of a code, and what became of the claims that waited for it."""

    code: str
    decision: str
    sku: str | None
    recorded: int = 0
    rejected: int = 0
    waiting: int = 0
