"""How many records a consumer may dead-letter before it stops instead of emptying a topic into the table.

The likelier cause of many dead letters is a fault of ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Tolerance:
    """Stops a consumer at more than `ratio` of the last `window` records, or `consecutive` in a row.

    Unchangeable, so that the outcome of a batch whose transaction is rolled back is not counted.
    """

    ratio: float = 0.05
    window: int = 1000
    consecutive: int = 50
    _recent: tuple[int, ...] = ()  # how many records ago the dead ones of the window lie
    _run: int = 0
    _longest: int = 0

    def after(self, dead: Sequence[bool], records: int | None = None) -> "Tolerance":
        """The tolerance after more records, in order; `dead` may be empty for `records` that were all applied."""
        count = len(dead) if records is None else records
        recent = [ago + count for ago in self._recent if ago + count < self.window]
        run, longest = self._run, 0
        for place, is_dead in enumerate(dead):
            run = run + 1 if is_dead else 0
            longest = max(longest, run)
            if is_dead and count - 1 - place < self.window:
                recent.append(count - 1 - place)
        if count and not dead:
            run = 0
        return replace(self, _recent=tuple(recent), _run=run, _longest=longest)

    def reached(self) -> str | None:
        """Why the consumer must stop, or None."""
        if self._longest > self.consecutive:
            return f"{self._longest} records in a row could not be applied"
        share = len(self._recent) / self.window
        if share > self.ratio:
            return f"{share:.0%} of the last {self.window} records could not be applied"
        return None
