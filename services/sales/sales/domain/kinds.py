"""The words by which tills and shop systems say that a line is a sale or a return."""

import re
import unicodedata

from chassis.reading.bounds import of_short_cells
from contracts.events.sales import Kind

_RETURNS = (
    "return", "returned", "refund", "refunded", "credit", "credit note", "credit memo", "retour", "retoure",
    "rücknahme", "warenrücknahme", "rücksendung", "rückgabe", "erstattung", "gutschrift", "storno", "avoir",
    "remboursement", "remboursé", "remboursée", "note de crédit", "retour client", "devolución", "devolucion",
    "devuelto",
    "abono", "nota de crédito", "nota de abono", "rectificativa", "factura rectificativa", "reembolso", "reembolsado",
    "reso", "rimborso", "customer return", "sales return", "partial refund", "partially refunded", "chargeback",
    "erstattet", "zurückerstattet", "retourniert", "stornierung", "stornorechnung", "rechnungskorrektur",
    "warenretoure",
)  # fmt: skip
_SALES = (
    "sale", "sold", "sales", "order", "invoice", "payment", "purchase", "verkauf", "rechnung", "vente", "facture",
    "venta", "factura", "vendita",
)  # fmt: skip
_CANCELLED = frozenset((
    "cancelled", "canceled", "cancelled order", "canceled order", "voided", "failed", "abandoned", "deleted",
    "storniert", "abgebrochen", "gelöscht", "annulé", "annulée", "annule", "annulation", "supprimé", "anulado",
    "anulada", "anulación", "cancelado", "cancelada", "eliminado",
))  # fmt: skip
_WORDS: dict[str, Kind] = {
    **dict.fromkeys(_RETURNS, "return"), **dict.fromkeys(_SALES, "sale"), "correction": "correction", "void": "void",
}  # fmt: skip  # the ledger says what it needs of the last two


@of_short_cells(lambda _: None, remembered=1000)
def kind_of(cell: str) -> Kind | None:
    """`sale` or `return` (or `correction`, `void`); None for any other word."""
    return _WORDS.get(_plain(cell))


@of_short_cells(lambda _: False, remembered=1000)
def is_cancelled(cell: str, *, status: bool = False) -> bool:
    """Whether the cell says that there was no sale after all; in a column of states `void` and `storno` say so too."""
    said = _plain(cell)
    return said in _CANCELLED or (status and said in ("void", "storno", "trash"))


def is_refunded(state: str) -> bool:
    """Whether the state of an order says that all of it came back."""
    return _WORDS.get(_plain(state)) == "return" and not _plain(state).startswith("partial")


def _plain(cell: str) -> str:
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", cell)).strip(" .:").lower()
