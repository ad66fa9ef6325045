"""Shopify's orders: a line an item; what belongs to the order stands in its first line only.

The export does not say which items of an order came back, nor when, but how much money was paid back. An order that was
refunded whole is no sale; of one that was refunded in part those units came back whose price makes just that money, if
only one choice of them does. Else it counts whole, and the preview says how many there are.
"""

from sales.domain.presets.preset import NoSale, OrderSums, Preset, words

PRESET = Preset(
    name="shopify",
    title="Shopify: orders",
    needs=("Name", "Financial Status", "Created at", "Lineitem quantity", "Lineitem price", "Lineitem sku"),
    columns={
        "sku": ("Lineitem sku",), "name": ("Lineitem name",), "quantity": ("Lineitem quantity",),
        "unit_price": ("Lineitem price",), "sold_at": ("Created at",), "invoice": ("Name",), "location": ("Location",),
        "status": ("Financial Status",),
    },
    order="Name",
    fill=("Name", "Created at", "Financial Status", "Cancelled at", "Currency", "Location", "Refunded Amount"),
    no_sales=(
        NoSale("Cancelled at", "cancelled_order", "the order was cancelled, or never paid"),
        NoSale("Financial Status", "cancelled_order", "the order was cancelled, or never paid",
               words("voided|expired")),
    ),
    currency="Currency",
    discount="Lineitem discount",
    sums=OrderSums("Subtotal", "Shipping", "Taxes", "Total", "Discount Amount"),
    partly=words("partially refunded"),
    paid_back="Refunded Amount",
    within=("Discount Code",),
    prices="as Shopify writes them, after discounts of line and order",
)  # fmt: skip
