"""Whoever changes what signs them in proves by their password that they did not just find the screen open."""

from uuid import UUID

from chassis.database import Connection
from chassis.failures import invalid

from auth.domain import passwords
from auth.domain.throttle import Throttle
from auth.storage import users


def prove(
    connection: Connection, throttle: Throttle, user_id: UUID, username: str, password: str, address: str
) -> None:  # fmt: skip
    """Nothing where the password is the user's; a wrong one is counted. Raises Throttled, Invalid."""
    throttle.attempt(username, address)
    if not passwords.matches(users.password_hash(connection, user_id), password):
        throttle.failed(username, address)
        raise invalid("current", "is wrong", "wrong_password")
