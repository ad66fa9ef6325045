"""The one way into the ledger, for REST, events and files alike: each claim is recorded once, or says why not.

`record` runs in the caller's transaction: the entries, the published events, what waits and what was refused
are written together. The ledger's primary key is the inbox.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from chassis.database import Connection, rows, scalar
from sqlalchemy import text

from sales.domain.changes import Entry, entry_of, successor
from sales.domain.claims import Claim, Refused
from sales.storage import entries as written
from sales.storage import import_lines, waiting
from sales.storage.refusals import Refusal, refuse

# Serialises what decides that something is unknown with what makes it known: nobody waits for what has come.
_ARRIVALS = 0x5A1E
_ENTRY = (
    "sale_id, source, event_id, kind, sku, location, quantity, unit_price, amount, sold_at, reference, original_id,"
    " content_hash, import_id, line"
)


@dataclass
class Outcome:
    """What became of a batch, by the claims' sale ids."""

    recorded: dict[UUID, Entry] = field(default_factory=dict)
    duplicates: list[Claim] = field(default_factory=list)
    quarantined: dict[UUID, str] = field(default_factory=dict)
    rejected: list[Refusal] = field(default_factory=list)

    def counts(self) -> Counter[str]:
        """How many of each."""
        return Counter(
            recorded=len(self.recorded), duplicates=len(self.duplicates), quarantined=len(self.quarantined),
            rejected=len(self.rejected),
        )  # fmt: skip


def arrivals_lock(connection: Connection, *, exclusive: bool) -> None:
    """Take the lock on what is known, until the transaction ends."""
    mode = "" if exclusive else "_shared"
    connection.execute(text(f"SELECT pg_advisory_xact_lock{mode}(:lock)"), {"lock": _ARRIVALS})


def record(connection: Connection, claims: Sequence[Claim], refusals: Sequence[Refusal] = ()) -> Outcome:
    """Judge claims in order and write what follows from them."""
    outcome = Outcome(rejected=list(refusals))
    arrivals_lock(connection, exclusive=any(claim.changes_another for claim in claims))
    _record(connection, claims, outcome)
    _release_changes(connection, outcome)
    outcome.rejected = refuse(connection, outcome.rejected)
    import_lines.note(connection, outcome.recorded.values(), "recorded")
    import_lines.note(connection, outcome.duplicates, "duplicate")
    if outcome.quarantined:
        import_lines.note(connection, (c for c in claims if c.sale_id in outcome.quarantined), "quarantined")
    return outcome


def _record(connection: Connection, claims: Sequence[Claim], outcome: Outcome) -> None:
    fresh = _without_repeats(connection, claims, outcome)
    ready = _known(connection, [claim for claim in fresh if not claim.changes_another], outcome)
    _insert(connection, ready, outcome)
    for claim in fresh:
        if claim.changes_another:
            _change(connection, claim, outcome)


def _without_repeats(connection: Connection, claims: Sequence[Claim], outcome: Outcome) -> list[Claim]:
    """Drop claims whose id came before: in the ledger, among what waits, or earlier in this batch."""
    first: dict[UUID, Claim] = {}
    repeated: list[Claim] = []
    for claim in claims:
        if first.setdefault(claim.sale_id, claim) is not claim:
            repeated.append(claim)
    stored = {
        row.sale_id: row.content_hash
        for row in connection.execute(
            text(
                "SELECT sale_id, content_hash FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
                " UNION ALL"
                " SELECT sale_id, content_hash FROM quarantined_sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"
            ),
            {"ids": written.id_array(first)},
        )
    }
    for claim in repeated:
        _repeat(claim, first[claim.sale_id].content_hash, outcome)
    if not stored:
        return list(first.values())
    for claim in first.values():
        if claim.sale_id in stored:
            _repeat(claim, stored[claim.sale_id], outcome)
    return [claim for claim in first.values() if claim.sale_id not in stored]


def _repeat(claim: Claim, content_hash: UUID, outcome: Outcome) -> None:
    _judge_repeat(claim, claim.content_hash == content_hash, outcome)


def _judge_repeat(claim: Claim, same: bool, outcome: Outcome) -> None:
    if same:
        outcome.duplicates.append(claim)
    else:
        conflict = Refused("identity_conflict", "id", "this id was recorded before with other content")
        outcome.rejected.append(Refusal.of(claim, conflict))


def _known(connection: Connection, claims: list[Claim], outcome: Outcome) -> list[Entry]:
    """Entries of claims whose product and location are known, priced; the others wait or are refused."""
    if not claims:
        return []
    prices: dict[str, Decimal | None] = {
        row.sku: row.price
        for row in connection.execute(
            text("SELECT sku, price FROM known_product WHERE sku = ANY(:skus)"), {"skus": list({c.sku for c in claims})}
        )
    }
    places = set(connection.execute(text("SELECT code FROM known_location")).scalars())
    ready, held = [], []
    for claim in claims:
        if claim.sku not in prices:
            held.append((claim, f"product:{claim.sku}"))
        elif claim.location not in places:
            held.append((claim, f"location:{claim.location}"))
        elif claim.unit_price is not None:
            ready.append(entry_of(claim, claim.unit_price))
        elif (list_price := prices[claim.sku]) is not None:
            ready.append(entry_of(claim, list_price))
        else:
            missing = Refused("price_missing", "unit_price", "is missing, and the product has no list price")
            outcome.rejected.append(Refusal.of(claim, missing))
    waiting.hold(connection, held)
    outcome.quarantined.update({claim.sale_id: what for claim, what in held})
    return ready


def _insert(connection: Connection, entries: list[Entry], outcome: Outcome) -> None:
    if not entries:
        return
    now = datetime.now(UTC)
    kept, lost = written.insert(connection, entries, now)
    outcome.recorded.update({entry.sale_id: entry for entry in kept})
    written.publish(connection, [(entry, None) for entry in kept], now)
    if lost:  # another process recorded them between our look and our insert
        _settle_race(connection, lost, outcome)


def _settle_race(connection: Connection, lost: list[Entry], outcome: Outcome) -> None:
    found = rows(
        connection, "SELECT sale_id, content_hash FROM sale WHERE sale_id = ANY(:ids)", ids=[e.sale_id for e in lost]
    )
    hashes = {row["sale_id"]: row["content_hash"] for row in found}
    for entry in lost:
        _judge_repeat(_claim_of(entry), entry.content_hash == hashes[entry.sale_id], outcome)


def _claim_of(entry: Entry) -> Claim:
    return Claim(
        entry.sale_id, entry.source, entry.event_id, entry.kind, entry.sku, entry.location, entry.quantity,
        entry.unit_price, entry.sold_at, entry.original_id, entry.reference, entry.import_id, entry.line,
    )  # fmt: skip


def _change(connection: Connection, claim: Claim, outcome: Outcome) -> None:
    assert claim.original_id is not None
    found = rows(connection, f"SELECT {_ENTRY} FROM sale WHERE sale_id = :id", id=claim.original_id)
    if not found:
        waiting.hold(connection, [(claim, f"sale:{claim.original_id}")])
        outcome.quarantined[claim.sale_id] = f"sale:{claim.original_id}"
        return
    root: UUID = found[0]["original_id"] or claim.original_id
    head = Entry(
        **rows(
            connection,
            f"SELECT {_ENTRY} FROM sale WHERE (sale_id = :root OR original_id = :root)"
            " AND superseded_by IS NULL FOR UPDATE",
            root=root,
        )[0]
    )
    unknown = claim.sku and not scalar(connection, "SELECT 1 FROM known_product WHERE sku = :sku", sku=claim.sku)
    if unknown and claim.kind == "correction":
        waiting.hold(connection, [(claim, f"product:{claim.sku}")])
        outcome.quarantined[claim.sale_id] = f"product:{claim.sku}"
        return
    try:
        entry = successor(claim, head, root)
    except Refused as refused:
        outcome.rejected.append(Refusal.of(claim, refused))
        return
    now = datetime.now(UTC)
    written.append(connection, [entry], now)
    connection.execute(
        text("UPDATE sale SET superseded_by = :new WHERE sale_id = :old"), {"new": entry.sale_id, "old": head.sale_id}
    )
    outcome.recorded[entry.sale_id] = entry
    written.publish(connection, [(entry, head)], now)


def _release_changes(connection: Connection, outcome: Outcome) -> None:
    """Corrections and voids that came before their sale are judged as soon as it is there."""
    if outcome.recorded and waiting.any_for_sales(connection):
        _release(connection, [f"sale:{id_}" for id_ in outcome.recorded], outcome)


def release(connection: Connection, arrived: Sequence[str]) -> Outcome:
    """Judge again what waited for these products or locations; call with the arrivals lock held exclusively."""
    outcome = Outcome()
    _release(connection, list(arrived), outcome)
    _release_changes(connection, outcome)
    outcome.rejected = refuse(connection, outcome.rejected)
    import_lines.note(connection, outcome.recorded.values(), "recorded", overwrite=True)
    return outcome


def _release(connection: Connection, arrived: list[str], outcome: Outcome) -> None:
    claims = waiting.take(connection, arrived)
    if claims:
        _record(connection, claims, outcome)
