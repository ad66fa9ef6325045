"""What came back of an order of which only the money is known that was paid back."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from itertools import product
from math import prod

MOST_CHOICES = 5_000
_CENT = Decimal("0.01")


def returned(
    paid: Decimal, amounts: Sequence[Decimal], units: Sequence[Decimal], rates: Collection[Decimal]
) -> list[list[Decimal]]:
    """Every choice of whole units, a number of each line, whose money at one of the rates is what was paid back.

    None where there are too many choices to be looked through, or a line is not of whole units.
    """
    whole = all(one == one.to_integral_value() and one > 0 for one in units)
    if not paid or not whole or prod(int(one) + 1 for one in units) > MOST_CHOICES:
        return []
    each = [amount / one for amount, one in zip(amounts, units, strict=True)]
    choices = product(*(range(int(one) + 1) for one in units))
    found = []
    for choice in choices:
        money = sum((count * price for count, price in zip(choice, each, strict=True)), Decimal(0))
        if any(abs(money * rate - paid) <= _CENT for rate in rates) and any(choice):
            found.append([Decimal(count) for count in choice])
    return found
