"""In whose name a record of `sale-submitted` may speak: Kafka does not say who wrote it, and a source is an identity.

Those of till and shop systems that the installation registers (`ALMANAC_KAFKA_SOURCES`); of a file only what names an
import, and `SubmittedSales` sees that this import is of that source. What people and keys record over REST has no door
here. Whatever else comes is a dead letter, and its producer is told. See ADR 0035.
"""

from contracts.envelope import Event, MalformedEvent
from contracts.events import SaleSubmitted

from sales.domain.sources import REST, is_file


class ClaimedSources:
    """The registered sources: names, or beginnings of names that end with `*`, separated by commas."""

    def __init__(self, registered: str) -> None:
        named = [name.strip() for name in registered.split(",") if name.strip()]
        self._names = {name for name in named if not name.endswith("*")}
        self._beginnings = tuple(name[:-1] for name in named if name.endswith("*"))

    def takes(self, source: str, of_import: bool) -> bool:
        """Whether a claim may be in the name of this source; `of_import`: it names one."""
        if is_file(source):
            return of_import
        return source != REST and (source in self._names or source.startswith(self._beginnings))

    def check(self, event: Event) -> None:
        """Raise MalformedEvent where the claim may not be in the name of its source."""
        claim = event.payload
        if isinstance(claim, SaleSubmitted) and not self.takes(event.source, claim.import_id is not None):
            raise other_source(event.source)


def other_source(source: str) -> MalformedEvent:
    """Why a claim is not taken."""
    return MalformedEvent(
        "other_source", f"nobody may claim sales of {source[:100]!r} here: not registered (ALMANAC_KAFKA_SOURCES), or"
        " the ledger's own",
    )  # fmt: skip


EVERY_SOURCE = ClaimedSources("*")
