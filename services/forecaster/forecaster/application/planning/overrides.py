"""Override a forecast, take that back, lock it: checked against the revision it was made on, told to everybody.

All of an edit is one transaction: the operations, the series' new revision, the audit entry, and the changed
forecasts as `forecast-ready`. Of two people who edit the same at once, one gets a conflict and nothing is lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, outbox
from chassis.database import Connection, Database
from chassis.failures import Conflict, NotAllowed, NotFound, invalid, not_found

from forecaster.application import announce
from forecaster.domain import overrides as rules
from forecaster.domain.forecasts import Forecast, horizon_weeks
from forecaster.domain.overrides import Change, Instruction, Per, PlannedWeek, Series
from forecaster.settings import SERVICE
from forecaster.storage import forecasts, kit_plans, live, locks, overrides


@dataclass(frozen=True)
class Target:
    """Whose forecast: a product, a category, a location, or where they meet."""

    sku: str | None = None
    category: str | None = None
    location: str | None = None

    def document(self) -> dict[str, str]:
        """Without what is not given."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Edit:
    """A planner's action, on the plan as it was at `revision`."""

    target: Target
    first_week: date
    last_week: date
    kind: rules.Kind
    value: str
    per: Per
    reason: str
    revision: int
    expires_on: date | None = None
    locked: bool = False


@dataclass(frozen=True)
class EditEffect:
    """What an edit does, or would do. `id` is None for one that was only tried."""

    id: UUID | None
    revision: int
    changes: list[Change]


def place_override(database: Database, edit: Edit, who: str, today: date, *, dry_run: bool = False) -> EditEffect:
    """Carry an edit out, or only say what it would do."""
    instruction = _understood(edit, today)
    with database.transaction() as connection:
        locks.share(connection, locks.LIVE)
        target = edit.target
        found = live.chosen(connection, sku=target.sku, category=target.category, location=target.location)
        if not found:
            raise NotFound("Nothing that is forecast matches the target.", code="no_forecast")
        series = [(row["sku"], row["location"]) for row in found]
        if not dry_run:
            overrides.hold_series(connection, reached(connection, series))
        revision = overrides.revision(connection, series)
        if not dry_run:
            check_revision(edit.revision, revision)
        planned = _planned(connection, found, edit, who, today)
        if all(week.fixed for week in planned):
            raise Conflict("These weeks are locked by somebody else.", code="locked")
        try:
            changes = rules.spread(instruction, planned, edit.per)
        except rules.Unclear as error:
            raise invalid("value", str(error)) from None
        if dry_run:
            return EditEffect(None, revision, changes)
        return keep(connection, changes, who, today, {
            "kind": edit.kind, "value": edit.value, "per": edit.per, "target": target.document(),
            "reason": edit.reason, "expires_on": edit.expires_on, "locked": edit.locked,
        })  # fmt: skip


def _understood(edit: Edit, today: date) -> Instruction:
    if edit.last_week < edit.first_week:
        raise invalid("last_week", "lies before first_week", "empty_range")
    if edit.expires_on is not None and edit.expires_on < today:
        raise invalid("expires_on", "has passed", "expired")
    try:
        return rules.understand(edit.kind, edit.value)
    except rules.Unclear as error:
        raise invalid("value", str(error)) from None


def undo_override(database: Database, set_id: UUID, who: str, today: date, *, admin: bool = False) -> dict[str, Any]:
    """Take a set back: what was in force before it is again. A locked one its author may, and an admin."""
    with database.transaction() as connection:
        locks.share(connection, locks.LIVE)
        found = _found(connection, set_id, today)
        if found["locked"] and found["author"] != who and not admin:
            raise Conflict(f"Locked by {found['author']}.", code="locked")
        series = reached(connection, overrides.series_of(connection, set_id))
        overrides.hold_series(connection, series)
        if not overrides.undo(connection, set_id, who):
            raise Conflict("This override was undone before.", code="undone")
        overrides.raise_revision(connection, series)
        _republish(connection, series, today)
        audit.record(connection, SERVICE, who, "override-undone", str(set_id))
        return _found(connection, set_id, today)


def lock_override(
    database: Database, set_id: UUID, locked: bool, who: str, today: date, *, admin: bool = False
) -> dict[str, Any]:
    """Lock a set against other planners, or unlock it. Its author may, and an admin."""
    with database.transaction() as connection:
        locks.share(connection, locks.LIVE)
        found = _found(connection, set_id, today)
        if found["author"] != who and not admin:
            raise NotAllowed(f"Only {found['author']} or an admin may do this.", code="forbidden")
        overrides.set_lock(connection, set_id, locked)
        audit.record(connection, SERVICE, who, "override-locked", str(set_id), locked=locked)
        return _found(connection, set_id, today)


def _found(connection: Connection, set_id: UUID, today: date) -> dict[str, Any]:
    found = overrides.get(connection, set_id, today)
    if found is None:
        raise not_found(f"Override {set_id}")
    return found


def expire_overrides(connection: Connection, today: date) -> int:
    """Tell everybody of the series whose overrides have run out; how many those are."""
    locks.share(connection, locks.LIVE)
    ended = overrides.take_expired(connection, today)
    series = reached(connection, ended)
    if series:
        overrides.hold_series(connection, series)
        overrides.raise_revision(connection, series)
        _republish(connection, series, today)
    return len(ended)


def reached(connection: Connection, series: Sequence[Series]) -> list[Series]:
    """The series, and those of the components of kits among them: what is said of a kit is said of them."""
    return sorted({*series, *kit_plans.components(connection, series)}) if series else []


@dataclass(frozen=True)
class PlannedForecast:
    """A row of a live forecast: as the model has it (`model`), with what is said of kits (`base`), `final`."""

    row: dict[str, Any]
    model: Forecast
    base: Forecast
    final: Forecast


def current(connection: Connection, found: Sequence[dict[str, Any]], today: date) -> list[PlannedForecast]:
    """How the forecasts of some rows stand."""
    series = [(row["sku"], row["location"]) for row in found]
    in_force = overrides.operations(connection, today, series)
    standing = []
    for row in found:
        model, first = forecasts.from_row(row), row["first_week"]
        own = in_force.get((row["sku"], row["location"]), {})
        standing.append(PlannedForecast(row, model, rules.beneath(model, first, own), rules.apply(model, first, own)))
    return standing


def keep(connection: Connection, changes: list[Change], who: str, today: date, values: dict[str, Any]) -> EditEffect:
    """Store a set of changes, all of whose `reached` series are held, and tell everybody."""
    set_id = uuid4()
    series = reached(connection, [(change.planned.sku, change.planned.location) for change in changes])
    revision = overrides.raise_revision(connection, series)
    overrides.create(connection, {"id": set_id, "seq": revision, "author": who, **values}, changes)
    _republish(connection, series, today)
    audit.record(connection, SERVICE, who, "forecast-overridden", str(set_id), cells=len(changes),
                 target=values["target"], value=values["value"], reason=values["reason"])  # fmt: skip
    return EditEffect(set_id, revision, changes)


def _republish(connection: Connection, series: Sequence[Series], today: date) -> None:
    """Publish the forecasts of some series as they stand after overrides."""
    events, told = [], []
    for one in current(connection, live.of_series(connection, series), today):
        row, final = one.row, one.final
        weeks = horizon_weeks(row["first_week"], len(final.mean))
        told.append(final)
        events.append(announce.forecast_ready(row["run_id"], row["as_of"], weeks, final, final is not one.model))
    outbox.publish(connection, events)
    forecasts.plan(connection, told)


def check_revision(given: int, present: int) -> None:
    """An edit made on an old state is refused: somebody else's would be lost."""
    if given != present:
        raise Conflict(
            f"The plan has changed meanwhile: it is at revision {present}, not {given}. Read it again.",
            code="revision_conflict",
        )  # fmt: skip


def _planned(
    connection: Connection, found: list[dict[str, Any]], edit: Edit, who: str, today: date
) -> list[PlannedWeek]:
    locked = overrides.locked(connection, today, [(row["sku"], row["location"]) for row in found])
    planned = []
    for one in current(connection, found, today):
        row, base, final = one.row, one.base, one.final
        for step, week in enumerate(horizon_weeks(row["first_week"], len(final.mean))):
            if edit.first_week <= week <= edit.last_week:
                owner = locked.get((row["sku"], row["location"], week))
                planned.append(PlannedWeek(
                    row["sku"], row["location"], week, float(base.mean[step]), float(final.mean[step]),
                    fixed=owner not in (None, who),
                ))  # fmt: skip
    if not planned:
        raise invalid("first_week", "no week of the forecast lies in this range", "no_weeks")
    return planned
