"""Problems as HTTP responses: every error of an app, whoever raised it."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

from itertools import islice
from typing import Any

import psycopg2
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from chassis.database import is_transient
from chassis.failures import Conflict, Failure, FieldError, Invalid, NotAllowed, NotFound, TooLarge, Unavailable
from chassis.logs import logger
from chassis.problems import BodyRefused, Problem, ProblemOut

log = logger(__name__)

_TITLES = {
    400: "Bad request", 401: "Sign in first", 403: "Not allowed", 404: "Not found", 405: "Method not allowed",
    408: "Too slow", 409: "Conflict", 413: "Too large", 414: "URL too long", 415: "Unsupported media type",
    422: "Invalid input", 429: "Too many requests", 431: "Headers too long", 500: "Internal error",
    502: "Bad gateway", 503: "Temporarily unavailable", 504: "Timed out",
}  # fmt: skip


_MOST_ERRORS = 100
_STATUS: dict[type[Failure], int] = {
    NotAllowed: 403, NotFound: 404, Conflict: 409, TooLarge: 413, Invalid: 422, Unavailable: 503,
}  # fmt: skip


def problem_of(failure: Failure) -> Problem:
    """What a use case could not do, as HTTP says it."""
    status = next(status for kind, status in _STATUS.items() if isinstance(failure, kind))
    headers = {"Retry-After": "2"} if status == 503 else None
    return Problem(status, failure.detail, code=failure.code, errors=failure.errors, headers=headers)


def response(request: Request, problem: Problem) -> JSONResponse:
    """The problem as an HTTP response."""
    body = ProblemOut(
        title=_TITLES.get(problem.status, "Error"), status=problem.status, detail=problem.detail, code=problem.code,
        instance=request.url.path, request_id=getattr(request.state, "request_id", None), errors=problem.errors,
    )  # fmt: skip
    return JSONResponse(
        body.model_dump(exclude_none=True), problem.status, problem.headers, media_type="application/problem+json"
    )


def _field_errors(error: RequestValidationError) -> list[FieldError]:
    """The first of them: whoever sends a hundred thousand faults has everybody wait while they are told."""
    found = []
    for item in islice(error.errors(), _MOST_ERRORS):
        place = [str(part) for part in item["loc"] if part not in ("body", "query", "path", "header")]
        # A rule of ours says why by itself; pydantic would put "Value error, " before it.
        own = item.get("ctx", {}).get("error") if item["type"] == "value_error" else None
        message = item["msg"] if own is None else str(own)
        found.append(FieldError(field=".".join(place) or "body", message=message, code=item["type"]))
    return found


def _gone(request: Request, _: Exception) -> JSONResponse:
    return response(request, Problem(400, "The request ended early.", code="disconnected"))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    fields = _field_errors(error)
    detail = "; ".join(f"{item.field}: {item.message}" for item in fields[:3])
    return response(request, Problem(422, detail, code="invalid", errors=fields))


def install(app: FastAPI) -> None:
    """Make every error of the app a problem."""
    app.add_exception_handler(ClientDisconnect, _gone)
    app.add_exception_handler(RequestValidationError, _invalid)

    @app.exception_handler(Problem)
    def _problem(request: Request, error: Problem) -> JSONResponse:
        return response(request, error)

    @app.exception_handler(Failure)
    def _failure(request: Request, error: Failure) -> JSONResponse:
        return response(request, problem_of(error))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> JSONResponse:
        if isinstance(error, BodyRefused):
            return response(request, error.problem)
        return response(request, Problem(error.status_code, str(error.detail), headers=dict(error.headers or {})))

    @app.exception_handler(psycopg2.Error)  # of a COPY, which goes past SQLAlchemy
    @app.exception_handler(SQLAlchemyError)
    def _database(request: Request, error: Exception) -> JSONResponse:
        if is_transient(error) or isinstance(error, PoolTimeout):
            log.warning("database_unavailable", error=str(error).splitlines()[0])
            unavailable = Problem(503, "The database does not answer now; try again.", code="database_unavailable",
                                  headers={"Retry-After": "2"})  # fmt: skip
            return response(request, unavailable)
        if isinstance(error, DataError | psycopg2.DataError):
            return response(request, Problem(422, "A value is outside what can be stored.", code="out_of_range"))
        if isinstance(error, IntegrityError | psycopg2.IntegrityError):
            return response(request, Problem(409, "This conflicts with what is stored.", code="conflict"))
        return _unexpected(request, error)

    @app.exception_handler(Exception)
    def _unexpected(request: Request, error: Exception) -> JSONResponse:
        log.error("unexpected_error", path=request.url.path, exc_info=error)
        # The server closes the connection after this: whoever keeps it for the next request is to know.
        headers = {"Connection": "close"}
        return response(request, Problem(500, "Something went wrong on our side.", code="internal", headers=headers))


RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ProblemOut, "content": {"application/problem+json": {}}, "description": "The request is at fault"},
    "5XX": {"model": ProblemOut, "content": {"application/problem+json": {}}, "description": "The service is at fault"},
}
