"""What has been said of findings: those that are so now, as last published, and which weeks' anomalies were told.

`finding` holds only what is open, so that it is never larger than series and locations are many; an anomaly's week is
remembered for as long as storage.retention says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields, replace
from typing import Any

import orjson
from chassis.database import Connection, copy_rows, rows
from sqlalchemy import text

from forecaster.domain.findings import Finding

_COLUMNS = tuple(field.name for field in fields(Finding))


def as_kept(finding: Finding) -> Finding:
    """A finding as it is read back: money in cents, the detail as JSON holds it."""
    detail = orjson.loads(orjson.dumps(finding.detail, default=str))
    return replace(finding, money=round(float(finding.money), 2), detail=detail)


def findings(connection: Connection) -> dict[str, Finding]:
    """What was last said and is still open, by root."""
    return {row["root"]: Finding(**row) for row in rows(connection, f"SELECT {', '.join(_COLUMNS)} FROM finding")}


def keep(connection: Connection, found: Sequence[Finding]) -> None:
    """Remember findings as they are said now; they come from `as_kept`."""
    if not found:
        return
    forget(connection, [finding.root for finding in found])
    copy_rows(connection, "finding", _COLUMNS, (tuple(asdict(finding).values()) for finding in found))


def forget(connection: Connection, roots: Sequence[str]) -> None:
    """Forget findings that are no more."""
    connection.execute(text("DELETE FROM finding WHERE root = ANY(:roots)"), {"roots": list(roots)})


def new_anomalies(connection: Connection, found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Remember the weeks of anomalies; those that were not told yet."""
    statement = text(
        "INSERT INTO anomaly (sku, location, week) VALUES (:sku, :location, :week) ON CONFLICT DO NOTHING"
    )  # fmt: skip
    return [
        row for row in found
        if connection.execute(statement, {name: row[name] for name in ("sku", "location", "week")}).rowcount
    ]  # fmt: skip
