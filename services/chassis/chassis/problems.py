"""Errors as RFC 9457 problem+json: the body, and the failures that only HTTP has (a header, a status of its own).

A use case raises `chassis.failures`; only `api` rooms raise a Problem. `chassis.problem_responses` answers with both.
"""

from collections.abc import Sequence

from pydantic import BaseModel
from starlette.exceptions import HTTPException

from chassis.failures import FieldError


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
    """An expected failure with an HTTP status. `code` is stable for programs, `detail` is for people."""

    def __init__(
        self, status: int, detail: str, *, code: str | None = None, errors: Sequence[FieldError] = (),
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(detail)
        self.status, self.detail, self.code, self.errors, self.headers = status, detail, code, list(errors), headers


class BodyRefused(HTTPException):
    """A problem that comes up while a body is read: FastAPI makes a 400 of whatever else is raised there."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status, problem.detail)
        self.problem = problem
