"""Words of totals, sums and counts, in the languages offered: a cell that says one is of no product."""

import re

from chassis.reading.bounds import of_short_cells

_TOTAL = (
    r"(?:(?:grand|sub|sum|net|gross|report|day|daily|month|monthly|week|weekly|all)[\s_-]*)?(?:totals?|totale|totaal|totaux)"
    r"|sum|(?:(?:zwischen|end|tages|wochen|monats|jahres|gesamt|bon)[\s_-]*)?(?:summe|umsatz)|gesamt(?:betrag|preis)?"
    r"|insgesamt|somme|sous[\s_-]total|total g[ée]n[ée]ral|suma(?: total)?|importe total|saldo|[üu]bertrag"
    r"|gesamtergebnis|ergebnis|cumulative|kumuliert|cumulé|acumulado|tagestotal|kassensumme"
    r"|gesamtanzahl|gesamtmenge|report [àa] nouveau|[σς∑]|carried forward"
    r"|average|durchschnitt|mittelwert|moyenne|promedio"
)
# Words that a product may be called by as well: they say it only by nothing else, of a line that adds up.
_COUNT = (
    r"count|anzahl(?: positionen)?|nombre|recuento|summary|overall|\d+ (?:items|lines|positionen|articles|artículos)"
)
ALONE = 2
_is_count = re.compile(rf"\W*(?:{_COUNT})\W*", re.IGNORECASE).fullmatch
_is_total = re.compile(rf"\W*(?:{_TOTAL})\W*", re.IGNORECASE).fullmatch
_ends_with_total = re.compile(rf".*[\W_](?:{_TOTAL})\W*|(?:{_TOTAL})[\s:=-].*", re.IGNORECASE | re.DOTALL).fullmatch


@of_short_cells(lambda _: 0)
def says_total(cell: str) -> int:
    """Whether a cell says that it is a total: not at all, beside other words, or by nothing else."""
    if not cell:
        return 0
    return ALONE if _is_total(cell) else int(bool(_is_count(cell) or _ends_with_total(cell)))


def is_called_total(cell: str) -> bool:
    """Whether a cell says that it is a total, and nothing else."""
    return says_total(cell.strip()) == ALONE
