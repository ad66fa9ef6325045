"""Turning a second factor on and off, and asking for it; each told to the trail."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import segno
from chassis import audit
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid

from auth.application.proving import prove
from auth.domain import second_factor
from auth.domain.sessions import CodeNeeded, NotSignedIn
from auth.domain.throttle import Throttle
from auth.domain.users import User
from auth.storage import second_factors, sessions, users


@dataclass(frozen=True)
class DeviceSecret:
    """A secret for a device: to be typed, as an address, and as a picture (an SVG's data URI)."""

    secret: str
    uri: str
    picture: str


def ask(connection: Connection, user: User, code: str | None) -> None:
    """Nothing where the user has no second factor; else the code counts, and never again.

    Raises CodeNeeded without a code, NotSignedIn for one that is wrong.
    """
    factor = second_factors.get(connection, user.id, lock=True)
    if factor is None or not factor.confirmed:
        return
    if not code:
        raise CodeNeeded("Type the code that your device shows.")
    if (step := factor.step_of(code, datetime.now(UTC))) is not None:
        second_factors.code_used(connection, user.id, step)
    elif (left := factor.without(code)) is not None:
        second_factors.recovery_used(connection, user.id, left)
        audit.record(connection, "auth", user.username, "recovery-code-used", f"user {user.id}", left=len(left))
    else:
        raise NotSignedIn("The code is wrong, or was used before.")


def begin(
    database: Database, throttle: Throttle, user_id: UUID, username: str, password: str, address: str
) -> DeviceSecret:  # fmt: skip
    """A secret for the own device, which counts once a code of it was confirmed.

    Raises Throttled, Invalid, Conflict.
    """
    with database.transaction() as connection:
        prove(connection, throttle, user_id, username, password, address)
        factor = second_factors.get(connection, user_id)
        if factor is not None and factor.confirmed:
            raise Conflict("You have a second factor; remove it first.", code="has_second_factor")
        secret = second_factor.new_secret()
        second_factors.begin(connection, user_id, secret)
    address_ = second_factor.uri(secret, username)
    return DeviceSecret(secret, address_, segno.make(address_, micro=False).svg_data_uri(scale=4, border=2))


def confirm(database: Database, user_id: UUID, username: str, code: str) -> list[str]:
    """From now on the second factor is asked for; the recovery codes, told once. Raises Conflict, Invalid."""
    codes, now = second_factor.new_recovery_codes(), datetime.now(UTC)
    with database.transaction() as connection:
        factor = second_factors.get(connection, user_id, lock=True)
        if factor is None or factor.confirmed:
            raise Conflict("No second factor waits to be confirmed.", code="nothing_to_confirm")
        step = factor.step_of(code, now)
        if step is None:
            raise invalid("code", "is not what the device shows now", "wrong_code")
        second_factors.confirm(connection, user_id, step, [second_factor.digest(one) for one in codes], now)
        audit.record(connection, "auth", username, "second-factor-added", f"user {user_id}")
    return codes


def remove(database: Database, throttle: Throttle, user_id: UUID, username: str, password: str, address: str) -> None:
    """Sign in without one again. Raises Throttled, Invalid."""
    with database.transaction() as connection:
        prove(connection, throttle, user_id, username, password, address)
        if second_factors.remove(connection, user_id):
            audit.record(connection, "auth", username, "second-factor-removed", f"user {user_id}")


def reset(database: Database, user_id: UUID, actor: str) -> User:
    """Remove the second factor of somebody who lost the device; all their sessions end."""
    with database.transaction() as connection:
        user = users.existing(connection, user_id)
        if second_factors.remove(connection, user_id):
            sessions.revoke_user(connection, user_id)
            audit.record(connection, "auth", actor, "second-factor-reset", f"user {user_id}")
    return user.model_copy(update={"second_factor": False})
