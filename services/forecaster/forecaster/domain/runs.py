"""What can be done with a run."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from chassis.failures import Conflict


def require_publishable(run: Mapping[str, Any]) -> None:
    """Raise Conflict when a run has nothing that could be made live."""
    if run["kind"] == "rehearsal":
        raise Conflict("A rehearsal is of the past, and never live.", code="rehearsal")
    require_forecasts(run)


def require_forecasts(run: Mapping[str, Any]) -> None:
    """Raise Conflict when a run made no forecasts, or they are no longer kept."""
    if run["pruned_at"] is not None:
        raise Conflict("This run's forecasts are no longer kept.", code="pruned")
    if run["series"] == 0:
        raise Conflict(f"This run has no forecasts: {run['status']}.", code="no_forecasts")


def run_before(publications: Iterable[Mapping[str, Any]]) -> UUID | None:
    """The run that rolling back makes live: the one that was live before what is, as one takes back steps.

    `publications` newest first, read as far as it takes: kind, run_id, and whether the run's forecasts are still kept.
    A run that was promoted stands on the one it took the place of; a rollback takes away all that came on top of the
    run it went back to.
    """
    live: UUID | None = None
    back_to: list[UUID] = []  # by rollbacks: what comes before the last of them is reached, it took away
    for step in publications:
        run_id: UUID = step["run_id"]
        live = live or run_id
        if not back_to and step["kept"] and run_id != live:
            return run_id
        if back_to and back_to[-1] == run_id:
            back_to.pop()
        if step["kind"] == "rollback":
            back_to.append(run_id)
    return None
