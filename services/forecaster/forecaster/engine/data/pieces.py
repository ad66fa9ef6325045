"""Which series are sold by the piece, and which by weight, length or money: decided for each by its own values.

Guarantee: a series' kind follows from the whole numbers among its sales and, as far as it has few, from what the other
series are; it decides whether its quantiles are whole numbers.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln

from forecaster.engine.arrays import Floats, Mask

_SLIPS = 0.005  # of the sales of a product sold by the piece, that are no whole number all the same
_NEAR = 1e-4  # of a whole number: sums of decimals miss it by rounding
_CLEAR = 0.95  # share of whole numbers, from which a series is clearly sold by the piece
_USUAL = 0.25  # share of whole numbers of one that is not, before any evidence,
_EVIDENCE = 2.0  # which counts as so many sales


def by_piece(y: Floats) -> Mask:
    """Whether each series of sales (N, T) is sold by the piece: the likelier of two kinds, by Bayes' rule. Whole
    numbers are all but certain in the one; in the other they come as often as in the panel's series of that kind."""
    sold = y > 0
    count = sold.sum(axis=1).astype(np.float64)
    values = np.where(sold, y, 0)
    whole = (sold & (np.abs(values - np.rint(values)) < _NEAR)).sum(axis=1).astype(np.float64)
    seen = count > 0
    share = whole[seen] / count[seen]
    clear = share >= _CLEAR
    if clear.all():
        return np.ones(len(y), dtype=np.bool_)
    usual = (share[~clear].sum() + _USUAL) / ((~clear).sum() + 1)
    a, b = _EVIDENCE * usual, _EVIDENCE * (1 - usual)
    pieces = whole * np.log1p(-_SLIPS) + (count - whole) * np.log(_SLIPS)
    measured = betaln(a + whole, b + count - whole) - betaln(a, b)
    prior = np.log((clear.sum() + 1) / ((~clear).sum() + 1))
    found: Mask = prior + pieces - measured >= 0
    return found
