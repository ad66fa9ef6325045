"""Tokens: ES256 access tokens, opaque refresh tokens and API keys of which only a digest is kept."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

AUDIENCE = "almanac"
KEY_PREFIX = "fk_live_"
KEY_ACTIVE_AFTER = timedelta(minutes=10)
KEY_ROTATES_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class SigningKey:
    """A P-256 key. `id` is its RFC 7638 thumbprint."""

    id: str
    private_pem: str
    created_at: datetime

    @property
    def public_jwk(self) -> dict[str, str]:
        """What JWKS publishes."""
        private = serialization.load_pem_private_key(self.private_pem.encode(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        return _jwk(private.public_key()) | {"kid": self.id, "use": "sig", "alg": "ES256"}


def _b64(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode().rstrip("=")


def _jwk(public: ec.EllipticCurvePublicKey) -> dict[str, str]:
    numbers = public.public_numbers()
    return {"crv": "P-256", "kty": "EC", "x": _b64(numbers.x), "y": _b64(numbers.y)}


def new_signing_key(now: datetime | None = None) -> SigningKey:
    """A fresh key."""
    private = ec.generate_private_key(ec.SECP256R1())
    jwk = _jwk(private.public_key())
    canonical = "{" + ",".join(f'"{name}":"{jwk[name]}"' for name in sorted(jwk)) + "}"
    thumbprint = base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).decode().rstrip("=")
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    return SigningKey(thumbprint, pem, now or datetime.now(UTC))


def signing_with(keys: list[SigningKey], now: datetime) -> SigningKey:
    """The newest key that has been published long enough for every verifier to have fetched it."""
    ordered = sorted(keys, key=lambda key: key.created_at)
    ready = [key for key in ordered if now - key.created_at >= KEY_ACTIVE_AFTER]
    return ready[-1] if ready else ordered[0]


def due_for_rotation(keys: list[SigningKey], now: datetime) -> bool:
    """Whether a new key must be published."""
    return not keys or now - max(key.created_at for key in keys) >= KEY_ROTATES_AFTER


def expired(key: SigningKey, keys: list[SigningKey], now: datetime) -> bool:
    """Whether no valid token can bear the key's signature any more."""
    newer = [other for other in keys if other.created_at > key.created_at]
    return any(now - other.created_at > KEY_ACTIVE_AFTER + timedelta(hours=1) for other in newer)


def access_token(key: SigningKey, issuer: str, subject: UUID, seconds: int, claims: dict[str, Any]) -> str:
    """A signed access token (RFC 9068)."""
    now = datetime.now(UTC)
    content = claims | {
        "iss": issuer, "aud": AUDIENCE, "sub": str(subject), "iat": now, "exp": now + timedelta(seconds=seconds),
        "jti": str(uuid4()),
    }  # fmt: skip
    return jwt.encode(content, key.private_pem, algorithm="ES256", headers={"kid": key.id, "typ": "at+jwt"})


def new_secret() -> str:
    """256 random bits for a refresh token or an API key."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a high-entropy secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(stored: str, secret: str) -> bool:
    """Whether the digest is the secret's, in constant time."""
    return hmac.compare_digest(stored, digest(secret))


def api_key(id: str, secret: str) -> str:
    """The key as its owner sees it, once."""
    return f"{KEY_PREFIX}{id}_{secret}"


def split_api_key(key: str) -> tuple[str, str] | None:
    """(id, secret) of a key, or None for anything else."""
    if not key.startswith(KEY_PREFIX):
        return None
    id_, _, secret = key.removeprefix(KEY_PREFIX).partition("_")
    return (id_, secret) if id_ and secret else None
