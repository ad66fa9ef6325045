"""The words by which tills and shop systems say that a line is a sale or a return."""

import re

from chassis.reading.bounds import of_short_cells
from contracts.events.sales import Kind

_RETURNS = (
    "return", "returned", "refund", "refunded", "credit", "credit note", "credit memo", "retour", "retoure",
    "rücknahme", "warenrücknahme", "rücksendung", "rückgabe", "erstattung", "gutschrift", "storno", "avoir",
    "remboursement", "devolución", "devolucion", "abono",
    "reembolso", "reso", "rimborso",
)  # fmt: skip
_SALES = (
    "sale", "sold", "sales", "order", "invoice", "payment", "purchase", "verkauf", "rechnung", "vente", "facture",
    "venta", "factura", "vendita",
)  # fmt: skip
_WORDS: dict[str, Kind] = {
    **dict.fromkeys(_RETURNS, "return"), **dict.fromkeys(_SALES, "sale"), "correction": "correction", "void": "void",
}  # fmt: skip  # the ledger says what it needs of the last two


@of_short_cells(lambda _: None, remembered=1000)
def kind_of(cell: str) -> Kind | None:
    """`sale` or `return` (or `correction`, `void`); None for any other word."""
    return _WORDS.get(re.sub(r"[\s_-]+", " ", cell).strip().lower())
