"""What a service refused, told to the caller as the service told it."""

from typing import Any

from chassis.failures import FieldError
from chassis.problems import Problem

from gateway.application.narrowing import OwnerRefused


def passed_on(refused: OwnerRefused) -> Problem:
    """The owner's problem."""
    told: dict[str, Any] = refused.told if isinstance(refused.told, dict) else {}
    errors = [FieldError(**error) for error in told.get("errors", [])]
    return Problem(
        refused.status, str(told.get("detail") or "The list was refused."), code=told.get("code"), errors=errors
    )
