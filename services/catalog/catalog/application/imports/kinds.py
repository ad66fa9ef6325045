"""The kinds of import that there are, by name."""

from catalog.application.imports import (
    kits,
    prices,
    products,
    promotions,
    receipts,
    reservations,
    stock,
    suppliers,
    terms,
    weather,
)
from catalog.application.imports.kind import Kind

KINDS: dict[str, Kind] = {
    each.KIND.name: each.KIND
    for each in (products, kits, prices, stock, suppliers, terms, receipts, promotions, weather, reservations)
}
