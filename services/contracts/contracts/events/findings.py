"""What the forecaster finds in forecasts and sales that needs somebody."""

from datetime import date
from typing import Any, ClassVar, Literal

from contracts import topics
from contracts.events.base import Payload
from contracts.types import Code, Instant, Sku, Text


class FindingChanged(Payload):
    """A finding's whole state: it appeared, changed, or is no longer so. The same root is the same finding."""

    TYPE: ClassVar[str] = "finding-changed"
    TOPIC: ClassVar[topics.Topic] = topics.FINDING_CHANGED

    root: Text
    kind: Literal["anomaly", "bias", "late-data"]
    money: float
    title: Text
    detail: dict[str, Any] = {}
    sku: Sku | None = None
    location: Code | None = None
    week: date | None = None
    open: bool
    found_at: Instant

    @property
    def key(self) -> str:
        return self.root
