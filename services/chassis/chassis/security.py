"""Who is calling, and what may they do. Every service verifies ES256 tokens itself; the gateway is not trusted.

Signing keys come from auth's JWKS, refreshed in the background; the last good set stays in use for a day, so
that an outage of auth locks nobody out.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Annotated, Any
from urllib.request import urlopen

import jwt
import orjson
from fastapi import Depends, Request

from chassis import metrics
from chassis.logs import logger
from chassis.problems import Problem

log = logger(__name__)

AUDIENCE = "almanac"
_REFRESH_SECONDS = 60
_STALE_SECONDS = 24 * 3600
_UNKNOWN_KEY_COOLDOWN = 5


class Role(IntEnum):
    """Each role may do what the ones below it may."""

    VIEWER = 1
    PLANNER = 2
    OPERATOR = 3
    ADMIN = 4


@dataclass(frozen=True)
class Principal:
    """A verified caller: a person with a role, or an API key with scopes (the command line's has a role instead)."""

    id: str
    name: str
    role: Role | None
    scopes: frozenset[str] = field(default_factory=frozenset)
    expires_at: int = 0
    source: str | None = None

    @property
    def actor(self) -> str:
        """Who did it, as the audit trail calls them."""
        return self.name or self.id

    @property
    def is_key(self) -> bool:
        """Whether it is an API key; no person's name has a colon."""
        return self.role is None or self.name.startswith("key:")

    def may(self, role: Role, scope: str | None = None) -> bool:
        """Whether the person's role, or the key's scope, is enough."""
        if self.role is not None:
            return self.role >= role
        return scope is not None and scope in self.scopes


class Keys:
    """The current signing keys by key id."""

    def __init__(self, url: str, fetch: Callable[[str], bytes] | None = None) -> None:
        self._url, self._fetch = url, fetch or _fetch
        self._lock = threading.Lock()
        self._keys: dict[str, Any] = {}
        self._loaded = self._tried = float("-inf")

    def get(self, key_id: str) -> Any | None:
        """The key, or None when auth has never published it."""
        now = time.monotonic()
        wait = _REFRESH_SECONDS if key_id in self._keys else _UNKNOWN_KEY_COOLDOWN
        if now - self._tried > wait:
            self._refresh(now)
        elif key_id not in self._keys:
            with self._lock:  # another thread may be fetching the keys right now; its answer is this one's too
                pass
        age = time.monotonic() - self._loaded
        metrics.JWKS_AGE.set(min(age, 1e9))
        return self._keys.get(key_id) if age < _STALE_SECONDS else None

    @property
    def known(self) -> bool:
        """Whether there are keys to judge a token by."""
        return time.monotonic() - self._loaded < _STALE_SECONDS

    def _refresh(self, now: float) -> None:
        with self._lock:
            if now < self._tried:
                return
            self._tried = time.monotonic()
            try:
                document = orjson.loads(self._fetch(self._url))
                keys = {entry["kid"]: jwt.PyJWK(entry, algorithm="ES256") for entry in document["keys"]}
                if not keys:  # auth always has one: whatever answered, it must not shut everybody out
                    raise ValueError("the answer holds no key")
                self._keys = keys
                self._loaded = time.monotonic()
            except Exception as error:
                log.warning("jwks_not_refreshed", error=str(error))


def _fetch(url: str) -> bytes:
    with urlopen(url, timeout=2) as answer:
        return answer.read(100_000)  # type: ignore[no-any-return]


class Verifier:
    """Turns a bearer token into a Principal, or a 401; a 503 while there are no keys to judge it by."""

    def __init__(self, keys: Keys, issuer: str) -> None:
        self._keys, self._issuer = keys, issuer

    def verify(self, token: str) -> Principal:
        """Raises Problem 401 for anything but a current token of ours."""
        try:
            header = jwt.get_unverified_header(token)
            key = self._keys.get(str(header.get("kid", ""))) if header.get("typ") == "at+jwt" else None
            if key is None and header.get("typ") == "at+jwt" and not self._keys.known:
                # Not the caller's fault: we have just started and auth does not answer.
                raise Problem(503, "Sign-ins cannot be checked now; try again.", code="keys_unavailable",
                              headers={"Retry-After": "2"})  # fmt: skip
            if key is None:
                raise jwt.InvalidTokenError("unknown key or type")
            claims = jwt.decode(
                token, key.key, algorithms=["ES256"], audience=AUDIENCE, issuer=self._issuer, leeway=10,
                options={"require": ["exp", "iat", "sub", "jti", "aud", "iss"]},
            )  # fmt: skip
            role = Role[str(claims["role"]).upper()] if claims.get("role") else None
            scopes = frozenset(str(claims.get("scopes", "")).split())
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError):
            raise unauthenticated("The access token is not valid or has expired.") from None
        return Principal(
            str(claims["sub"]), str(claims.get("username", "")), role, scopes, int(claims["exp"]), claims.get("source")
        )


def unauthenticated(detail: str) -> Problem:
    """401 that tells a client to sign in."""
    return Problem(401, detail, code="unauthenticated", headers={"WWW-Authenticate": "Bearer"})


def bearer(request: Request) -> str | None:
    """The request's bearer token, if any."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def current_principal(request: Request) -> Principal:
    """The verified caller; 401 without a valid token."""
    known: Principal | None = getattr(request.state, "principal", None)
    if known is not None:  # asked before the body was read
        return known
    token = bearer(request)
    if token is None:
        raise unauthenticated("Send an access token: Authorization: Bearer …")
    principal: Principal = request.app.state.verifier.verify(token)
    request.state.principal = principal
    return principal


Authenticated = Annotated[Principal, Depends(current_principal)]


def require(role: Role, scope: str | None = None) -> Callable[[Principal], Principal]:
    """A dependency that lets people of at least `role`, or keys with `scope`, pass. Sign-in comes first."""

    def permitted(principal: Authenticated) -> Principal:
        if not principal.may(role, scope):
            named = role.name.lower()
            needed = f"the role {named} or the scope {scope}" if scope else f"the role {named}"
            raise Problem(403, f"This needs {needed}.", code="forbidden")
        return principal

    permitted.permission = (role, scope)  # type: ignore[attr-defined]
    return permitted


def public() -> None:
    """Marks a route that anybody may call; a route with neither this nor `require` fails the tests."""


public.permission = None  # type: ignore[attr-defined]
