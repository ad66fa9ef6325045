"""The holidays of locations, by their country and region: of the `holidays` package, which knows how each year's fall.

Moving feasts lie where they are in their own calendar (Easter in the east and in the west, the lunar ones). A location
without a country has none; a country, region or kind that the package does not know is told, never guessed.
"""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

_ABOUT = re.compile(r" \((observed|estimated|observed, estimated)\)")


@dataclass
class Holidays:
    """Days by location, as rows of location, name and day; what could not be known, by location; how many have any."""

    days: list[dict[str, Any]] = field(default_factory=list)
    unknown: dict[str, str] = field(default_factory=dict)
    set: int = 0

    @property
    def said(self) -> str:
        """One sentence of how it stands."""
        if not self.set and not self.unknown:
            return "no location has a country, so no holidays are known but those entered as events"
        missing = "; ".join(f"{code}: {why}" for code, why in sorted(self.unknown.items()))
        return f"holidays of {self.set} locations are known" + (f"; {missing}" if missing else "")


def of(locations: Sequence[Mapping[str, Any]], first: date, last: date) -> Holidays:
    """The holidays of locations (code, country, region, holidays) from one day to another, both included."""
    found = Holidays()
    years = range(first.year, last.year + 1)
    for row in locations:
        if not row["country"] or not row["holidays"]:
            continue
        try:
            calendar, strange = _calendar(row["country"], row["region"], tuple(row["holidays"]), years)
        except NotImplementedError as error:
            found.unknown[row["code"]] = str(error)
            continue
        if strange:
            found.unknown[row["code"]] = f"{row['country']} has no holidays of the kinds {', '.join(strange)}"
        found.set += 1
        found.days += [
            {"location": row["code"], "name": name, "day": day.isoformat()}
            for day, names in sorted(calendar.items()) if first <= day <= last
            for name in sorted({_ABOUT.sub("", one) for one in names})
        ]  # fmt: skip
    return found


def _calendar(
    country: str, region: str | None, kinds: tuple[str, ...], years: range
) -> tuple[dict[date, list[str]], list[str]]:
    import holidays  # seconds to import, and only who trains or asks needs it

    known = getattr(holidays.country_holidays(country, subdiv=region), "supported_categories", ("public",))
    asked = tuple(kind for kind in kinds if kind in known)
    strange = [kind for kind in kinds if kind not in known]
    if not asked:
        return {}, strange
    made = holidays.country_holidays(country, subdiv=region, years=years, categories=asked, language="en_US")
    return {day: made.get_list(day) for day in made}, strange
