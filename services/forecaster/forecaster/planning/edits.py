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
from chassis.database import Connection
from chassis.failures import Conflict, NotFound, invalid

from forecaster.domain import overrides as rules
from forecaster.domain.forecasts import Forecast, horizon_weeks
from forecaster.domain.overrides import Cell, Change, Instruction, Per
from forecaster.events import builders
from forecaster.settings import SERVICE
from forecaster.storage import forecasts, live, locks, overrides
from forecaster.storage.overrides import Operations, Series


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
    """A planner's action."""

    target: Target
    first_week: date
    last_week: date
    kind: str
    value: str
    instruction: Instruction
    per: Per
    reason: str
    revision: int
    expires_on: date | None = None
    locked: bool = False


@dataclass(frozen=True)
class Effect:
    """What an edit does, or would do. `id` is None for one that was only tried."""

    id: UUID | None
    revision: int
    changes: list[Change]


def current(
    connection: Connection, found: Sequence[dict[str, Any]], today: date
) -> list[tuple[dict[str, Any], Forecast, Forecast]]:
    """Rows of live forecasts with the model's forecast and the one after overrides."""
    series = [(row["sku"], row["location"]) for row in found]
    in_force = overrides.operations(connection, today, series)
    pairs = []
    for row in found:
        model = forecasts.from_row(row)
        own = in_force.get((row["sku"], row["location"]), {})
        pairs.append((row, model, rules.apply(model, row["first_week"], own)))
    return pairs


def make(connection: Connection, edit: Edit, who: str, today: date, *, dry_run: bool = False) -> Effect:
    """Carry an edit out, or only say what it would do."""
    target = edit.target
    locks.share(connection, locks.LIVE)
    found = live.chosen(connection, sku=target.sku, category=target.category, location=target.location)
    if not found:
        raise NotFound("Nothing that is forecast matches the target.", code="no_forecast")
    series = [(row["sku"], row["location"]) for row in found]
    revision = overrides.revision(connection, series) if dry_run else overrides.hold_series(connection, series)
    if not dry_run:
        check_revision(edit.revision, revision)
    cells = _cells(connection, found, edit, who, today)
    if all(cell.fixed for cell in cells):
        raise Conflict("These weeks are locked by somebody else.", code="locked")
    try:
        changes = rules.spread(edit.instruction, cells, edit.per)
    except rules.Unclear as error:
        raise invalid("value", str(error)) from None
    if dry_run:
        return Effect(None, revision, changes)
    return keep(connection, changes, who, today, {
        "kind": edit.kind, "value": edit.value, "per": edit.per, "target": target.document(), "reason": edit.reason,
        "expires_on": edit.expires_on, "locked": edit.locked,
    })  # fmt: skip


def keep(connection: Connection, changes: list[Change], who: str, today: date, values: dict[str, Any]) -> Effect:
    """Store a set of changes, whose series are held, and tell everybody."""
    set_id = uuid4()
    series = sorted({(change.cell.sku, change.cell.location) for change in changes})
    revision = overrides.raise_revision(connection, series)
    overrides.create(connection, {"id": set_id, "seq": revision, "author": who, **values}, changes)
    republish(connection, series, today)
    audit.record(connection, SERVICE, who, "forecast-overridden", str(set_id), cells=len(changes),
                 target=values["target"], value=values["value"], reason=values["reason"])  # fmt: skip
    return Effect(set_id, revision, changes)


def undo(connection: Connection, set_id: UUID, who: str, today: date) -> None:
    """Take a set back: what was in force before it is again."""
    locks.share(connection, locks.LIVE)
    series = overrides.series_of(connection, set_id)
    overrides.hold_series(connection, series)
    if not overrides.undo(connection, set_id, who):
        raise Conflict("This override was undone before.", code="undone")
    overrides.raise_revision(connection, series)
    republish(connection, series, today)
    audit.record(connection, SERVICE, who, "override-undone", str(set_id))


def expire(connection: Connection, today: date) -> int:
    """Tell everybody of the series whose overrides have run out; how many those are."""
    locks.share(connection, locks.LIVE)
    series = overrides.take_expired(connection, today)
    if series:
        overrides.hold_series(connection, series)
        overrides.raise_revision(connection, series)
        republish(connection, series, today)
    return len(series)


def republish(connection: Connection, series: Sequence[Series], today: date) -> None:
    """Publish the forecasts of some series as they stand after overrides."""
    events = []
    for row, model, final in current(connection, live.of_series(connection, series), today):
        weeks = horizon_weeks(row["first_week"], len(final.mean))
        events.append(builders.forecast_ready(row["run_id"], row["as_of"], weeks, final, final is not model))
    outbox.publish(connection, events)


def check_revision(given: int, present: int) -> None:
    """An edit made on an old state is refused: somebody else's would be lost."""
    if given != present:
        raise Conflict(
            f"The plan has changed meanwhile: it is at revision {present}, not {given}. Read it again.",
            code="revision_conflict",
        )  # fmt: skip


def adjusted(forecast: Forecast, first_week: date, in_force: Operations) -> Forecast:
    """A forecast after whatever is in force for its series."""
    own = in_force.get((forecast.sku, forecast.location))
    return rules.apply(forecast, first_week, own) if own else forecast


def _cells(connection: Connection, found: list[dict[str, Any]], edit: Edit, who: str, today: date) -> list[Cell]:
    locked = overrides.locked(connection, today, [(row["sku"], row["location"]) for row in found])
    cells = []
    for row, model, final in current(connection, found, today):
        for step, week in enumerate(horizon_weeks(row["first_week"], len(final.mean))):
            if edit.first_week <= week <= edit.last_week:
                owner = locked.get((row["sku"], row["location"], week))
                cells.append(Cell(
                    row["sku"], row["location"], week, float(model.mean[step]), float(final.mean[step]),
                    fixed=owner not in (None, who),
                ))  # fmt: skip
    if not cells:
        raise invalid("first_week", "no week of the forecast lies in this range", "no_weeks")
    return cells
