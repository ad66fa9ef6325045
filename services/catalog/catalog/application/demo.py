"""Suppliers, terms, receipts and counts for the demo: generated with a fixed seed, and named as generated.

The demo's sales are real; what a wholesaler pays, to whom and how long it waits is not published by anybody.
Doing it twice changes nothing.
"""

import random
import uuid
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from chassis.database import Connection, Database

from catalog.application import announce, decisions
from catalog.application.stock import enter
from catalog.domain.products import Product, after_edit
from catalog.domain.stock import StockEntry
from catalog.storage import generated, products, stock, supply

SEED = 20111209
SUPPLIERS = (
    ("NORTH", "Northern Giftware (generated)", 9, 2),
    ("HARBOUR", "Harbour Imports (generated)", 28, 6),
    ("PAPER", "Paper & Party (generated)", 14, 3),
    ("KILN", "Kiln Ceramics (generated)", 21, 4),
    ("TINWORKS", "Tinworks (generated)", 12, 3),
    ("LOOM", "Loom Textiles (generated)", 35, 9),
)  # fmt: skip
WAITS_HELD = (0.6, 1.5, 2.3, 2.6, 2.9, 3.2, 3.6, 12)  # lumpy demand needs about as much again as safety
_IDS = uuid.UUID("5b1f8c5e-8a5e-5d0b-9c43-1d8b7f0a6c11")


def seed(database: Database) -> str:
    """Generate what is missing; what was generated."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        now = datetime.now(UTC)
        _suppliers(connection, now)
        missing = generated.without_terms(connection)
        known = products.by_skus(connection, missing, lock=True)
        changed = [_terms(connection, product) for product in known.values()]
        products.store(connection, changed)
        announce.products(connection, changed)
        counts = _counts(connection, now, missing)
        enter(connection, counts)
        decisions.mark_products(connection, missing)
        return f"generated {len(changed)} products' terms and {len(counts)} counts"


def _suppliers(connection: Connection, now: datetime) -> None:
    for code, name, days, spread in SUPPLIERS:
        if supply.supplier(connection, code):
            continue
        supply.put_supplier(
            connection,
            {"code": code, "name": name, "lead_days": days, "lead_spread_days": spread, "review_days": 7,
             "generated": True},
        )  # fmt: skip
        draw = random.Random(f"{SEED}{code}")
        observed = [
            (uuid.uuid5(_IDS, f"{code}{number}"), code, max(1, round(draw.gauss(days, spread))),
             now - timedelta(days=14 * number + 7))
            for number in range(12)
        ]  # fmt: skip
        generated.observe(connection, observed)


def _terms(connection: Connection, product: Product) -> Product:
    draw = random.Random(f"{SEED}{product.sku}")
    price = product.price or Decimal("2.50")
    cost = round(price * Decimal(str(round(draw.uniform(0.4, 0.65), 3))), 4)
    pack = draw.choice((1, 6, 12, 24)) if price < 10 else draw.choice((1, 2, 4))
    supply.put_term(
        connection,
        {"sku": product.sku, "location": "", "supplier": draw.choice(SUPPLIERS)[0], "unit_cost": cost,
         "moq": pack * draw.choice((1, 1, 2, 4)), "multiple": pack, "shelf_life_days": None, "holding_rate": "0.2",
         "service_level": None, "stockout_cost": None, "supplier_sku": None, "generated": True},
    )  # fmt: skip
    return after_edit(product, {"cost": cost, "attributes": product.attributes | {"generated": "true"}})


def _counts(connection: Connection, now: datetime, skus: set[str]) -> list[StockEntry]:
    """Recent sales of the time until the next delivery, as often as a shop would hold: a few are short, a few have
    far too much."""
    newest = generated.newest_sale(connection)
    if newest is None:
        return []
    sold = generated.sold_daily(connection, newest - timedelta(weeks=8), skus)
    entries = []
    for row in sold:
        draw = random.Random(f"{SEED}{row['location']}{row['sku']}")
        demand = float(row["daily"]) * float(row["wait"])
        quantity = max(Decimal(1), Decimal(round(demand * draw.choice(WAITS_HELD))))
        id_ = uuid.uuid5(_IDS, f"count{row['location']}{row['sku']}")
        entries.append(
            StockEntry(id_, "count", row["sku"], row["location"], quantity, min(newest, now), "generated", "demo")
        )
    return entries
