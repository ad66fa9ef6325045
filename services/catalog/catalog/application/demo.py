"""Suppliers, terms, stock and orders for the demo: generated with a fixed seed, and named as generated.

The demo's sales are real; what a wholesaler pays, to whom, how long it waits and what lay on its shelves is published
by nobody. Stock is what the product's own policy would have led to (`demo_stock`). Doing it twice changes nothing.
"""

import random
from decimal import Decimal
from zoneinfo import ZoneInfo

from chassis.database import Connection, Database

from catalog.application import announce, decisions, demo_stock
from catalog.application.demo_stock import SEED, Sold
from catalog.domain.products import Product, after_edit
from catalog.storage import generated, products, stock, supply

# Code, name, lead time, its spread, and the weekday of its orders (Monday is 0).
SUPPLIERS = (
    ("NORTH", "Northern Giftware (generated)", 9, 2, 0),
    ("HARBOUR", "Harbour Imports (generated)", 28, 6, 2),
    ("PAPER", "Paper & Party (generated)", 14, 3, 1),
    ("KILN", "Kiln Ceramics (generated)", 21, 4, 3),
    ("TINWORKS", "Tinworks (generated)", 12, 3, 4),
    ("LOOM", "Loom Textiles (generated)", 35, 9, 3),
)  # fmt: skip
PACKS = [
    (1, 1),
    (6, 1),
    (12, 1),
    (24, 1),
    (6, 2),
    (12, 2),
    (24, 2),
    (6, 4),
    (12, 4),
]  # pack, packs of an order at least
DEAR_PACKS = [(1, 1), (2, 1), (4, 1), (2, 2), (4, 2)]
DEAR = 10


def seed(database: Database, zone: ZoneInfo) -> str:
    """Generate what is missing; what was generated."""
    with database.transaction() as connection:
        stock.lock(connection, exclusive=True)
        _suppliers(connection)
        missing = generated.without_terms(connection)
        known = products.by_skus(connection, missing, lock=True)
        sold = demo_stock.sold(connection, zone, known)
        terms = {sku: _terms(product, sold) for sku, product in known.items()}
        generated.add_terms(connection, ((sku, *term) for sku, term in terms.items()))
        changed = [_told(product, terms[sku][1]) for sku, product in known.items()]
        products.store(connection, changed)
        announce.products(connection, changed)
        made = demo_stock.generate(connection, zone, sold, SUPPLIERS) if sold else "no stock, for want of sales"
        decisions.mark_products(connection, missing)
        return f"generated {len(changed)} products' terms and {made}"


def _suppliers(connection: Connection) -> None:
    for code, name, days, spread, _ in SUPPLIERS:
        if not supply.supplier(connection, code):
            supply.put_supplier(
                connection,
                {"code": code, "name": name, "lead_days": days, "lead_spread_days": spread, "review_days": 7,
                 "generated": True},
            )  # fmt: skip


def _terms(product: Product, sold: Sold | None) -> tuple[str, Decimal, int, int]:
    """Supplier, cost, minimum and pack; nobody buys in packs that last longer than about a month."""
    draw = random.Random(f"{SEED}{product.sku}")
    price = product.price or Decimal("2.50")
    cost = round(price * Decimal(str(round(draw.uniform(0.4, 0.65), 3))), 4)
    month = sold.monthly.get(product.sku, 0.0) if sold else 0.0
    packs = PACKS if price < DEAR else DEAR_PACKS
    pack, times = draw.choice([(pack, times) for pack, times in packs if pack * times <= max(1, month)])
    return draw.choice(SUPPLIERS)[0], cost, pack * times, pack


def _told(product: Product, cost: Decimal) -> Product:
    """The product with its cost, named as generated."""
    return after_edit(product, {"cost": cost, "attributes": product.attributes | {"generated": "true"}})
