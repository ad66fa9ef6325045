"""Expected failures of use cases, without a word of HTTP: what went wrong, in which field, under which stable code.

`application` and `storage` raise them; `chassis.problem_responses` gives each its HTTP status, in one table.
"""

from collections.abc import Sequence

from pydantic import BaseModel


class FieldError(BaseModel):
    """One fault of the input: where (dotted path), what, and a stable code."""

    field: str
    message: str
    code: str


class Failure(Exception):
    """What a caller can be told. `code` is stable for programs, `detail` is for people."""

    def __init__(self, detail: str, *, code: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail, self.code, self.errors = detail, code, list(errors)


class NotFound(Failure):
    """It is not there, or not for the caller."""


class Conflict(Failure):
    """It cannot be done in the state that things are in."""


class Invalid(Failure):
    """What was given cannot be meant."""


class NotAllowed(Failure):
    """Somebody else may."""


class TooLarge(Failure):
    """More than one request may ask for."""


class Unavailable(Failure):
    """It cannot be done now; the same call may succeed later."""


def not_found(what: str) -> NotFound:
    """The failure for something that is not there; `what` begins the sentence."""
    return NotFound(f"{what} does not exist.", code="not_found")


def invalid(field: str, message: str, code: str = "invalid") -> Invalid:
    """The failure for one field at fault."""
    return Invalid(f"{field}: {message}", code=code, errors=[FieldError(field=field, message=message, code=code)])
