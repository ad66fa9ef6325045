"""Overrides as a CSV table: out with what is in force, in with what a planner changed in it.

A row that comes back unchanged changes nothing. All rows are checked before any is applied.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import orjson
from chassis.database import Connection, Database
from chassis.failures import FieldError, Invalid, TooLarge
from chassis.spreadsheets import csv_line
from numpy.typing import NDArray

from forecaster.application.planning.overrides import EditEffect, Target, check_revision, current, keep, reached
from forecaster.domain import overrides as rules
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import Change, PlannedWeek
from forecaster.storage import live, locks, overrides

COLUMNS = ("sku", "location", "week", "model", "forecast", "reason")
MAX_ROWS = 50_000
_SAME = 1e-3
_AT_ONCE = 2000  # series that are written out together: each turn waits for its thread


class _Place(NamedTuple):
    sku: str
    location: str
    week: date


class _Wanted(NamedTuple):
    line: int
    value: float


def export_plan(database: Database, target: Target, today: date) -> tuple[Iterator[str], int]:
    """The forecast of every week of some series, before and after overrides; and their plan's revision.

    All of it is of one moment, and read before the first line is written: a slow reader holds no snapshot.
    """
    chosen = vars(target)
    with database.snapshot() as connection:
        found = live.chosen_means(connection, **chosen)
        revision, _ = overrides.revision_of(connection, **chosen)
        series = None if target == Target() else [(one.sku, one.location) for one in found]
        in_force = overrides.operations(connection, today, series)
    return _lines(found, in_force), revision


def _lines(found: Sequence[live.SeriesMeans], in_force: rules.Operations) -> Iterator[str]:
    yield ",".join(COLUMNS) + "\r\n"
    for start in range(0, len(found), _AT_ONCE):
        yield _lines_of(found[start : start + _AT_ONCE], in_force)


def _lines_of(found: Sequence[live.SeriesMeans], in_force: rules.Operations) -> str:
    heads: list[str] = []
    days: list[str] = []
    model = _written(np.concatenate([one.means for one in found]))
    final = model.copy()
    for sku, location, first_week, means, _ in found:
        weeks, own_days = _calendar(first_week, len(means))
        if own := in_force.get((sku, location)):
            final[len(heads) : len(heads) + len(means)] = _written(
                np.array(rules.final_means(means.tolist(), weeks, own))
            )
        heads += [csv_line((sku, location))] * len(means)
        days += own_days
    # Column by column: a string made for each of many thousand lines takes twice as long.
    cells = [","] * (8 * len(heads))
    cells[0::8], cells[2::8], cells[4::8], cells[6::8] = heads, days, model, final
    cells[7::8] = [",\r\n"] * len(heads)
    return "".join(cells)


@lru_cache(8)  # few runs are live
def _calendar(first_week: date, weeks: int) -> tuple[list[date], list[str]]:
    found = horizon_weeks(first_week, weeks)
    return found, [week.isoformat() for week in found]


def _written(values: NDArray[np.floating]) -> list[str]:
    """Numbers with at most three decimals, all at once: one by one they took longer than all the rest of the table."""
    rounded = np.round(values.astype(np.float64), 3)
    text = orjson.dumps(rounded, option=orjson.OPT_SERIALIZE_NUMPY).decode()[1:-1] + ","
    return text.replace(".0,", ",").split(",")[:-1]


def import_plan(database: Database, content: str, who: str, today: date, *, reason: str, revision: int) -> EditEffect:
    """Make the forecasts what the table says; only rows that say something else than now are changed."""
    wanted = _parse(content)
    with database.transaction() as connection:
        locks.share(connection, locks.LIVE)
        series = sorted({(place.sku, place.location) for place in wanted})
        overrides.hold_series(connection, reached(connection, series))
        check_revision(revision, overrides.revision(connection, series))
        changes = _changes(connection, wanted, series, who, today)
        if not changes:
            return EditEffect(None, revision, [])
        return keep(connection, changes, who, today, {
            "kind": "csv", "value": f"{len(changes)} cells", "per": "week", "target": {"csv": "upload"},
            "reason": reason, "expires_on": None, "locked": False,
        })  # fmt: skip


def _changes(
    connection: Connection, wanted: dict[_Place, _Wanted], series: list[rules.Series], who: str, today: date
) -> list[Change]:
    locked = overrides.locked(connection, today, series)
    changes, errors, known = [], [], set()
    for one in current(connection, live.of_series(connection, series), today):
        row, base, final = one.row, one.base, one.final
        for step, week in enumerate(horizon_weeks(row["first_week"], len(final.mean))):
            place = _Place(row["sku"], row["location"], week)
            known.add(place)
            if place not in wanted or abs(wanted[place].value - float(final.mean[step])) <= _SAME:
                continue
            line, value = wanted[place]
            if locked.get(place, who) != who:
                errors.append(FieldError(field=f"line {line}", message=f"locked by {locked[place]}", code="locked"))
            changes.append(Change(PlannedWeek(*place, float(base.mean[step]), float(final.mean[step])), "set", value))
    errors += [
        FieldError(field=f"line {line}", message="no such series or week in the forecast", code="unknown")
        for place, (line, _) in wanted.items()
        if place not in known
    ]
    if errors:
        raise Invalid(f"{len(errors)} rows cannot be applied; nothing was changed.", code="invalid",
                      errors=errors[:100])  # fmt: skip
    return changes


def _parse(content: str) -> dict[_Place, _Wanted]:
    table = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    missing = [name for name in ("sku", "location", "week", "forecast") if name not in (table.fieldnames or ())]
    if missing:
        raise Invalid(f"columns are missing: {', '.join(missing)}", code="missing_column")
    found: dict[_Place, _Wanted] = {}
    errors = []
    for line, row in enumerate(table, 2):
        if line > MAX_ROWS + 1:
            raise TooLarge(f"at most {MAX_ROWS} rows", code="too_large")
        try:
            value = rules.understand("units", row["forecast"] or "").amount
            place = _Place(_plain(row["sku"]).upper(), _plain(row["location"]), date.fromisoformat(row["week"] or ""))
        except ValueError as error:
            errors.append(FieldError(field=f"line {line}", message=str(error), code="invalid"))
            continue
        found[place] = _Wanted(line, value)
    if errors:
        raise Invalid(f"{len(errors)} rows cannot be read; nothing was changed.", code="invalid",
                      errors=errors[:100])  # fmt: skip
    return found


def _plain(value: str | None) -> str:
    text = (value or "").strip()
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text
