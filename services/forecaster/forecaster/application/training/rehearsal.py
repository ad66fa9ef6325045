"""Asking for rehearsals: the forecasts that would have been published in the weeks before the first training.

Guarantees: asked for once, in the transaction that makes the first forecasts live, where history is long enough. They
follow one another, so that the first of them trains and the others are updated from its models; one that fails or is
cancelled ends the chain.
"""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from chassis import jobs
from chassis.database import Connection

from forecaster.storage import rehearsals, runs

REHEARSAL = "rehearsal"
WEEKS = 13
LEAST_WEEKS = 26  # of history before the first of them: with less, models say little of what later ones can do


def begin(connection: Connection, run: dict[str, Any], history_weeks: int) -> None:
    """Ask for the rehearsal of the weeks before a run that is made live, if it is the first ever."""
    if history_weeks >= WEEKS + LEAST_WEEKS and rehearsals.wanted(connection, run["first_week"]):
        _queue(connection, run, run["first_week"] - timedelta(weeks=WEEKS))


def go_on(connection: Connection, run: dict[str, Any]) -> None:
    """After a rehearsal the next, up to the first forecasts that were really published."""
    following = run["first_week"] + timedelta(weeks=1)
    if following < rehearsals.first_published(connection):
        _queue(connection, run, following)


def _queue(connection: Connection, like: dict[str, Any], first_week: date) -> None:
    as_of = first_week - timedelta(days=1)
    run_id = jobs.submit(
        connection, REHEARSAL, {"as_of": as_of.isoformat()}, REHEARSAL, period=first_week.isoformat(), id=uuid4()
    )
    if run_id is not None:
        runs.create(
            connection,
            {
                "id": run_id, "kind": REHEARSAL, "cause": REHEARSAL, "requested_by": REHEARSAL, "as_of": as_of,
                "horizon": like["horizon"], "first_week": first_week, "seed": like["seed"],
            },
        )  # fmt: skip
