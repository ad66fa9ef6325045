"""A batch of `sale-submitted`: the usual sales the short way, the rest one by one, in the order in which it came."""

from collections.abc import Callable, Sequence, Set
from datetime import datetime

from chassis.database import Connection

from sales.application.record import record
from sales.application.record_usual import record_usual
from sales.domain.entries import UsualEntry
from sales.domain.sale import Refusal, Sale
from sales.storage import known

Judge = Callable[[Set[str]], tuple[list[Sale], list[Refusal]]]


def take_batch(
    connection: Connection, sales: Sequence[UsualEntry], others: Set[str], latest: datetime, *, changes: bool,
    judge: Judge,
) -> None:  # fmt: skip
    """Record what can be recorded; the rest waits or is refused with its reason.

    `others`: ids of what the batch holds beside usual sales, `changes`: whether that corrects or voids. `judge` gives
    the claims and refusals of those, and of the usual sales with the ids that it is given: what the short way left.
    """
    known.arrivals_lock(connection, exclusive=changes)
    left = {sale.sale_id for sale in record_usual(connection, sales, others, latest)} if sales else set()
    if others or left:
        claims, refusals = judge(left)
        record(connection, claims, refusals)
