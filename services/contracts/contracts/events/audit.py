"""Who did what: every service publishes, auth keeps the trail."""

from typing import Any, ClassVar

from contracts import topics
from contracts.events.base import Payload
from contracts.types import Code, Instant, Text


class AuditRecorded(Payload):
    """One action of a person or a key, with its subject and enough detail to understand it."""

    TYPE: ClassVar[str] = "audit-recorded"
    TOPIC: ClassVar[topics.Topic] = topics.AUDIT_RECORDED

    service: Code
    actor: Text
    action: Code
    subject: Text
    at: Instant
    detail: dict[str, Any] = {}

    @property
    def key(self) -> str:
        return self.service
