"""Patterns that users write: matched in time linear in the text, whatever the pattern.

Python's own `re` backtracks: `(a+)+b` on forty letters takes longer than anybody waits, and holds every thread of the
process meanwhile. RE2 has no look-around and no backreferences for that reason; a pattern that asks for them is refused
where it is given, as one is that is too large once its repetitions are written out.
"""

from collections.abc import Callable
from typing import Annotated, Any

import re2
from pydantic import AfterValidator, StringConstraints

from chassis.reading.bounds import of_short_cells

MOST_CHARACTERS = 1000
MOST_BYTES = 1024 * 1024  # of a pattern as it is compiled, and of what it remembers of a text


def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive, options.log_errors, options.max_mem = False, False, MOST_BYTES
    try:
        return re2.compile(pattern, options)
    except re2.error as wrong:
        said = wrong.args[0]
        raise ValueError(
            f"cannot be matched in a bounded time ({said.decode() if isinstance(said, bytes) else said});"
            " look-around and backreferences are not offered"
        ) from None


def _linear(pattern: str) -> str:
    _compiled(pattern)
    return pattern


Pattern = Annotated[
    str, StringConstraints(max_length=MOST_CHARACTERS), AfterValidator(_linear)
]  # of RE2's syntax; checked when it is given


def whole(pattern: str) -> Callable[[str], bool]:
    """Whether a text matches as a whole, case ignored. Short answers are remembered: columns repeat their cells."""
    compiled = _compiled(pattern)

    def matches(text: str) -> bool:
        return compiled.fullmatch(text) is not None

    return of_short_cells(beyond=matches)(matches)
