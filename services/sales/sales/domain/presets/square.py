"""Square's item sales: day, time and zone in columns of their own; a refund is a line of negative units."""

from sales.domain.presets.preset import NoSale, Preset, words

PRESET = Preset(
    name="square",
    title="Square: item sales",
    needs=("Date", "Time", "Time Zone", "Item", "Qty", "Net Sales", "Event Type"),
    columns={
        "sku": ("SKU",), "name": ("Item",), "category": ("Category",), "quantity": ("Qty",), "amount": ("Net Sales",),
        "sold_at": ("Date",), "invoice": ("Transaction ID",), "location": ("Location",), "kind": ("Event Type",),
        "unit": ("Unit",),
    },
    order="Transaction ID",
    no_sales=(
        NoSale("Itemization Type", "no_product", "is no product",
               words("gift card|gift card activation|custom amount")),
    ),
    time="Time",
    zone="Time Zone",
    within=("Gross Sales", "Discounts", "Tax"),
    prices="without tax, after discounts (`Net Sales` over `Qty`)",
)  # fmt: skip
