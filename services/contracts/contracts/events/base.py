"""What all payloads share: unknown fields are ignored, decimals travel as strings, instants in UTC."""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from contracts.topics import Topic


class Payload(BaseModel):
    """The data of one event. Subclasses name their `TYPE`s and `TOPIC` and say their partition key."""

    model_config = ConfigDict(extra="ignore", frozen=True, ser_json_timedelta="iso8601")

    TYPE: ClassVar[str]
    TOPIC: ClassVar[Topic]
    VERSION: ClassVar[int] = 1

    @property
    def key(self) -> str:
        """The record's Kafka key."""
        raise NotImplementedError

    @property
    def type(self) -> str:
        """The CloudEvents type; a payload that serves several types overrides it."""
        return self.TYPE


def rfc3339(moment: datetime) -> str:
    """An aware instant as the wire writes it."""
    return moment.isoformat()
