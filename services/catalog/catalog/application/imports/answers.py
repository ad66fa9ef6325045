"""What callers are told of a shop's imports: how a file is understood, how far an import is, what was refused."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis.reading.asking import FileQuestion
from chassis.saved_mappings import OfColumns
from pydantic import BaseModel, Field, StringConstraints

from catalog.domain.imports.columns import ShopMapping

KindName = Literal[
    "products", "kits", "prices", "stock", "suppliers", "terms", "receipts", "promotions", "weather", "reservations"
]  # fmt: skip
CellText = Annotated[str, StringConstraints(max_length=2000, pattern=r"^[^\x00]*$")]
ColumnName = Annotated[str, StringConstraints(max_length=500)]


class CellFault(BaseModel):
    """What is wrong with a cell."""

    line: int
    column: str
    cell: str
    code: str
    message: str


class ShownCell(BaseModel):
    """A cell as it stands in the file, and as it is understood; null where it cannot be."""

    column: str
    target: str
    raw: str
    read: str | None


class ShownLine(BaseModel):
    """A line of the preview: what it would do, what changes from what, and what is wrong with it."""

    line: int
    outcome: str
    cells: list[ShownCell]
    changes: dict[str, str | None]
    errors: list[CellFault]


class SavedShopMapping(OfColumns):
    """A mapping, the kind and the columns of the files that it is for, and who has said so."""

    mapping: ShopMapping


class ShopPreview(BaseModel):
    """How a file would be taken, by every rule of its import, on all of it.

    `targets`: what its columns may say.
    `lines`: the first ones, and then those that would be refused. `questions` must be answered in the mapping first;
    `asked` are the same with their answers. `saved_mapping`: what was kept of an earlier file of the kind and the same
    columns, by which this one is read.
    """

    kind: KindName
    targets: list[str]
    columns: list[str]
    mapping: dict[str, str]
    missing: list[str]
    format: str
    delimiter: str | None
    encoding: str | None
    day_first: bool
    lines: list[ShownLine]
    total: int
    created: int
    changed: int
    unchanged: int
    refused: int
    reasons: dict[str, int]
    warnings: list[str]
    questions: list[str]
    asked: list[FileQuestion] = []
    undoable: bool
    undo_note: str | None
    saved_mapping: SavedShopMapping | None = None


class ShopImportStarted(BaseModel):
    """A queued import."""

    id: UUID
    status: str


class Undone(BaseModel):
    """What an undo took back, and what stayed as the import made it, by reason."""

    by: str
    at: datetime | None
    lines: int
    kept: dict[str, int]


class ShopImportOut(BaseModel):
    """An import and how far it is. Every line ends created, changed, unchanged or refused."""

    id: UUID
    kind: KindName
    name: str
    status: str
    stage: str | None
    total: int | None
    done: int
    created: int
    changed: int
    unchanged: int
    refused: int
    reasons: dict[str, int]
    warnings: list[str]
    message: str | None
    seconds_left: float | None
    undoable: bool
    undo_note: str | None
    undone: Undone | None
    created_by: str
    created_at: datetime
    finished_at: datetime | None


class RefusedLine(BaseModel):
    """A line that changed nothing, with what is wrong with each of its cells.

    `mended`: cells that somebody has changed.

    `cells` is null of imports that came before their cells were kept.
    """

    line: int
    errors: list[CellFault]
    cells: dict[str, str] | None = None
    mended: dict[str, str] | None = None
    mended_by: str | None = None


class ShopLineCells(BaseModel):
    """Cells of a refused line, by column, as they should be; those left out stay."""

    line: int = Field(ge=0, lt=2**31)
    cells: dict[ColumnName, CellText] = Field(default_factory=dict, max_length=100)


class ShopMendIn(BaseModel):
    """Corrected cells of refused lines. `dry_run`: only say how they would be taken."""

    lines: list[ShopLineCells] = Field(default_factory=list, max_length=1000)
    dry_run: bool = False


class ShopMendOut(BaseModel):
    """How the lines are taken now, or would be (`dry_run`); what is still wrong, cell by cell."""

    lines: int
    created: int
    changed: int
    unchanged: int
    faults: list[CellFault]
    dry_run: bool


def faults_of(line: int, faults: Any) -> list[CellFault]:
    """Faults as they are told."""
    return [CellFault(line=line, **fault) for fault in faults]
