"""Second factors as stored: one a user, begun and then confirmed."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.database import Connection, rows
from sqlalchemy import text

from auth.domain.second_factor import SecondFactor


def get(connection: Connection, user_id: UUID, *, lock: bool = False) -> SecondFactor | None:
    """A user's, confirmed or only begun; locked, so that no code counts twice."""
    found = rows(
        connection,
        "SELECT secret, confirmed_at IS NOT NULL AS confirmed, last_step, recovery FROM second_factor"
        f" WHERE user_id = :id{' FOR UPDATE' if lock else ''}",
        id=user_id,
    )
    return SecondFactor(**{**found[0], "recovery": tuple(found[0]["recovery"])}) if found else None


def begin(connection: Connection, user_id: UUID, secret: str) -> None:
    """Keep a secret that is not confirmed yet, in place of one that never was."""
    connection.execute(
        text(
            "INSERT INTO second_factor (user_id, secret) VALUES (:id, :secret)"
            " ON CONFLICT (user_id) DO UPDATE SET secret = EXCLUDED.secret WHERE second_factor.confirmed_at IS NULL"
        ),
        {"id": user_id, "secret": secret},
    )


def confirm(connection: Connection, user_id: UUID, step: int, recovery: Sequence[str], now: datetime) -> None:
    """From now on it is asked for."""
    connection.execute(
        text(
            "UPDATE second_factor SET confirmed_at = :now, last_step = :step, recovery = :recovery WHERE user_id = :id"
        ),
        {"id": user_id, "step": step, "recovery": list(recovery), "now": now},
    )


def code_used(connection: Connection, user_id: UUID, step: int) -> None:
    """No code of this period or an earlier one counts any more."""
    connection.execute(
        text("UPDATE second_factor SET last_step = :step WHERE user_id = :id"), {"id": user_id, "step": step}
    )


def recovery_used(connection: Connection, user_id: UUID, left: Sequence[str]) -> None:
    """These recovery codes are left."""
    connection.execute(
        text("UPDATE second_factor SET recovery = :left WHERE user_id = :id"), {"id": user_id, "left": list(left)}
    )


def remove(connection: Connection, user_id: UUID) -> bool:
    """Ask for none any more; whether there was one."""
    return connection.execute(text("DELETE FROM second_factor WHERE user_id = :id"), {"id": user_id}).rowcount > 0
