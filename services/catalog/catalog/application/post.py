"""Mail by an SMTP server: it took a letter, or `NotSent` says why, without any password in it."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from urllib.parse import unquote, urlsplit

from catalog.domain.digest import Letter

TIMEOUT = 20.0


class NotSent(Exception):
    """The server is away, or did not take the letter."""


def send(url: str, sender: str, readers: Sequence[str], letter: Letter, *, name: str | None = None) -> list[str]:
    """Hand a letter to the server at `url` (smtp:// with STARTTLS where offered, or smtps://), one copy a reader so
    that none sees the others; the readers whom the server refused, if it took another's. `name` makes the Message-ID
    the same at a second try."""
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    refused: list[str] = []
    try:
        with _connected(parts.scheme, host, parts.port) as server:
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
            for number, reader in enumerate(readers):
                try:
                    server.send_message(_message(sender, reader, letter, name and f"{name}-{number}"))
                except smtplib.SMTPRecipientsRefused:
                    refused.append(reader)
    except smtplib.SMTPResponseException as fault:
        told = fault.smtp_error.decode(errors="replace") if isinstance(fault.smtp_error, bytes) else fault.smtp_error
        raise NotSent(f"{host} answered {fault.smtp_code} {told}"[:300]) from None
    except (smtplib.SMTPException, OSError) as fault:
        raise NotSent(f"{host}: {fault}"[:300]) from None
    if len(refused) == len(readers):
        raise NotSent(f"{host} refused {', '.join(refused)}"[:300])
    return refused


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port or 587, timeout=TIMEOUT)
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    return server


def _message(sender: str, reader: str, letter: Letter, name: str | None) -> EmailMessage:
    message = EmailMessage()
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message["From"], message["To"], message["Subject"] = sender, reader, letter.subject
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = f"<{name}@{domain}>" if name else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    return message
