"""Spans of days that a request names."""

from typing import Self

from pydantic import BaseModel, model_validator


class Span(BaseModel):
    """From a day to a day, both included."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts, ends = (getattr(self, name, None) for name in self._bounds())
        if starts is not None and ends is not None and ends < starts:
            raise ValueError(f"{self._bounds()[1]} lies before {self._bounds()[0]}")
        return self

    @staticmethod
    def _bounds() -> tuple[str, str]:
        return "starts", "ends"
