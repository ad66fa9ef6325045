"""Signing in and out, registering, refreshing, exchanging API keys, publishing keys."""

import ipaddress
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, NotAllowed, invalid, not_found
from chassis.problems import Problem
from chassis.security import Caller, bearer, public, unauthenticated
from fastapi import APIRouter, Depends, Request, Response

from auth.api.models import Credentials, Me, PasswordChange, Registration, SignedIn, TokenOut, UserOut
from auth.domain import passwords, tokens
from auth.domain.sessions import Verdict
from auth.domain.throttle import Throttle
from auth.settings import Settings
from auth.storage import sessions, users
from auth.storage.users import User

COOKIE = "almanac_refresh"
COOKIE_PATH = "/api/auth"
API_KEY_SECONDS = 300

router = APIRouter(tags=["auth"])
anyone = [Depends(public)]


def _loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


def _set_cookie(request: Request, response: Response, secret: str, settings: Settings) -> None:
    response.set_cookie(
        COOKIE, secret, max_age=settings.refresh_days * 86400, path=COOKIE_PATH, httponly=True, samesite="strict",
        secure=settings.secure_cookies and not _loopback(request.url.hostname),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"


def _signed_in(connection: Connection, settings: Settings, user: User) -> SignedIn:
    key = tokens.signing_with(sessions.signing_keys(connection), datetime.now(UTC))
    claims = {"username": user.username, "role": user.role}
    token = tokens.access_token(key, settings.issuer, user.id, settings.access_seconds, claims)
    return SignedIn(access_token=token, expires_in=settings.access_seconds, user=UserOut(**user.model_dump()))


def _refuse_inactive(user: User) -> None:
    if user.status == "waiting":
        raise NotAllowed("An administrator has to approve this account first.", code="awaiting_approval")
    if user.status != "active":
        raise NotAllowed("This account is disabled.", code="disabled")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _throttled() -> Problem:
    said = "Too many attempts; try again in a quarter of an hour."
    return Problem(429, said, code="throttled", headers={"Retry-After": "900"})


@router.post("/auth/login", dependencies=anyone)
def login(request: Request, response: Response, given: Credentials) -> SignedIn:
    """Sign in with name and password."""
    state, address = request.app.state, _address(request)
    throttle: Throttle = state.throttle
    if not throttle.allowed(given.username, address):
        raise _throttled()
    database: Database = state.database
    with database.transaction() as connection:
        found = users.credentials(connection, given.username) if "\x00" not in given.username else None
    if not passwords.matches(found[1] if found else None, given.password) or found is None:
        throttle.failed(given.username, address)
        with database.transaction() as connection:
            # what was typed may hold what no event may
            claimed = "".join(character for character in given.username if character.isprintable())
            audit.record(connection, "auth", claimed, "login-failed", "session")
        raise unauthenticated("The user name or the password is wrong.")
    throttle.succeeded(given.username)
    user, stored = found
    _refuse_inactive(user)
    with database.transaction() as connection:
        if passwords.outdated(stored):
            users.change(connection, user.id, password_hash=passwords.hashed(given.password))
        users.change(connection, user.id, last_login_at=datetime.now(UTC))
        secret = sessions.begin(connection, user.id, state.settings.refresh_days)
        audit.record(connection, "auth", user.username, "login", "session")
        answer = _signed_in(connection, state.settings, user)
    _set_cookie(request, response, secret, state.settings)
    return answer


@router.post("/auth/register", status_code=201, dependencies=anyone)
def register(request: Request, given: Registration) -> UserOut:
    """Ask for access: a viewer, who waits for an administrator's approval."""
    if not request.app.state.throttle.registers(_address(request)):
        raise _throttled()
    weak = passwords.weakness(given.password, given.username)
    if weak:
        raise invalid("password", weak, "weak_password")
    hash_ = passwords.hashed(given.password)
    with request.app.state.database.transaction() as connection:
        try:
            user = users.create(connection, given.username, given.email, hash_, "viewer", "waiting")
        except users.NameTaken:
            raise Conflict("This user name is taken.", code="name_taken") from None
        audit.record(connection, "auth", user.username, "register", f"user {user.id}")
    return UserOut(**user.model_dump())


@router.post("/auth/refresh", dependencies=anyone)
def refresh(request: Request, response: Response) -> SignedIn:
    """A new access token for the session's cookie, which is rotated."""
    state, secret = request.app.state, request.cookies.get(COOKIE)
    if not secret:
        raise unauthenticated("There is no session.")
    with state.database.transaction() as connection:
        verdict, user_id, following = sessions.rotate(connection, secret, state.settings.refresh_days)
        user = users.get(connection, user_id) if user_id else None
        if verdict is Verdict.REUSED and user is not None:
            audit.record(connection, "auth", user.username, "refresh-token-reused", "session")
        answer = (
            _signed_in(connection, state.settings, user) if user and user.status == "active" and following else None
        )
    if answer is None or following is None:
        raise unauthenticated("The session has ended.")
    _set_cookie(request, response, following, state.settings)
    return answer


@router.post("/auth/logout", status_code=204, dependencies=anyone)
def logout(request: Request, response: Response) -> None:
    """End the session."""
    secret = request.cookies.get(COOKIE)
    if secret:
        with request.app.state.database.transaction() as connection:
            sessions.revoke_token(connection, secret)
    response.delete_cookie(COOKIE, path=COOKIE_PATH)


@router.get("/auth/me")
def me(request: Request, caller: Caller) -> Me:
    """Who the token belongs to, and what has become of the account since it was given."""
    role: Any = caller.role.name.lower() if caller.role else None
    status: Any = "active"
    if caller.role is not None:
        with request.app.state.database.transaction() as connection:
            user = users.get(connection, UUID(caller.id))
        if user is None:
            raise not_found(f"The user {caller.name}")
        status = user.status
    return Me(id=caller.id, username=caller.name, role=role, status=status, scopes=sorted(caller.scopes))


@router.post("/auth/password", status_code=204)
def change_password(request: Request, given: PasswordChange, caller: Caller) -> None:
    """Change the own password; all sessions end."""
    weak = passwords.weakness(given.new, caller.name)
    if weak:
        raise invalid("new", weak, "weak_password")
    if caller.role is None:
        raise NotAllowed("An API key has no password.", code="forbidden")
    throttle: Throttle = request.app.state.throttle
    if not throttle.allowed(caller.name, _address(request)):
        raise _throttled()
    with request.app.state.database.transaction() as connection:
        if not passwords.matches(users.password_hash(connection, UUID(caller.id)), given.current):
            throttle.failed(caller.name, _address(request))
            raise invalid("current", "is wrong", "wrong_password")
        users.change(connection, UUID(caller.id), password_hash=passwords.hashed(given.new))
        sessions.revoke_user(connection, UUID(caller.id))
        audit.record(connection, "auth", caller.name, "password-changed", f"user {caller.id}")


@router.post("/auth/token", dependencies=anyone)
def exchange_api_key(request: Request) -> TokenOut:
    """A short access token for an API key, sent as the bearer token."""
    parts = tokens.split_api_key(bearer(request) or "")
    settings: Settings = request.app.state.settings
    with request.app.state.database.transaction() as connection:
        key = sessions.use_api_key(connection, parts[0][:100].replace("\x00", ""), parts[1]) if parts else None
        if key is None:
            raise unauthenticated("The API key is not valid.")
        signing = tokens.signing_with(sessions.signing_keys(connection), datetime.now(UTC))
    claims = {"username": f"key:{key['name']}", "scopes": " ".join(key["scopes"]), "source": key["source"]}
    subject = UUID(int=int(tokens.digest(key["id"])[:32], 16))
    token = tokens.access_token(signing, settings.issuer, subject, API_KEY_SECONDS, claims)
    return TokenOut(access_token=token, expires_in=API_KEY_SECONDS)


@router.get("/.well-known/jwks.json", dependencies=anyone)
def jwks(request: Request, response: Response) -> dict[str, list[dict[str, str]]]:
    """The public keys that access tokens are verified with."""
    with request.app.state.database.transaction() as connection:
        keys = sessions.signing_keys(connection)
    response.headers["Cache-Control"] = "public, max-age=60"
    return {"keys": [key.public_jwk for key in keys]}
