"""Overrides: what planners say beside the model."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from chassis import audit, pagination
from chassis.failures import Conflict, Invalid, NotAllowed, invalid, not_found
from chassis.pagination import Cursor, Limit, Page
from chassis.security import Principal, Role
from contracts.types import Code, Name, Sku, Text
from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, Field, StringConstraints

from forecaster.api.parameters import Config, Day, Db, LocationFilter, Planner, SkuFilter, Viewer, today
from forecaster.domain import overrides as rules
from forecaster.planning import edits, table
from forecaster.settings import SERVICE
from forecaster.storage import live, locks, overrides

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
    with db.transaction() as connection:
        found = overrides.newest_first(
            connection, today(config), sku=sku, author=author, in_force=in_force,
            before=before[0] if before else None, limit=limit + 1,
        )  # fmt: skip
    items, following = pagination.page([OverrideOut(**row) for row in found], limit, lambda item: [item.revision])
    return Page(items=items, next_cursor=following)


@router.post("", status_code=201)
def create_override(db: Db, config: Config, caller: Planner, body: OverrideIn) -> OverrideEffect:
    """Override a forecast. 409 when the plan has changed since `revision`, or is locked by somebody else."""
    last = body.last_week or body.first_week
    if last < body.first_week:
        raise invalid("last_week", "lies before first_week", "empty_range")
    if body.expires_on is not None and body.expires_on < today(config):
        raise invalid("expires_on", "has passed", "expired")
    try:
        instruction = rules.understand(body.kind, body.value)
    except rules.Unclear as error:
        raise invalid("value", str(error)) from None
    edit = edits.Edit(
        edits.Target(body.sku, body.category, body.location), body.first_week, last, body.kind, body.value, instruction,
        body.per, body.reason, body.revision, body.expires_on, body.lock,
    )  # fmt: skip
    with db.transaction() as connection:
        return _effect(edits.make(connection, edit, _name(caller), today(config), dry_run=body.dry_run))


@router.get("/revision")
def get_plan_revision(
    db: Db, _: Viewer, sku: SkuFilter = None, category: Annotated[Name | None, Query()] = None,
    location: LocationFilter = None,
) -> RevisionOut:  # fmt: skip
    """The plan's revision of what a target covers."""
    with db.transaction() as connection:
        found = live.chosen(connection, sku=sku, category=category, location=location)
        series = [(row["sku"], row["location"]) for row in found]
        return RevisionOut(revision=overrides.revision(connection, series), series=len(series))


@router.get("/table.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def export_plan(
    db: Db, config: Config, _: Viewer, sku: SkuFilter = None, category: Annotated[Name | None, Query()] = None,
    location: LocationFilter = None,
) -> Response:  # fmt: skip
    """The plan as CSV: change `forecast` and send it back."""
    with db.transaction() as connection:
        found = live.chosen(connection, sku=sku, category=category, location=location)
        series = [(row["sku"], row["location"]) for row in found]
        content = table.write(connection, found, today(config))
        number = overrides.revision(connection, series)
    headers = {"Content-Disposition": 'attachment; filename="plan.csv"', "X-Plan-Revision": str(number)}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


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
    with db.transaction() as connection:
        return _effect(table.read(connection, decoded, _name(caller), today(config), reason=reason, revision=revision))


@router.get("/{override_id}")
def get_override(db: Db, config: Config, _: Viewer, override_id: UUID) -> OverrideEffect:
    """An override with its cells."""
    with db.transaction() as connection:
        found = _found(overrides.get(connection, override_id, today(config)), override_id)
        return OverrideEffect(
            id=override_id, revision=found["revision"], cells=found["cells"], before_total=found["before_total"],
            after_total=found["after_total"],
            changes=[OverrideCell(**row) for row in overrides.cells(connection, override_id)],
        )  # fmt: skip


@router.post("/{override_id}/undo")
def undo_override(db: Db, config: Config, caller: Planner, override_id: UUID) -> OverrideOut:
    """Take an override back: what was in force before it is again."""
    with db.transaction() as connection:
        _allowed(_found(overrides.get(connection, override_id, today(config)), override_id), caller)
        edits.undo(connection, override_id, _name(caller), today(config))
        return OverrideOut(**(overrides.get(connection, override_id, today(config)) or {}))


@router.post("/{override_id}/lock")
def lock_override(db: Db, config: Config, caller: Planner, override_id: UUID, body: LockIn) -> OverrideOut:
    """Lock an override against other planners, or unlock it. Its author may, and an admin."""
    with db.transaction() as connection:
        locks.share(connection, locks.LIVE)
        found = _found(overrides.get(connection, override_id, today(config)), override_id)
        if found["author"] != _name(caller) and not caller.may(Role.ADMIN):
            raise NotAllowed(f"Only {found['author']} or an admin may do this.", code="forbidden")
        overrides.set_lock(connection, override_id, body.locked)
        audit.record(connection, SERVICE, _name(caller), "override-locked", str(override_id), locked=body.locked)
        return OverrideOut(**(overrides.get(connection, override_id, today(config)) or {}))


def _name(caller: Principal) -> str:
    return caller.actor


def _found(row: dict[str, Any] | None, override_id: UUID) -> dict[str, Any]:
    if row is None:
        raise not_found(f"Override {override_id}")
    return row


def _allowed(row: dict[str, Any], caller: Principal) -> None:
    if row["locked"] and row["author"] != _name(caller) and not caller.may(Role.ADMIN):
        raise Conflict(f"Locked by {row['author']}.", code="locked")


def _effect(effect: edits.Effect) -> OverrideEffect:
    changes = [
        OverrideCell(
            sku=change.cell.sku, location=change.cell.location, week=change.cell.week, operation=change.operation,
            amount=change.amount, before=change.cell.before, after=change.after,
        )
        for change in effect.changes[:1000]
    ]  # fmt: skip
    return OverrideEffect(
        id=effect.id, revision=effect.revision, cells=len(effect.changes), changes=changes,
        before_total=sum(change.cell.before for change in effect.changes),
        after_total=sum(change.after for change in effect.changes),
    )  # fmt: skip
