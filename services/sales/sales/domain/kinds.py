"""The words by which tills and shop systems say that a line is a sale or a return."""

import re
import unicodedata

from chassis.reading.bounds import of_short_cells
from contracts.events.sales import Kind

_SEPARATE = re.compile(r"[^\W\d_]+")
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
# Words that say it beside others, as in `Return - damaged`; those of a sale, and of none, that gainsay them.
_BESIDE = frozenset((
    "return", "returned", "refund", "refunded", "retour", "retoure", "rückgabe", "warenrückgabe", "rücknahme",
    "rücksendung", "erstattung", "gutschrift", "storno", "stornobeleg", "stornierung", "avoir", "remboursement",
    "devolución", "devolucion", "abono", "reembolso", "reso", "rimborso", "rma",
))  # fmt: skip
_GAINSAY = frozenset((
    "sale", "sales", "sold", "order", "invoice", "verkauf", "rechnung", "vente", "facture", "venta", "no", "non", "not",
    "kein", "keine", "ohne", "sans", "sin", "without", "policy", "shipping", "card",
))  # fmt: skip
# What a column of ways to pay says, in which `Credit` is no return.
_PAYMENTS = frozenset((
    "cash", "card", "debit", "debit card", "credit card", "visa", "mastercard", "amex", "paypal", "cheque", "check",
    "bar", "karte", "ec", "ec karte", "kreditkarte", "girocard", "espèces", "carte", "carte bancaire", "cb", "chèque",
    "efectivo", "tarjeta", "transfer", "überweisung", "virement", "transferencia", "voucher", "klarna", "apple pay",
))  # fmt: skip
# States of orders that are sales, and of those that never became one.
_SOLD_STATES = frozenset((
    "paid", "completed", "complete", "fulfilled", "shipped", "delivered", "closed", "done", "invoiced", "sale", "sold",
    "settled", "captured", "processing", "partially refunded", "bezahlt", "abgeschlossen", "versendet", "geliefert",
    "erledigt", "payé", "payée", "terminé", "terminée", "expédié", "livré", "pagado", "pagada", "completado", "enviado",
    "entregado", "ok", "active", "confirmed",
))  # fmt: skip
_NEVER_SOLD = frozenset((
    "draft", "quote", "quotation", "quotation sent", "estimate", "parked", "declined", "expired", "abandoned", "test",
    "entwurf", "angebot", "abgelehnt", "devis", "brouillon", "refusé", "presupuesto", "borrador", "rechazado",
))  # fmt: skip
_WORDS: dict[str, Kind] = {
    **dict.fromkeys(_RETURNS, "return"), **dict.fromkeys(_SALES, "sale"), "correction": "correction", "void": "void",
}  # fmt: skip  # the ledger says what it needs of the last two


@of_short_cells(lambda _: None, remembered=1000)
def kind_of(cell: str) -> Kind | None:
    """`sale` or `return` (or `correction`, `void`); None for any other word."""
    said = _plain(cell)
    if said not in _WORDS and (words := set(_SEPARATE.findall(said))) & _BESIDE and not words & _GAINSAY:
        return "return"
    return _WORDS.get(said)


def is_payment(cell: str) -> bool:
    """Whether the cell is a way to pay."""
    return _plain(cell) in _PAYMENTS


@of_short_cells(lambda _: False, remembered=1000)
def is_cancelled(cell: str, *, status: bool = False) -> bool:
    """Whether the cell says that there was no sale after all; in a column of states `void` and `storno` say so too."""
    said = _plain(cell)
    if status and (said in _NEVER_SOLD or said in ("void", "storno", "trash")):
        return True
    return said in _CANCELLED or (status and not _CANCELLED.isdisjoint(_SEPARATE.findall(said)[:1]))


def is_known_state(cell: str) -> bool:
    """Whether it is clear what an order's state says of its lines."""
    return _plain(cell) in _SOLD_STATES or is_cancelled(cell, status=True) or is_refunded(cell)


def is_refunded(state: str) -> bool:
    """Whether the state of an order says that all of it came back."""
    return _WORDS.get(_plain(state)) == "return" and not _plain(state).startswith("partial")


def _plain(cell: str) -> str:
    return re.sub(r"[\s_-]+", " ", unicodedata.normalize("NFC", cell)).strip(" .:").lower()
