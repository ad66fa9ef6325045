"""Overrides as sets of operations: one set a planner's action, the newest set that is in force decides a cell.

A set is in force until it is undone or has expired; then the one before it counts again. Each series has a plan
revision, raised by every change: an edit names the revision it was made on, and fails if that is no longer it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, copy_rows, rows, scalar
from sqlalchemy import text

from forecaster.domain.overrides import Change, Operations, Said, Series
from forecaster.storage import kit_plans
from forecaster.storage.live import CHOSEN, GIVEN

_PAIRS = f"{GIVEN} AS w (sku, location)"

IN_FORCE = "s.undone_at IS NULL AND (s.expires_on IS NULL OR s.expires_on >= :today)"
_AT = (
    "s.created_at <= :moment AND (s.undone_at IS NULL OR s.undone_at > :moment)"
    " AND (s.expires_on IS NULL OR s.expires_on >= :today)"
)
SHOWN = (
    "s.id, s.seq AS revision, s.kind, s.value, s.per, s.target, s.first_week, s.last_week, s.reason, s.author,"
    f" s.created_at, s.expires_on, s.locked, s.cells, s.before_total, s.after_total, s.undone_at, s.undone_by,"
    f" {IN_FORCE} AS in_force"
)


def operations(
    connection: Connection, today: date, series: Iterable[Series] | None = None, moment: datetime | None = None,
    runs: Sequence[UUID] | None = None,
) -> Operations:  # fmt: skip
    """What is in force, of all series or of some, itself and through the kits that they are in; now, or as it was at a
    moment. `runs`: whose forecasts of kits it is of; None: of what is live."""
    wanted = None if series is None else list(series)
    if wanted is not None and not wanted:
        return {}
    found = _said(connection, today, wanted, moment)
    kits = kit_plans.of_components(connection, wanted)
    of_kits = _said(connection, today, sorted(kits), moment) if kits else {}
    asked = None if wanted is None else set(wanted)
    for key, weeks in kit_plans.moved(connection, of_kits, runs).items():
        if asked is None or key in asked:
            own = found.setdefault(key, {})
            for week, through in weeks.items():
                own[week] = own.get(week, Said())._replace(kits=tuple(sorted(through.items())))
    return found


def _said(
    connection: Connection, today: date, wanted: Sequence[Series] | None, moment: datetime | None
) -> Operations:  # fmt: skip
    chosen = "" if wanted is None else f" JOIN {_PAIRS} ON w.sku = c.sku AND w.location = c.location"
    found: Operations = {}
    for row in rows(
        connection,
        "SELECT DISTINCT ON (c.sku, c.location, c.week) c.sku, c.location, c.week, c.operation, c.amount"
        f" FROM override_cell AS c JOIN override_set AS s ON s.id = c.set_id{chosen}"
        f" WHERE {IN_FORCE if moment is None else _AT} ORDER BY c.sku, c.location, c.week, s.seq DESC",
        today=today, moment=moment, skus=[sku for sku, _ in wanted or ()],
        locations=[location for _, location in wanted or ()],
    ):  # fmt: skip
        found.setdefault((row["sku"], row["location"]), {})[row["week"]] = Said(row["operation"], row["amount"])
    return found


def locked(connection: Connection, today: date, series: Sequence[Series]) -> dict[tuple[str, str, date], str]:
    """Who locked which cells."""
    return {
        (row["sku"], row["location"], row["week"]): row["author"]
        for row in rows(
            connection,
            "SELECT DISTINCT ON (c.sku, c.location, c.week) c.sku, c.location, c.week, s.author"
            " FROM override_cell AS c JOIN override_set AS s ON s.id = c.set_id"
            f" JOIN {_PAIRS} ON w.sku = c.sku AND w.location = c.location WHERE s.locked AND {IN_FORCE}"
            " ORDER BY c.sku, c.location, c.week, s.seq DESC",
            today=today, skus=[sku for sku, _ in series], locations=[location for _, location in series],
        )
    }  # fmt: skip


def hold_series(connection: Connection, series: Sequence[Series]) -> int:
    """Lock the plans of the series, in one order, and return their newest revision."""
    ordered = sorted(set(series))
    values = {"skus": [sku for sku, _ in ordered], "locations": [location for _, location in ordered]}
    connection.execute(
        text(
            f"INSERT INTO plan_series (sku, location, revision) SELECT sku, location, 0 FROM {_PAIRS} ORDER BY 1, 2"
            " ON CONFLICT DO NOTHING"
        ),
        values,
    )
    found = connection.execute(
        text(
            f"SELECT revision FROM plan_series JOIN {_PAIRS} USING (sku, location) ORDER BY sku, location"
            " FOR UPDATE OF plan_series"
        ),
        values,
    )
    return max((row.revision for row in found), default=0)


def revision(connection: Connection, series: Sequence[Series]) -> int:
    """The newest plan revision of the series."""
    return int(
        scalar(
            connection,
            "SELECT COALESCE(max(revision), 0) FROM plan_series"
            f" JOIN {_PAIRS} USING (sku, location)",
            skus=[sku for sku, _ in series], locations=[location for _, location in series],
        )
        or 0
    )  # fmt: skip


def revision_of(
    connection: Connection, *, sku: str | None, category: str | None, location: str | None
) -> tuple[int, int]:
    """The newest plan revision of a product, a category or a location; and how many series that are."""
    found = rows(
        connection,
        "SELECT COALESCE(max(s.revision), 0) AS revision, count(*) AS series"
        f" FROM (SELECT l.sku, l.location{CHOSEN}) AS c LEFT JOIN plan_series AS s USING (sku, location)",
        sku=sku, category=category, location=location,
    )[0]  # fmt: skip
    return int(found["revision"]), int(found["series"])


def raise_revision(connection: Connection, series: Sequence[Series]) -> int:
    """Give the series a new revision."""
    number = int(scalar(connection, "SELECT nextval('plan_revision')"))
    connection.execute(
        text(
            "UPDATE plan_series AS p SET revision = :number"
            f" FROM {_PAIRS}"
            " WHERE p.sku = w.sku AND p.location = w.location"
        ),
        {"number": number, "skus": [sku for sku, _ in series], "locations": [location for _, location in series]},
    )
    return number


def create(connection: Connection, values: Mapping[str, Any], changes: Sequence[Change]) -> None:
    """Keep a set: id, seq, kind, value, per, target, reason, author, expires_on, locked, and its cells."""
    weeks = [change.planned.week for change in changes]
    row = {
        **values, "target": orjson.dumps(values["target"]).decode(), "cells": len(changes),
        "before_total": sum(change.planned.before for change in changes),
        "after_total": sum(change.after for change in changes), "first_week": min(weeks), "last_week": max(weeks),
    }  # fmt: skip
    names = ", ".join(row)
    marks = ", ".join("CAST(:target AS jsonb)" if name == "target" else f":{name}" for name in row)
    connection.execute(text(f"INSERT INTO override_set ({names}) VALUES ({marks})"), row)
    copy_rows(
        connection, "override_cell",
        ("set_id", "sku", "location", "week", "operation", "amount", "before", "after"),
        (
            (values["id"], at.sku, at.location, at.week, change.operation, change.amount, at.before, change.after)
            for change, at in ((change, change.planned) for change in changes)
        ),
    )  # fmt: skip


def get(connection: Connection, set_id: UUID, today: date) -> dict[str, Any] | None:
    """A set."""
    found = rows(connection, f"SELECT {SHOWN} FROM override_set AS s WHERE s.id = :id", id=set_id, today=today)
    return found[0] if found else None


def cells(connection: Connection, set_id: UUID, limit: int = 1000) -> list[dict[str, Any]]:
    """A set's cells."""
    return rows(
        connection,
        "SELECT sku, location, week, operation, amount, before, after FROM override_cell WHERE set_id = :id"
        " ORDER BY sku, location, week LIMIT :limit",
        id=set_id, limit=limit,
    )  # fmt: skip


def series_of(connection: Connection, set_id: UUID) -> list[Series]:
    """The series that a set touches."""
    found = rows(connection, "SELECT DISTINCT sku, location FROM override_cell WHERE set_id = :id", id=set_id)
    return [(row["sku"], row["location"]) for row in found]


def newest_first(
    connection: Connection, today: date, *, sku: str | None, author: str | None, in_force: bool | None,
    before: int | None, limit: int,
) -> list[dict[str, Any]]:  # fmt: skip
    """Sets, newest first."""
    return rows(
        connection,
        f"SELECT {SHOWN} FROM override_set AS s WHERE s.seq < :before"
        " AND (CAST(:author AS text) IS NULL OR s.author = :author)"
        f" AND (CAST(:in_force AS boolean) IS NULL OR ({IN_FORCE}) = :in_force)"
        " AND (CAST(:sku AS text) IS NULL OR EXISTS"
        " (SELECT FROM override_cell AS c WHERE c.set_id = s.id AND c.sku = :sku)) ORDER BY s.seq DESC LIMIT :limit",
        today=today, before=before or 2**62, author=author, in_force=in_force, sku=sku, limit=limit,
    )  # fmt: skip


def undo(connection: Connection, set_id: UUID, who: str) -> bool:
    """Take a set back; False when that was done before."""
    done = connection.execute(
        text(
            "UPDATE override_set SET undone_at = clock_timestamp(), undone_by = :who"
            " WHERE id = :id AND undone_at IS NULL"
        ),
        {"id": set_id, "who": who},
    )
    return bool(done.rowcount)


def set_lock(connection: Connection, set_id: UUID, locked_: bool) -> None:
    """Lock or unlock a set."""
    connection.execute(
        text("UPDATE override_set SET locked = :locked WHERE id = :id"), {"id": set_id, "locked": locked_}
    )


def take_expired(connection: Connection, today: date) -> list[Series]:
    """The series of sets that have expired and of which nobody was told yet; each set is returned once."""
    found = rows(
        connection,
        "WITH run_out AS (UPDATE override_set SET ended = true"
        " WHERE undone_at IS NULL AND NOT ended AND expires_on < :today RETURNING id)"
        " SELECT DISTINCT sku, location FROM override_cell JOIN run_out ON run_out.id = set_id ORDER BY 1, 2",
        today=today,
    )
    return [(row["sku"], row["location"]) for row in found]
