"""Overrides as a CSV table: out with what is in force, in with what a planner changed in it.

A row that comes back unchanged changes nothing. All rows are checked before any is applied.
"""

import csv
import io
from datetime import date
from typing import Any

from chassis.database import Connection
from chassis.failures import FieldError, Invalid, TooLarge

from forecaster.domain import overrides as rules
from forecaster.domain.forecasts import horizon_weeks
from forecaster.domain.overrides import Cell, Change
from forecaster.planning import edits
from forecaster.storage import live, locks, overrides

COLUMNS = ("sku", "location", "week", "model", "forecast", "reason")
MAX_ROWS = 50_000
_SAME = 1e-3


def write(connection: Connection, found: list[dict[str, Any]], today: date) -> str:
    """The forecast of every week of some series, before and after overrides."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for row, model, final in edits.current(connection, found, today):
        for step, week in enumerate(horizon_weeks(row["first_week"], len(final.mean))):
            table.writerow([
                _safe(row["sku"]), _safe(row["location"]), week.isoformat(), _number(model.mean[step]),
                _number(final.mean[step]), "",
            ])  # fmt: skip
    return out.getvalue()


def _safe(value: str) -> str:
    """A spreadsheet must not take a code for a formula."""
    return f"'{value}" if value[:1] in "=+-@\t\r" else value


def _number(value: Any) -> str:
    return f"{float(value):.3f}".rstrip("0").rstrip(".")


def read(connection: Connection, content: str, who: str, today: date, *, reason: str, revision: int) -> edits.Effect:
    """Make the forecasts what the table says; only rows that say something else than now are changed."""
    wanted = _parse(content)
    locks.share(connection, locks.LIVE)
    series = sorted({(sku, location) for sku, location, _ in wanted})
    edits.check_revision(revision, overrides.hold_series(connection, series))
    locked = overrides.locked(connection, today, series)
    changes, errors, known = [], [], set()
    for row, model, final in edits.current(connection, live.of_series(connection, series), today):
        for step, week in enumerate(horizon_weeks(row["first_week"], len(final.mean))):
            place = (row["sku"], row["location"], week)
            known.add(place)
            if place not in wanted or abs(wanted[place][1] - float(final.mean[step])) <= _SAME:
                continue
            line, value = wanted[place]
            if locked.get(place, who) != who:
                errors.append(FieldError(field=f"line {line}", message=f"locked by {locked[place]}", code="locked"))
            cell = Cell(*place, float(model.mean[step]), float(final.mean[step]))
            changes.append(Change(cell, "set", value))
    errors += [
        FieldError(field=f"line {line}", message="no such series or week in the forecast", code="unknown")
        for place, (line, _) in wanted.items()
        if place not in known
    ]
    if errors:
        raise Invalid(f"{len(errors)} rows cannot be applied; nothing was changed.", code="invalid",
                      errors=errors[:100])  # fmt: skip
    if not changes:
        return edits.Effect(None, revision, [])
    return edits.keep(connection, changes, who, today, {
        "kind": "csv", "value": f"{len(changes)} cells", "per": "week", "target": {"csv": "upload"},
        "reason": reason, "expires_on": None, "locked": False,
    })  # fmt: skip


def _parse(content: str) -> dict[tuple[str, str, date], tuple[int, float]]:
    table = csv.DictReader(io.StringIO(content.lstrip("\ufeff")))
    missing = [name for name in ("sku", "location", "week", "forecast") if name not in (table.fieldnames or ())]
    if missing:
        raise Invalid(f"columns are missing: {', '.join(missing)}", code="missing_column")
    found: dict[tuple[str, str, date], tuple[int, float]] = {}
    errors = []
    for line, row in enumerate(table, 2):
        if line > MAX_ROWS + 1:
            raise TooLarge(f"at most {MAX_ROWS} rows", code="too_large")
        try:
            value = rules.understand("units", row["forecast"] or "").amount
            place = (_plain(row["sku"]).upper(), _plain(row["location"]), date.fromisoformat(row["week"] or ""))
        except ValueError as error:
            errors.append(FieldError(field=f"line {line}", message=str(error), code="invalid"))
            continue
        found[place] = (line, value)
    if errors:
        raise Invalid(f"{len(errors)} rows cannot be read; nothing was changed.", code="invalid",
                      errors=errors[:100])  # fmt: skip
    return found


def _plain(value: str | None) -> str:
    text = (value or "").strip()
    if "\x00" in text:
        raise ValueError("holds a NUL character")
    return text[1:] if text[:1] == "'" and text[1:2] in tuple("=+-@") else text
