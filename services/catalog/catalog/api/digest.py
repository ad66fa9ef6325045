"""The weekly digest by mail: where it stands, how it would look, and one at once for whoever sets it up."""

from datetime import UTC, date, datetime

from chassis.parameters import Db, Operator, Viewer
from fastapi import APIRouter
from pydantic import BaseModel

from catalog.api.parameters import Config
from catalog.application import digest

router = APIRouter(prefix="/digest", tags=["digest"])


class LastDigest(BaseModel):
    """The newest week's: when it was sent, or why it was not."""

    week: date
    tries: int
    tried_at: datetime
    sent_at: datetime | None
    readers: int | None
    error: str | None


class DigestOut(BaseModel):
    """`readers` 0: no digest is set up. `next_at`: when the next is sent, or the last tried again."""

    readers: int
    language: str
    next_at: datetime | None
    last: LastDigest | None


class DigestLetter(BaseModel):
    """The digest as it would be sent now."""

    week: date
    subject: str
    text: str


class DigestSent(BaseModel):
    """To how many readers it was sent; `error` names those whom the mail server refused."""

    readers: int
    error: str | None


@router.get("")
def get_digest(database: Db, config: Config, _: Viewer) -> DigestOut:
    """Whether a weekly digest is sent, when next, and what became of the last."""
    found = digest.standing(database, config, datetime.now(UTC))
    return DigestOut(
        readers=found.readers, language=config.digest_language, next_at=found.next_at,
        last=LastDigest(**found.last) if found.last else None,
    )  # fmt: skip


@router.get("/letter")
def get_digest_letter(database: Db, config: Config, _: Viewer) -> DigestLetter:
    """What the digest would say now."""
    letter, week = digest.compose(database, config, datetime.now(UTC))
    return DigestLetter(week=week, subject=letter.subject, text=letter.text)


@router.post("/send")
def send_digest(database: Db, config: Config, caller: Operator) -> DigestSent:
    """Send it to its readers now; the week's own is sent none the less. 409 when none is set up."""
    return DigestSent(**vars(digest.send_now(database, config, caller.actor)))
