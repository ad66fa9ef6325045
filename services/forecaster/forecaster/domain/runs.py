"""What can be done with a run."""

from collections.abc import Mapping
from typing import Any

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
