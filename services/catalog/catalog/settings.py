"""Configuration of catalog."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What catalog needs beyond the common settings."""

    max_upload_mb: int = 64  # of a file of products, prices, counts …
