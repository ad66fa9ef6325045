"""Filters of a list that another service answers: which series a supplier delivers or a class holds, catalog knows."""

from collections.abc import Mapping, Sequence
from typing import Any

# A list's own path -> the filters of `SERIES` that narrow it.
NARROWED: Mapping[str, Sequence[str]] = {"/forecast/summary": ("supplier", "segment")}
OWNER, SERIES = "catalog", "/series"

Filters = list[tuple[str, str]]


def split(path: str, filters: Filters) -> tuple[Filters, Filters]:
    """(the list's own, those of another service) of what a list is asked with."""
    foreign = NARROWED.get(path, ())
    return (
        [each for each in filters if each[0] not in foreign],
        [each for each in filters if each[0] in foreign],
    )


def describe(paths: dict[str, Any]) -> None:
    """Each narrowed list's description has these filters too, in the words of the service that answers them."""
    told = paths.get(f"/api{SERIES}", {}).get("get", {}).get("parameters", [])
    for path, foreign in NARROWED.items():
        if operation := paths.get(f"/api{path}", {}).get("get"):
            operation["parameters"] = [
                *operation.get("parameters", []), *(each for each in told if each["name"] in foreign),
            ]  # fmt: skip
