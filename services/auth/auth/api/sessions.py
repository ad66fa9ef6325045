"""Signing in and out, the own account, exchanging API keys, publishing keys."""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from chassis.failures import not_found
from chassis.parameters import Db
from chassis.problems import Problem
from chassis.security import Authenticated, Principal, bearer, public, unauthenticated
from fastapi import APIRouter, Depends, Request, Response

from auth.api.callers import person
from auth.api.models import Credentials, Me, PasswordChange, Registration, SignedIn, TokenOut, UserOut
from auth.application import accounts, api_keys, sessions, signing
from auth.application.sessions import Session
from auth.domain.sessions import CodeNeeded, NotSignedIn
from auth.domain.throttle import WAIT_SECONDS, Throttled
from auth.settings import Settings
from auth.storage import users

COOKIE = "almanac_refresh"
COOKIE_PATH = "/api/auth"

router = APIRouter(tags=["auth"])
anyone = [Depends(public)]


@contextmanager
def told() -> Iterator[None]:
    """A refusal of who somebody is, as HTTP says it."""
    try:
        yield
    except CodeNeeded as refused:
        raise Problem(401, str(refused), code="code_needed") from None
    except NotSignedIn as refused:
        raise unauthenticated(str(refused)) from None
    except Throttled:
        said = "Too many attempts; try again in a quarter of an hour."
        raise Problem(429, said, code="throttled", headers={"Retry-After": str(WAIT_SECONDS)}) from None


def _loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client else ""


def _signed_in(request: Request, response: Response, session: Session) -> SignedIn:
    settings: Settings = request.app.state.settings
    response.set_cookie(
        COOKIE, session.refresh_secret, max_age=settings.refresh_days * 86400, path=COOKIE_PATH, httponly=True,
        samesite="strict", secure=settings.secure_cookies and not _loopback(request.url.hostname),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    user = UserOut(**session.user.model_dump())
    return SignedIn(access_token=session.access_token, expires_in=session.seconds, user=user)


@router.post("/auth/login", dependencies=anyone)
def login(request: Request, response: Response, given: Credentials) -> SignedIn:
    """Sign in with name and password; 401 `code_needed` asks for the code of the second factor beside them."""
    state = request.app.state
    with told():
        session = sessions.sign_in(
            state.database, state.settings, state.throttle, given.username, given.password, address_of(request),
            given.code,
        )  # fmt: skip
    return _signed_in(request, response, session)


@router.post("/auth/register", status_code=201, dependencies=anyone)
def register(request: Request, given: Registration) -> UserOut:
    """Ask for access: a viewer, who waits for an administrator's approval."""
    state = request.app.state
    with told():
        user = accounts.register(
            state.database, state.throttle, given.username, given.password, given.email, address_of(request)
        )
    return UserOut(**user.model_dump())


@router.post("/auth/refresh", dependencies=anyone)
def refresh(request: Request, response: Response) -> SignedIn:
    """A new access token for the session's cookie, which is rotated."""
    state = request.app.state
    with told():
        session = sessions.refresh(state.database, state.settings, request.cookies.get(COOKIE))
    return _signed_in(request, response, session)


@router.post("/auth/logout", status_code=204, dependencies=anyone)
def logout(request: Request, response: Response) -> None:
    """End the session."""
    sessions.sign_out(request.app.state.database, request.cookies.get(COOKIE))
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


def _status_now(request: Request, caller: Principal) -> str:
    """What has become of the account; a key's token is only given while the key is active."""
    if caller.is_key:
        return "active"
    with request.app.state.database.snapshot() as connection:
        user = users.get(connection, UUID(caller.id))
    if user is None:
        raise not_found(f"The user {caller.name}")
    return user.status


@router.get("/auth/me")
def me(request: Request, caller: Authenticated) -> Me:
    """Who the token belongs to, and what has become of the account since it was given."""
    role: Any = caller.role.name.lower() if caller.role else None
    status: Any = _status_now(request, caller)
    return Me(id=caller.id, username=caller.name, role=role, status=status, scopes=sorted(caller.scopes))


@router.post("/auth/password", status_code=204)
def change_password(request: Request, given: PasswordChange, caller: Authenticated) -> None:
    """Change the own password; all sessions end."""
    user_id, state = person(caller, "password"), request.app.state
    with told():
        accounts.change_password(
            state.database, state.throttle, user_id, caller.name, given.current, given.new, address_of(request)
        )


@router.post("/auth/token", dependencies=anyone)
def exchange_api_key(request: Request) -> TokenOut:
    """A short access token for an API key, sent as the bearer token."""
    state = request.app.state
    with told():
        token = api_keys.exchange_api_key(state.database, state.settings, bearer(request))
    return TokenOut(access_token=token, expires_in=api_keys.TOKEN_SECONDS)


@router.get("/.well-known/jwks.json", dependencies=anyone)
def jwks(database: Db, response: Response) -> dict[str, list[dict[str, str]]]:
    """The public keys that access tokens are verified with."""
    keys = signing.published_keys(database)
    response.headers["Cache-Control"] = "public, max-age=60"
    return {"keys": [key.public_jwk for key in keys]}
