"""Leaving weeks out of what trainings learn from, and putting them back: with who and why, and audited.

It counts from the next training on; sales and accuracy stay as they are.
"""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from chassis import audit
from chassis.database import Database
from chassis.failures import Conflict, NotFound, invalid, not_found

from forecaster.settings import SERVICE
from forecaster.storage import exclusions

LONGEST = timedelta(weeks=104)


@dataclass(frozen=True)
class LeftOut:
    """Which weeks of a series are to be left out, by their first days, and why."""

    sku: str
    location: str
    first_week: date
    last_week: date
    reason: str


def exclude_weeks(database: Database, wanted: LeftOut, who: str) -> dict[str, Any]:
    """Leave weeks of a series out of trainings."""
    if wanted.last_week < wanted.first_week:
        raise invalid("last_week", "lies before first_week", "empty_range")
    if wanted.last_week - wanted.first_week > LONGEST:
        raise invalid("last_week", f"more than {LONGEST.days // 7} weeks at once", "too_long")
    with database.transaction() as connection:
        if not exclusions.sells(connection, wanted.sku, wanted.location):
            raise NotFound(f"{wanted.sku} has no sales at {wanted.location}.", code="no_sales")
        row = exclusions.add(connection, {"id": uuid4(), "author": who, **asdict(wanted)})
        audit.record(connection, SERVICE, who, "weeks-excluded", str(row["id"]), sku=wanted.sku,
                     location=wanted.location, first_week=wanted.first_week.isoformat(),
                     last_week=wanted.last_week.isoformat(), reason=wanted.reason)  # fmt: skip
        return row


def restore_weeks(database: Database, id_: UUID, who: str) -> dict[str, Any]:
    """Put weeks back that were left out."""
    with database.transaction() as connection:
        row = exclusions.restore(connection, id_, who)
        if row is None:
            if exclusions.get(connection, id_) is None:
                raise not_found(f"Exclusion {id_}")
            raise Conflict("These weeks were put back before.", code="restored")
        audit.record(connection, SERVICE, who, "weeks-restored", str(id_), sku=row["sku"], location=row["location"])
        return row
