"""Configuration from the environment, read once at start; a process with a bad setting does not start.

Every variable has the prefix ALMANAC_. The launcher and docker-compose.yml set the same names.
"""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class KafkaAccess(BaseSettings):
    """As whom a process speaks to Kafka: as nobody, unless the broker asks (docs/operations.md)."""

    model_config = SettingsConfigDict(env_prefix="ALMANAC_", extra="ignore", frozen=True)

    kafka_security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    kafka_sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "SCRAM-SHA-512"
    kafka_username: str = ""
    kafka_password: SecretStr = SecretStr("")
    kafka_ca_file: Path | None = None

    @model_validator(mode="after")
    def _named(self) -> Self:
        if "SASL" in self.kafka_security_protocol and not (self.kafka_username and self.kafka_password):
            raise ValueError(f"kafka_security_protocol={self.kafka_security_protocol} needs kafka_username and"
                             " kafka_password")  # fmt: skip
        return self


class CommonSettings(KafkaAccess):
    """What every process needs, also one without a database."""

    profile: Literal["demo", "demo-stores", "local", "production"] = "local"
    http_host: str = "127.0.0.1"
    http_port: int = 8000
    health_port: int = 0
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    kafka_bootstrap_servers: str = "127.0.0.1:9092"
    kafka_group_protocol: Literal["consumer", "classic"] = "consumer"
    kafka_replicas: int = Field(default=1, ge=1, le=9)
    kafka_min_insync: int = Field(default=1, ge=1, le=9)
    jwks_url: str = "http://127.0.0.1:8001/.well-known/jwks.json"
    issuer: str = "almanac"
    timezone: str = "UTC"
    week_start: str = "monday"
    currency: str = Field(default="EUR", pattern="^[A-Z]{3}$")
    train_hour: int = Field(default=2, ge=0, le=23)

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"{value!r} is no IANA time zone") from None
        return value

    @field_validator("week_start")
    @classmethod
    def _known_day(cls, value: str) -> str:
        if value.lower() not in WEEKDAYS:
            raise ValueError(f"must be one of {', '.join(WEEKDAYS)}")
        return value.lower()

    @model_validator(mode="after")
    def _writable(self) -> Self:
        if self.kafka_min_insync > self.kafka_replicas:
            raise ValueError(f"kafka_min_insync={self.kafka_min_insync} of kafka_replicas={self.kafka_replicas}:"
                             " nothing could be written")  # fmt: skip
        return self

    @cached_property
    def zone(self) -> ZoneInfo:
        """The business's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def first_weekday(self) -> int:
        """The day weeks start on, Monday = 0."""
        return WEEKDAYS.index(self.week_start)


class ServiceSettings(CommonSettings):
    """A service with a schema of its own."""

    database_url: SecretStr
    database_pool: int = 10
    files_dir: Path = Path("files")
    consumer_batch: int = 5000
    consumer_queue_kb: int = 16384
