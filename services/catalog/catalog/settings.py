"""Configuration of catalog."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """Catalog needs nothing beyond the common settings."""
