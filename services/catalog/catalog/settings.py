"""Configuration of catalog."""

from email.utils import parseaddr
from typing import Literal, Self
from urllib.parse import urlsplit

from chassis.settings import ServiceSettings
from pydantic import Field, SecretStr, field_validator, model_validator


class Settings(ServiceSettings):
    """What catalog needs beyond the common settings."""

    max_upload_mb: int = 64  # of a file of products, prices, counts …
    # The weekly digest by mail: sent where a server and somebody to read it are named.
    smtp_url: SecretStr = SecretStr("")  # smtp://user:password@host:587 (STARTTLS where offered) or smtps://…:465
    mail_from: str = ""
    digest_to: str = ""  # addresses, with commas between
    digest_language: Literal["en", "de", "fr"] = "en"
    digest_hour: int = Field(default=7, ge=0, le=23)
    public_url: str = ""  # of the dashboard, for the links
    # The weather feed: a forecast endpoint of Open-Meteo's API shape, and how often it is asked; empty: off.
    weather_url: SecretStr = SecretStr("")
    weather_hours: int = Field(default=6, ge=1, le=168)

    @property
    def readers(self) -> list[str]:
        """Who gets the digest."""
        return [address.strip() for address in self.digest_to.split(",") if address.strip()]

    @field_validator("weather_url")
    @classmethod
    def _can_be_asked(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is none
            usable = False
        if url and (not usable or parts.username or not (url.isascii() and url.isprintable()) or " " in url):
            raise ValueError("weather_url must be http://host/path or https://host/path, without a user")
        return value

    @model_validator(mode="after")
    def _mail_can_be_sent(self) -> Self:
        if url := self.smtp_url.get_secret_value():
            parts = urlsplit(url)
            if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
                raise ValueError("smtp_url must be smtp://host:port or smtps://host:port")
        for name, address in (("mail_from", self.mail_from), *(("digest_to", one) for one in self.readers)):
            if address and "@" not in parseaddr(address)[1]:
                raise ValueError(f"{name}: {address!r} is no mail address")
        if self.readers and not (url and self.mail_from):
            raise ValueError("digest_to needs smtp_url and mail_from")
        return self
