"""Configuration of sales."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the ledger needs beyond the common settings."""

    max_upload_mb: int = 512
