"""The one way into the ledger, for REST, events and files alike: each claim is recorded once, or says why not.

`record` runs in the caller's transaction: the entries, the published events, what waits and what was refused are
written together. The ledger's primary key is the inbox.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from chassis.database import Connection

from sales.application import announce
from sales.domain import columns
from sales.domain.changes import priced, successor
from sales.domain.entries import written
from sales.domain.sale import Refusal, Refused, Sale
from sales.storage import codes, entries, fates, import_lines, imports, known, refusals, waiting

UNDONE = Refused("import_undone", "import", "was undone: its lines are sales no more")


@dataclass
class Outcome:
    """What became of a batch, by the claims' sale ids."""

    recorded: dict[UUID, Sale] = field(default_factory=dict)
    duplicates: list[Sale] = field(default_factory=list)
    quarantined: dict[UUID, str] = field(default_factory=dict)
    rejected: list[Refusal] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many of each."""
        return Counter(
            recorded=len(self.recorded), duplicates=len(self.duplicates), quarantined=len(self.quarantined),
            rejected=len(self.rejected),
        )  # fmt: skip

    def hold(self, connection: Connection, held: Sequence[tuple[Sale, str]]) -> None:
        """Let claims wait, each for what it names."""
        waiting.hold(connection, held)
        self.quarantined.update({claim.sale_id: what for claim, what in held})

    def refuse(self, claim: Sale, reason: Refused) -> None:
        """Refuse a claim that could be read."""
        said = columns.document(claim)
        self.rejected.append(Refusal(claim, reason.code, reason.field, reason.message, said))

    def repeat(self, claim: Sale, content_hash: UUID) -> None:
        """A claim whose id came before: with the same content it changes nothing, with another it is refused."""
        if claim.content_hash == content_hash:
            self.duplicates.append(claim)
        else:
            self.refuse(claim, Refused("identity_conflict", "id", "this id was recorded before with other content"))


def record(connection: Connection, claims: Sequence[Sale], unreadable: Sequence[Refusal] = ()) -> Outcome:
    """Judge claims in order and write what follows from them."""
    outcome = Outcome(rejected=list(unreadable))
    known.arrivals_lock(connection, exclusive=any(claim.changes_another for claim in claims))
    _record(connection, claims, outcome)
    _release_changes(connection, outcome)
    _refuse(connection, outcome)
    import_lines.note(connection, outcome.recorded.values(), "recorded")
    import_lines.note(connection, outcome.duplicates, "duplicate")
    if outcome.quarantined:
        import_lines.note(connection, (c for c in claims if c.sale_id in outcome.quarantined), "quarantined")
    _tell(connection, claims, outcome)
    return outcome


def _tell(connection: Connection, claims: Sequence[Sale], outcome: Outcome) -> None:
    """Tell and count what neither `sale-recorded` nor `sale-rejected` tells."""
    waits = {claim.sale_id: claim for claim in reversed(claims) if claim.sale_id in outcome.quarantined}
    announce.waiting_or_repeated(
        connection, [(claim, outcome.quarantined[id_]) for id_, claim in waits.items()], outcome.duplicates
    )
    fates.repeat(connection, [claim.sale_id for claim in outcome.duplicates if claim.import_id is None])


def release(connection: Connection, arrived: Sequence[str]) -> Outcome:
    """Judge again what waited for these products or locations; call with the arrivals lock held exclusively."""
    outcome = Outcome()
    _release(connection, list(arrived), outcome)
    _release_changes(connection, outcome)
    _refuse(connection, outcome)
    import_lines.note(connection, outcome.recorded.values(), "recorded")
    return outcome


def withdraw(connection: Connection, claims: Sequence[Sale], reason: Refused) -> Outcome:
    """Claims that waited, and were taken out, are refused and wait no more; their producers are told."""
    outcome = Outcome()
    for claim in claims:
        outcome.refuse(claim, reason)
    _refuse(connection, outcome)
    return outcome


def withdraw_lines(connection: Connection, import_id: UUID) -> int:
    """Withdraw what waits of an import that is taken back; how many lines."""
    return len(withdraw(connection, waiting.take_lines(connection, import_id), UNDONE).rejected)


def _record(connection: Connection, claims: Sequence[Sale], outcome: Outcome) -> None:
    """Judge claims; one whose id came before among them as if it had come in a batch of its own, so that how claims
    are put into batches decides nothing: an id that was refused is free again."""
    while claims:
        first: dict[UUID, Sale] = {}
        again = [claim for claim in claims if first.setdefault(claim.sale_id, claim) is not claim]
        told = len(outcome.rejected)
        _judge(connection, list(first.values()), outcome)
        refused = {refusal.sale.sale_id: refusal for refusal in outcome.rejected[told:]}
        claims = []
        free: set[UUID] = set()  # ids that another content asks for anew: what follows is judged after it
        for claim in again:
            refusal, alike = refused.get(claim.sale_id), claim.content_hash == first[claim.sale_id].content_hash
            if refusal is None or (alike and claim.import_id):  # a file's line that says it again is mended with it
                outcome.repeat(claim, first[claim.sale_id].content_hash)
            elif alike and claim.sale_id not in free:
                outcome.rejected.append(replace(refusal, sale=claim))
            else:
                free.add(claim.sale_id)
                claims.append(claim)


def _judge(connection: Connection, claims: list[Sale], outcome: Outcome) -> None:
    fresh = _standing(connection, _not_stored(connection, claims, outcome), outcome)
    fresh = _by_decision(connection, fresh, outcome)
    ready = _known(connection, [claim for claim in fresh if not claim.changes_another], outcome)
    _insert(connection, ready, outcome)
    for claim in fresh:
        if claim.changes_another:
            _change(connection, claim, outcome)


def _not_stored(connection: Connection, claims: list[Sale], outcome: Outcome) -> list[Sale]:
    """Drop claims whose id is in the ledger already."""
    stored = entries.hashes(connection, [claim.sale_id for claim in claims])
    if not stored:
        return claims
    for claim in claims:
        if claim.sale_id in stored:
            outcome.repeat(claim, stored[claim.sale_id])
    return [claim for claim in claims if claim.sale_id not in stored]


def _standing(connection: Connection, claims: list[Sale], outcome: Outcome) -> list[Sale]:
    """Refuse lines of imports that were undone: they may still be on their way."""
    undone = imports.undone(connection, {claim.import_id for claim in claims if claim.import_id})
    for claim in claims if undone else ():
        if claim.import_id in undone:
            outcome.refuse(claim, UNDONE)
    return [claim for claim in claims if claim.import_id not in undone]


def _by_decision(connection: Connection, claims: list[Sale], outcome: Outcome) -> list[Sale]:
    """Claims of codes that somebody has decided on: mapped to their product, or refused. A product's code stays."""
    decided = codes.decided(connection, {claim.sku for claim in claims if claim.sku})
    if not decided:
        return claims
    for code in known.skus(connection, decided):
        del decided[code]
    standing = []
    for claim in claims:
        if claim.sku in decided and decided[claim.sku] is None:
            outcome.refuse(claim, Refused("code_dismissed", "sku", f"{claim.sku} is no product, as was decided"))
        else:
            standing.append(msgspec.structs.replace(claim, sku=decided.get(claim.sku or "", claim.sku)))
    return standing


def _known(connection: Connection, claims: list[Sale], outcome: Outcome) -> list[Sale]:
    """Entries of claims whose product and location are known, priced; the others wait or are refused."""
    if not claims:
        return []
    prices = known.products(connection, {claim.sku or "" for claim in claims})
    places = known.locations(connection)
    ready, held = [], []
    for claim in claims:
        if claim.sku not in prices:
            held.append((claim, f"product:{claim.sku}"))
        elif claim.location not in places:
            held.append((claim, f"location:{claim.location}"))
        elif (price := prices[claim.sku] if claim.unit_price is None else claim.unit_price) is not None:
            try:
                ready.append(priced(claim, price))
            except Refused as reason:
                outcome.refuse(claim, reason)
        else:
            missing = Refused("price_missing", "unit_price", "is missing, and the product has no list price")
            outcome.refuse(claim, missing)
    outcome.hold(connection, held)
    return ready


def _insert(connection: Connection, sales: list[Sale], outcome: Outcome) -> None:
    if not sales:
        return
    now = datetime.now(UTC)
    ready = {sale.sale_id: written(sale) for sale in sales}
    if not entries.add(connection, ready.values(), now):  # another process has recorded some since we looked
        added = entries.add_others(connection, list(ready.values()), now)
        lost = [sale for sale in sales if ready[sale.sale_id].sale_id not in added]
        stored = entries.hashes(connection, [sale.sale_id for sale in lost])
        for sale in lost:
            outcome.repeat(sale, stored[sale.sale_id])
            del ready[sale.sale_id]
    outcome.recorded.update({sale.sale_id: sale for sale in sales if sale.sale_id in ready})
    announce.recorded(connection, list(ready.values()), now)


def _change(connection: Connection, claim: Sale, outcome: Outcome) -> None:
    assert claim.original_id is not None
    original = entries.find(connection, claim.original_id)
    if original is None:
        return outcome.hold(connection, [(claim, f"sale:{claim.original_id}")])
    root = original.original_id or claim.original_id
    head = entries.head(connection, root)
    if (unknown := _unknown(connection, claim)) is not None:
        return outcome.hold(connection, [(claim, unknown)])
    try:
        sale = successor(claim, head, root)
    except Refused as reason:
        return outcome.refuse(claim, reason)
    now = datetime.now(UTC)
    entry = written(sale, head)
    entries.append(connection, [entry], now)
    entries.supersede(connection, head.sale_id, sale.sale_id)
    outcome.recorded[sale.sale_id] = sale
    announce.recorded(connection, [entry], now)


def _unknown(connection: Connection, claim: Sale) -> str | None:
    """What a correction must wait for: a void says nothing of where and what."""
    if claim.kind == "void":
        return None
    if claim.sku is not None and not known.skus(connection, [claim.sku]):
        return f"product:{claim.sku}"
    if claim.location is not None and claim.location not in known.locations(connection):
        return f"location:{claim.location}"
    return None


def _release_changes(connection: Connection, outcome: Outcome) -> None:
    """Corrections and voids that came before their sale are judged as soon as it is there."""
    if outcome.recorded and waiting.any_for_sales(connection):
        _release(connection, [f"sale:{id_}" for id_ in outcome.recorded], outcome)


def _release(connection: Connection, arrived: list[str], outcome: Outcome) -> None:
    claims = waiting.take(connection, arrived)
    if claims:
        _record(connection, claims, outcome)


def _refuse(connection: Connection, outcome: Outcome) -> None:
    """Keep and tell refusals; one that was refused before is not told twice."""
    if outcome.rejected:
        announce.refused(connection, refusals.keep(connection, outcome.rejected))
        import_lines.note_refused(connection, outcome.rejected)
