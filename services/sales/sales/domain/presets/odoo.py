"""Odoo's sales analysis (`sale.report`), exported by line: the product's code stands before its name, in brackets."""

from sales.domain.presets.preset import NoSale, Preset, words

PRESET = Preset(
    name="odoo",
    title="Odoo: sales analysis",
    needs=("Order Reference", "Order Date", "Product Variant", "Qty Ordered", "Untaxed Total"),
    columns={
        "sku": ("Product Variant/Internal Reference", "Internal Reference", "Product Variant"),
        "name": ("Product Variant", "Product"), "category": ("Product Category",), "quantity": ("Qty Ordered",),
        "amount": ("Untaxed Total",), "sold_at": ("Order Date",), "invoice": ("Order Reference",),
        "location": ("Warehouse",), "unit": ("Unit of Measure", "UoM"), "status": ("Status",),
    },
    order="Order Reference",
    fill=("Order Reference", "Order Date", "Status", "Warehouse", "Currency"),
    no_sales=(
        NoSale("Status", "cancelled_order", "the order was cancelled", words("cancelled|canceled|cancel")),
        NoSale("Status", "quotation", "is a quotation", words("quotation|quotation sent|draft|sent")),
    ),
    currency="Currency",
    code_in_name=True,
    within=("Discount %", "Discount"),
    prices="without tax, after discounts (`Untaxed Total` over `Qty Ordered`)",
)  # fmt: skip
