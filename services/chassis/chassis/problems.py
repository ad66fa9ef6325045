"""Errors as RFC 9457 problem+json, with the fields at fault. `chassis.problem_responses` answers with them.

Workers raise them too, and are up half a second sooner without the HTTP framework.
"""

from collections.abc import Sequence

from pydantic import BaseModel


class FieldError(BaseModel):
    """One fault of the input: where (dotted path), what, and a stable code."""

    field: str
    message: str
    code: str


class ProblemOut(BaseModel):
    """The body of every error."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    instance: str | None = None
    request_id: str | None = None
    code: str | None = None
    errors: list[FieldError] = []


class Problem(Exception):
    """An expected failure. `code` is stable for programs, `detail` is for people."""

    def __init__(
        self, status: int, detail: str, *, code: str | None = None, errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.detail, self.code, self.errors, self.headers = status, detail, code, list(errors), headers


def not_found(what: str) -> Problem:
    """404 for something that is not there, or not for you."""
    return Problem(404, f"{what} does not exist.", code="not_found")


def invalid(field: str, message: str, code: str = "invalid") -> Problem:
    """422 with one field at fault."""
    return Problem(422, f"{field}: {message}", code=code, errors=[FieldError(field=field, message=message, code=code)])
