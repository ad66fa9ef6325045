"""What auth does without being asked: its first administrator, the command line's key, its signing keys."""

import threading

from chassis import audit
from chassis.database import Connection, Database
from chassis.logs import logger

from auth.application.signing import rotate_signing_keys
from auth.domain import passwords, tokens
from auth.settings import Settings
from auth.storage import api_keys, users

log = logger(__name__)
PAUSE_SECONDS = 60
COMMAND_LINE = "cli"


def prepare(database: Database, settings: Settings) -> None:
    """A signing key, the first administrator where there is no user yet, and the command line's key."""
    with database.transaction() as connection:
        rotate_signing_keys(connection)
        _create_first_administrator(connection, settings)
        _let_the_command_line_in(connection, settings)


def _create_first_administrator(connection: Connection, settings: Settings) -> None:
    """As the settings name and sign them in; in production not with a weak password."""
    name, password = settings.bootstrap_admin_username, settings.bootstrap_admin_password
    if not name or password is None or users.exist(connection):
        return
    weak = passwords.weakness(password.get_secret_value(), name)
    if weak and settings.profile == "production":
        raise RuntimeError(f"ALMANAC_BOOTSTRAP_ADMIN_PASSWORD {weak}")
    users.create(connection, name, None, passwords.hashed(password.get_secret_value()), "admin", "active")
    log.info("first_administrator_created", username=name)


def _let_the_command_line_in(connection: Connection, settings: Settings) -> None:
    """A key with the role operator: no password opens it, so nobody's failed sign-ins can close it."""
    secret = settings.command_line_secret
    if secret is None:
        return
    digest = tokens.digest(secret.get_secret_value())
    if api_keys.put(connection, COMMAND_LINE, digest, name="command line", role="operator", created_by="launcher"):
        audit.record(connection, "auth", "launcher", "api-key-created", f"api key {COMMAND_LINE}", role="operator")


def keep_house(database: Database, stop: threading.Event) -> None:
    """Rotate keys when they are due, asked once a minute until `stop`."""
    while not stop.is_set():
        with database.transaction() as connection:
            rotate_signing_keys(connection)
        stop.wait(PAUSE_SECONDS)
