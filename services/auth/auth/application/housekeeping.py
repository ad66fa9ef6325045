"""What auth does without being asked: its first administrator, its signing keys."""

import threading

from chassis.database import Connection, Database
from chassis.logs import logger

from auth.application.signing import rotate_signing_keys
from auth.domain import passwords
from auth.settings import Settings
from auth.storage import users

log = logger(__name__)
PAUSE_SECONDS = 60


def prepare(database: Database, settings: Settings) -> None:
    """A signing key, and the first administrator where there is no user yet."""
    with database.transaction() as connection:
        rotate_signing_keys(connection)
        _create_first_administrator(connection, settings)


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


def keep_house(database: Database, stop: threading.Event) -> None:
    """Rotate keys when they are due, asked once a minute until `stop`."""
    while not stop.is_set():
        with database.transaction() as connection:
            rotate_signing_keys(connection)
        stop.wait(PAUSE_SECONDS)
