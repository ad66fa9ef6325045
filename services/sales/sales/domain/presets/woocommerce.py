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
        "status": ("status",),
    },
    order="order_number",
    no_sales=(
        NoSale("status", "cancelled_order", "the order was cancelled, or never paid",
               words("cancelled|wc-cancelled|failed|wc-failed|pending|wc-pending|pending payment")),
    ),
    currency="order_currency",
    refunded="item_refunded_qty",
    paid_back="refunded_total",
    prices="without tax, after coupons (`item_total` over `item_quantity`)",
)  # fmt: skip
