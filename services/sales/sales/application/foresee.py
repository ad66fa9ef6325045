"""What a file's lines would become, judged as `record` judges them and in its order; nothing is written."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from chassis.database import Connection

from sales.application.named_codes import FileCodes
from sales.domain.changes import priced
from sales.domain.sale import Refused, Sale
from sales.storage import codes, entries, known

RECORDED, DUPLICATE, WAITING, REFUSED = "recorded", "duplicate", "waiting", "refused"
CONFLICT = "identity_conflict"


class Foreseen(NamedTuple):
    """What a claim would become, and why if it would be refused."""

    outcome: str
    reason: Refused | None = None


@dataclass
class Foresight:
    """Judges a file's claims; `codes` says which codes it makes products of, `priced` to which it gives a price."""

    codes: FileCodes
    priced: Set[str]
    places: Set[str]
    _seen: dict[UUID, UUID] = field(default_factory=dict)  # ids of the file's own lines, where they may come twice

    def judge(self, connection: Connection, claims: Sequence[Sale], *, own_ids: bool) -> list[Foreseen]:
        """Of each claim, in their order. `own_ids`: the file gives the ids, which may come again in it."""
        stored = entries.hashes(connection, [claim.sale_id for claim in claims])
        named = {claim.sku for claim in claims if claim.sku}
        decided = codes.decided(connection, named)
        prices = known.products(connection, named | {sku for sku in decided.values() if sku})
        return [self._judged(claim, stored, decided, prices, own_ids) for claim in claims]

    def _judged(
        self, claim: Sale, stored: Mapping[UUID, UUID], decided: Mapping[str, str | None],
        prices: Mapping[str, Decimal | None], own_ids: bool,
    ) -> Foreseen:  # fmt: skip
        before = stored.get(claim.sale_id) or self._seen.get(claim.sale_id)
        if own_ids:
            self._seen.setdefault(claim.sale_id, claim.content_hash)
        if before == claim.content_hash:
            return Foreseen(DUPLICATE)
        if before is not None:
            return Foreseen(REFUSED, Refused(CONFLICT, "id", "this id was recorded before with other content"))
        sku = claim.sku or ""
        if sku in decided and sku not in prices:
            meant = decided[sku]
            if meant is None:
                return Foreseen(REFUSED, Refused("code_dismissed", "sku", f"{sku} is no product, as was decided"))
            sku = meant
        made = self.codes.makes and sku in self.codes.unknown
        if (sku not in prices and not made) or claim.location not in self.places:
            return Foreseen(WAITING)
        return self._at_price(claim, prices.get(sku), sku)

    def _at_price(self, claim: Sale, price: Decimal | None, sku: str) -> Foreseen:
        each = price if claim.unit_price is None else claim.unit_price
        if each is None:
            missing = Refused("price_missing", "unit_price", "is missing, and the product has no list price")
            return Foreseen(RECORDED) if sku in self.priced else Foreseen(REFUSED, missing)
        try:
            priced(claim, each)
        except Refused as reason:
            return Foreseen(REFUSED, reason)
        return Foreseen(RECORDED)
