"""Configuration of catalog."""

from email.utils import parseaddr
from typing import Literal, Self
from urllib.parse import urlsplit

from chassis.settings import ServiceSettings
from pydantic import Field, SecretStr, model_validator


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

    @property
    def readers(self) -> list[str]:
        """Who gets the digest."""
        return [address.strip() for address in self.digest_to.split(",") if address.strip()]

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
