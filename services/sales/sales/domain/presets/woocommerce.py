"""WooCommerce's orders, one row an item, as Customer/Order/Coupon Export writes them. `item_total` is without tax and
after coupons; units that came back stand beside those that were sold.
"""

from sales.domain.presets.preset import NoSale, Preset, words

PRESET = Preset(
    name="woocommerce",
    title="WooCommerce: orders, one row an item",
    needs=("order_number", "status", "item_sku", "item_quantity", "item_total"),
    columns={
        "sku": ("item_sku",), "name": ("item_name",), "quantity": ("item_quantity",), "amount": ("item_total",),
        "sold_at": ("date", "order_date", "date_created"), "invoice": ("order_number",),
    },
    order="order_number",
    no_sales=(
        NoSale("status", "cancelled_order", "the order was cancelled, or never paid",
               words("cancelled|wc-cancelled|failed|wc-failed|trash|pending|wc-pending|checkout-draft|wc-checkout-draft")),
        NoSale("status", "refunded_order", "the order was refunded whole", words("refunded|wc-refunded")),
    ),
    currency="order_currency",
    refunded="item_refunded_qty",
    prices="without tax, after coupons (`item_total` over `item_quantity`)",
)  # fmt: skip
