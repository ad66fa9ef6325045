"""Auth's configuration."""

from chassis.settings import ServiceSettings
from pydantic import SecretStr


class Settings(ServiceSettings):
    """The bootstrap administrator is created when there is no user yet; there is no default password. With
    `command_line_secret` the launcher's commands have a key of their own, `cli`. `let_in`: whom `python -m auth let-in`
    makes an administrator again."""

    bootstrap_admin_username: str | None = None
    bootstrap_admin_password: SecretStr | None = None
    command_line_secret: SecretStr | None = None
    let_in: str | None = None
    access_seconds: int = 600
    refresh_days: int = 30
    secure_cookies: bool = True
