"""What files and shop systems claim of products: it makes products, and never overwrites what a person has set."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5
from zoneinfo import ZoneInfo

from chassis import inbox
from chassis.database import Connection
from chassis.weeks import business_day
from contracts.events import CatalogSubmitted

from catalog.application import announce, decisions, known, pricing
from catalog.application.stock import enter
from catalog.domain.products import Product, after_claim, from_claim
from catalog.domain.stock import StockEntry
from catalog.storage import decisions as decision_rows
from catalog.storage import products, stock

CONSUMER = "claims"


@dataclass(frozen=True)
class ClaimedProduct:
    """A claim with the unique id of its event and when it was made."""

    id: UUID
    at: datetime
    content: CatalogSubmitted


def apply_claims(connection: Connection, given: Sequence[ClaimedProduct], zone: ZoneInfo) -> None:
    """Create what is missing, change what is claimed and no person's, count stock; each claim once."""
    claims = _unseen(connection, given)
    if not claims:
        return
    # The lock on stock comes before the rows of products, here as everywhere.
    counts = [_count(claim) for claim in claims if claim.content.stock is not None]
    if counts:
        stock.lock(connection, exclusive=True)
    known.ensure_locations(connection, {claim.content.location for claim in claims})
    before = _products(connection, claims)
    after, prices = _applied(before, claims, zone)
    changed = [product for sku, product in after.items() if product is not before[sku]]
    products.store(connection, changed)
    announce.products(connection, changed)
    pricing.keep_prices(connection, prices, "claim")
    decision_rows.mark(connection, sorted(enter(connection, counts)))
    decisions.mark_products(connection, [product.sku for product in changed])


def _unseen(connection: Connection, claims: Sequence[ClaimedProduct]) -> list[ClaimedProduct]:
    unseen = inbox.unseen(connection, CONSUMER, [claim.id for claim in claims])
    first = {claim.id: claim for claim in reversed(claims) if claim.id in unseen}
    return [claim for claim in claims if first.get(claim.id) is claim]


def _products(connection: Connection, claims: Sequence[ClaimedProduct]) -> dict[str, Product]:
    first: dict[str, CatalogSubmitted] = {}
    for claim in claims:
        first.setdefault(claim.content.sku, claim.content)
    there = products.by_skus(connection, first, lock=True)
    missing = [from_claim(content) for sku, content in first.items() if sku not in there]
    added = products.add(connection, missing)
    announce.products(connection, [product for product in missing if product.id in added])
    return there | products.by_skus(connection, [product.sku for product in missing], lock=True)


def _applied(
    before: dict[str, Product], claims: Sequence[ClaimedProduct], zone: ZoneInfo
) -> tuple[dict[str, Product], list[tuple[str, str | None, Decimal, date]]]:
    """The products after the claims, and the prices that they tell."""
    after = dict(before)
    prices: list[tuple[str, str | None, Decimal, date]] = []
    for claim in claims:
        content = claim.content
        product = after_claim(after[content.sku], content)
        if content.price is not None and product.price == content.price:
            told_on = business_day(claim.at, zone)
            if product is not after[content.sku]:
                prices.append((content.sku, None, content.price, told_on))
            elif product.revision == 1:  # new: its price is that of its first sale
                prices.append((content.sku, None, content.price, content.first_sold or told_on))
        after[content.sku] = product
    return after, prices


def _count(claim: ClaimedProduct) -> StockEntry:
    """The count a claim holds; without a time of its own it was counted when the claim was made."""
    content = claim.content
    assert content.stock is not None
    at = min(content.counted_at or claim.at, datetime.now(UTC))
    id_ = uuid5(NAMESPACE_OID, f"count\n{claim.id}")
    return StockEntry(id_, "count", content.sku, content.location, content.stock, at, None, "claim")
