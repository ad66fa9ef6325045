"""Columns that are about persons: names, addresses, mails and telephones of customers, in the languages offered.

A number that stands for a customer names nobody and is left; what a sale is made of is never among them.
"""

import re
from collections.abc import Collection, Sequence

from chassis.reading.headers import plain

_WHO = (
    "customer", "client", "clients", "buyer", "recipient", "cardholder", "guest", "member", "kunde", "kundin", "kunden",
    "empfänger", "besteller", "acheteur", "destinataire", "cliente", "comprador", "destinatario",
)  # fmt: skip
_WHAT = (
    "e mail", "email", "mail", "courriel", "correo", "phone", "mobile", "telephone", "tel", "telefon", "handy", "tél",
    "téléphone", "telefono", "teléfono", "móvil", "fax", "address", "address1", "address2", "adresse", "anschrift",
    "dirección", "direccion", "street", "straße", "strasse", "rue", "calle", "zip", "postcode", "postal code", "plz",
    "code postal", "código postal", "first name", "last name", "surname", "full name", "vorname", "nachname", "prénom",
    "apellido", "apellidos", "birthday", "geburtstag", "iban",
)  # fmt: skip
_WHOM = re.compile(
    rf"(?:.* )?(?:{'|'.join(_WHO)})(?: (?:name|nom|nombre))?"
    "|(?:billing|shipping|delivery|ship to|bill to) name|kundenname"
)
_PRIVATE = re.compile(rf"(?:.* )?(?:{'|'.join(_WHAT)})(?: .*)?")


def of_persons(headers: Sequence[str], needed: Collection[str]) -> list[str]:
    """The headers that are about persons, but for those that are needed."""
    return [
        header
        for header in headers
        if header not in needed and (_WHOM.fullmatch(said := plain(header)) or _PRIVATE.fullmatch(said))
    ]
