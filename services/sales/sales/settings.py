"""Configuration of sales."""

from chassis.settings import ServiceSettings


class Settings(ServiceSettings):
    """What the ledger needs beyond the common settings."""

    max_upload_mb: int = 512
    kafka_sources: str = "*"
    """In whose name sales may be claimed over Kafka: names, or beginnings that end with `*`, separated by commas."""
