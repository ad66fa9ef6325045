"""The words by which tills and shop systems say that a line is a sale or a return."""

import re
import unicodedata

from chassis.reading.bounds import of_short_cells
from contracts.events.sales import Kind

_SEPARATE = re.compile(r"[^\W\d_]+")


def _plain(cell: str) -> str:
    """A word as it is compared: accents, case, hyphens are no difference, nor is the `wc-` of WooCommerce's states."""
    letters = "".join(one for one in unicodedata.normalize("NFKD", cell) if not unicodedata.combining(one))
    return re.sub(r"[\s_-]+", " ", letters).strip(" .:").lower().removeprefix("wc ")


def _all_of(*words: str) -> frozenset[str]:
    return frozenset(map(_plain, words))


_RETURNS = (
    "return", "returned", "refund", "refunded", "credit", "credit note", "credit memo", "retour", "retoure",
    "rücknahme", "warenrücknahme", "rücksendung", "rückgabe", "erstattung", "gutschrift", "storno", "avoir",
    "remboursement", "remboursé", "remboursée", "note de crédit", "retour client", "devolución", "devolucion",
    "devuelto",
    "abono", "nota de crédito", "nota de abono", "rectificativa", "factura rectificativa", "reembolso", "reembolsado",
    "reso", "rimborso", "customer return", "sales return", "partial refund", "partially refunded", "chargeback",
    "erstattet", "zurückerstattet", "rückerstattet", "retourniert", "stornierung", "stornorechnung",
    "rechnungskorrektur", "warenretoure", "retournée", "retourné", "devuelta", "reembolsada",
)  # fmt: skip
_SALES = (
    "sale", "sold", "sales", "order", "invoice", "payment", "purchase", "verkauf", "rechnung", "vente", "facture",
    "venta", "factura", "vendita",
)  # fmt: skip
_CANCELLED = _all_of(
    "cancelled", "canceled", "cancelled order", "canceled order", "voided", "failed", "abandoned", "deleted",
    "storniert", "abgebrochen", "abbruch", "gelöscht", "ungültig", "fehlgeschlagen", "annulé", "annulée", "annulés",
    "annulées", "annule", "annulation", "supprimé", "supprimée", "échoué", "échouée", "anulado", "anulada",
    "anulación", "cancelado", "cancelada", "eliminado", "eliminada", "fallido", "fallida",
)  # fmt: skip
# Words that say it beside others, as in `Return - damaged`; those of a sale, and of none, that gainsay them.
_BESIDE = _all_of(
    "return", "returned", "refund", "refunded", "retour", "retoure", "rückgabe", "warenrückgabe", "rücknahme",
    "rücksendung", "erstattung", "gutschrift", "storno", "stornobeleg", "stornierung", "avoir", "remboursement",
    "devolución", "devolucion", "abono", "reembolso", "reso", "rimborso", "rma",
)  # fmt: skip
_GAINSAY = _all_of(
    "sale", "sales", "sold", "order", "invoice", "verkauf", "rechnung", "vente", "facture", "venta", "no", "non", "not",
    "kein", "keine", "ohne", "sans", "sin", "without", "policy", "shipping", "card",
)  # fmt: skip
# What a column of ways to pay says, in which `Credit` is no return.
_PAYMENTS = _all_of(
    "cash", "card", "debit", "debit card", "credit card", "visa", "mastercard", "amex", "paypal", "cheque", "check",
    "bar", "karte", "ec", "ec karte", "kreditkarte", "girocard", "espèces", "carte", "carte bancaire", "cb", "chèque",
    "efectivo", "tarjeta", "transfer", "überweisung", "virement", "transferencia", "voucher", "klarna", "apple pay",
)  # fmt: skip
# States of orders that are sales, and of those that never became one.
_SOLD_STATES = _all_of(
    "paid", "completed", "complete", "fulfilled", "shipped", "delivered", "closed", "done", "invoiced", "sale", "sold",
    "settled", "captured", "processing", "partially refunded", "bezahlt", "abgeschlossen", "versendet", "geliefert",
    "erledigt", "payé", "payée", "terminé", "terminée", "expédié", "livré", "pagado", "pagada", "completado", "enviado",
    "entregado", "ok", "active", "confirmed", "sales order", "locked", "verkaufsauftrag", "bon de commande",
    "pedido de venta", "on account", "onaccount", "layby closed", "onaccount closed", "on account closed",
    "dispatched closed", "picked up closed",
)  # fmt: skip
_NEVER_SOLD = _all_of(
    "draft", "auto draft", "checkout draft", "quote", "quotation", "quotation sent", "estimate", "parked", "declined",
    "expired", "abandoned", "test",
    "entwurf", "angebot", "abgelehnt", "devis", "brouillon", "refusé", "presupuesto", "borrador", "rechazado",
)  # fmt: skip
_WORDS: dict[str, Kind] = {
    **dict.fromkeys(_all_of(*_RETURNS), "return"), **dict.fromkeys(_all_of(*_SALES), "sale"),
    "correction": "correction", "void": "void",
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
