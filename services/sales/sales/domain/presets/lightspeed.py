"""Lightspeed Retail (X-Series): the sales history, in which an order's head, its items and its payments are lines."""

from sales.domain.presets.preset import NoSale, Preset, words

PRESET = Preset(
    name="lightspeed",
    title="Lightspeed Retail (X-Series): sales history",
    needs=("Date", "Receipt Number", "Line Type", "Quantity", "Total", "Details", "Sku"),
    columns={
        "sku": ("Sku",), "name": ("Details",), "quantity": ("Quantity",), "amount": ("Total",), "sold_at": ("Date",),
        "invoice": ("Receipt Number",), "location": ("Outlet", "Register"),
        "status": ("Status",),
    },
    order="Receipt Number",
    fill=("Date", "Receipt Number", "Status", "Outlet", "Register"),
    no_sales=(
        NoSale("Line Type", "no_item", "is no item of a sale", unless=words("sale line")),
        NoSale("Status", "cancelled_order", "the sale was voided, or is not closed",
               words("voided|void|saved|parked|layby|layby cancelled|on account cancelled|onaccount cancelled")),
        NoSale("Sku", "no_product", "is no product", words("vend-discount")),
    ),
    tax="Sales Tax",
    within=("Discount",),
    prices="without tax, after discounts (`Total` less `Sales Tax`, over `Quantity`)",
)  # fmt: skip
