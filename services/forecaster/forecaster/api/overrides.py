"""Overrides: what planners say beside the model."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from chassis import pagination
from chassis.failures import Invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.parameters import Day, Db, LocationFilter, Planner, SkuFilter, Viewer
from chassis.security import Role
from contracts.types import Code, Name, Sku, Text
from fastapi import APIRouter, Body, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field, StringConstraints

from forecaster.api.parameters import Config, today
from forecaster.application.planning import overrides as plan
from forecaster.application.planning import table
from forecaster.application.planning.overrides import Edit, EditEffect, Target
from forecaster.storage import overrides

router = APIRouter(prefix="/overrides", tags=["overrides"])

Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=500, pattern=r"^[^\x00]*$")]


class OverrideIn(BaseModel):
    """`units` 120, `percent` -10, or `formula` *1.2, +250, +10%. `per` week, or in total over all chosen weeks.

    `revision` is the plan's revision that the planner saw (`GET /overrides/revision`).
    """

    sku: Sku | None = None
    category: Name | None = None
    location: Code | None = None
    first_week: Day
    last_week: Day | None = None
    kind: Literal["units", "percent", "formula"] = "units"
    value: Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[^\x00]*$")]
    per: Literal["week", "total"] = "week"
    reason: Reason
    expires_on: Day | None = None
    lock: bool = False
    revision: Annotated[int, Field(ge=0, lt=2**62)] = 0
    dry_run: bool = False


class OverrideCell(BaseModel):
    """A series' week: its forecast before and after."""

    sku: str
    location: str
    week: date
    operation: str
    amount: float
    before: float
    after: float


class OverrideOut(BaseModel):
    """A planner's action."""

    id: UUID
    revision: int
    kind: str
    value: str
    per: str
    target: dict[str, str]
    first_week: date
    last_week: date
    reason: str
    author: str
    created_at: datetime
    expires_on: date | None
    locked: bool
    cells: int
    before_total: float
    after_total: float
    in_force: bool
    undone_at: datetime | None
    undone_by: str | None


class OverrideEffect(BaseModel):
    """What an override does (up to 1,000 cells shown). `id` is null after a dry run."""

    id: UUID | None
    revision: int
    cells: int
    before_total: float
    after_total: float
    changes: list[OverrideCell]


class RevisionOut(BaseModel):
    """The plan's revision of some series: send it with the next override."""

    revision: int
    series: int


class LockIn(BaseModel):
    """Lock or unlock."""

    locked: bool


@router.get("")
def list_overrides(
    db: Db, config: Config, _: Viewer, sku: SkuFilter = None, author: Annotated[Text | None, Query()] = None,
    in_force: bool | None = None, limit: Limit = 50, cursor: Cursor = None,
) -> Page[OverrideOut]:  # fmt: skip
    """Overrides, newest first."""
    before = pagination.decode(cursor, int)
    with db.snapshot() as connection:
        found = overrides.newest_first(
            connection, today(config), sku=sku, author=author, in_force=in_force,
            before=before[0] if before else None, limit=limit + 1,
        )  # fmt: skip
    items, following = pagination.page([OverrideOut(**row) for row in found], limit, lambda item: [item.revision])
    return Page(items=items, next_cursor=following)


@router.post("", status_code=201)
def create_override(db: Db, config: Config, caller: Planner, body: OverrideIn) -> OverrideEffect:
    """Override a forecast. 409 when the plan has changed since `revision`, or is locked by somebody else."""
    edit = Edit(
        Target(body.sku, body.category, body.location), body.first_week, body.last_week or body.first_week, body.kind,
        body.value, body.per, body.reason, body.revision, body.expires_on, body.lock,
    )  # fmt: skip
    return _effect(plan.place_override(db, edit, caller.actor, today(config), dry_run=body.dry_run))


@router.get("/revision")
def get_plan_revision(
    db: Db, _: Viewer, sku: SkuFilter = None, category: Annotated[Name | None, Query()] = None,
    location: LocationFilter = None,
) -> RevisionOut:  # fmt: skip
    """The plan's revision of what a target covers."""
    with db.snapshot() as connection:
        revision, series = overrides.revision_of(connection, sku=sku, category=category, location=location)
    return RevisionOut(revision=revision, series=series)


@router.get("/table.csv", response_class=StreamingResponse, responses={200: {"content": {"text/csv": {}}}})
def export_plan(
    db: Db, config: Config, _: Viewer, sku: SkuFilter = None, category: Annotated[Name | None, Query()] = None,
    location: LocationFilter = None,
) -> StreamingResponse:  # fmt: skip
    """The plan as CSV: change `forecast` and send it back."""
    lines, number = table.export_plan(db, Target(sku, category, location), today(config))
    headers = {"Content-Disposition": 'attachment; filename="plan.csv"', "X-Plan-Revision": str(number)}
    return StreamingResponse(lines, media_type="text/csv; charset=utf-8", headers=headers)


@router.post("/table.csv", status_code=201)
def import_plan(
    db: Db, config: Config, caller: Planner, content: Annotated[bytes, Body(media_type="text/csv")],
    reason: Annotated[Reason, Query()], revision: Annotated[int, Query(ge=0, lt=2**62)],
) -> OverrideEffect:  # fmt: skip
    """Take a changed plan. Rows that say what is so already change nothing; a fault anywhere, and nothing changes."""
    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid("The table is not UTF-8.", code="encoding") from None
    return _effect(table.import_plan(db, decoded, caller.actor, today(config), reason=reason, revision=revision))


@router.get("/{override_id}")
def get_override(db: Db, config: Config, _: Viewer, override_id: UUID) -> OverrideEffect:
    """An override with its cells."""
    with db.snapshot() as connection:
        found = overrides.get(connection, override_id, today(config))
        changes = overrides.cells(connection, override_id)
    if found is None:
        raise not_found(f"Override {override_id}")
    return OverrideEffect(
        id=override_id, revision=found["revision"], cells=found["cells"], before_total=found["before_total"],
        after_total=found["after_total"], changes=[OverrideCell(**row) for row in changes],
    )  # fmt: skip


@router.post("/{override_id}/undo")
def undo_override(db: Db, config: Config, caller: Planner, override_id: UUID) -> OverrideOut:
    """Take an override back: what was in force before it is again."""
    admin = caller.may(Role.ADMIN)
    return OverrideOut(**plan.undo_override(db, override_id, caller.actor, today(config), admin=admin))


@router.post("/{override_id}/lock")
def lock_override(db: Db, config: Config, caller: Planner, override_id: UUID, body: LockIn) -> OverrideOut:
    """Lock an override against other planners, or unlock it. Its author may, and an admin."""
    admin = caller.may(Role.ADMIN)
    return OverrideOut(**plan.lock_override(db, override_id, body.locked, caller.actor, today(config), admin=admin))


def _effect(effect: EditEffect) -> OverrideEffect:
    changes = [
        OverrideCell(
            **{name: getattr(change.planned, name) for name in ("sku", "location", "week", "before")},
            operation=change.operation, amount=change.amount, after=change.after,
        )
        for change in effect.changes[:1000]
    ]  # fmt: skip
    return OverrideEffect(
        id=effect.id, revision=effect.revision, cells=len(effect.changes), changes=changes,
        before_total=sum(change.planned.before for change in effect.changes),
        after_total=sum(change.after for change in effect.changes),
    )  # fmt: skip
