"""Classifying: every series' class by what it sold lately; whoever changes his class is decided anew."""

from chassis.database import Connection

from catalog.domain.segments import SEGMENT_WEEKS, Segment, classify, weekly_units
from catalog.domain.stock import Series
from catalog.storage import decisions, segments


def classify_sold(connection: Connection) -> int:
    """Look at all classes again; how many series changed theirs, and are marked.

    Only what says something else than before is written: of 180,000 series few do from one look to the next.
    """
    sold = segments.sales_by_week(connection, SEGMENT_WEEKS)
    classes = classify(
        [float(row["revenue"]) for row in sold],
        weekly_units([row["ago"] for row in sold], [row["units"] for row in sold]),
    )
    found: dict[Series, Segment] = {
        (row["sku"], row["location"]): each for row, each in zip(sold, classes, strict=True)
    }
    before = segments.stored(connection)
    told = {series: each for series, each in found.items() if series not in before or each.differs(before[series])}
    gone = before.keys() - found.keys()
    segments.change(connection, gone, told)
    changed = {series for series, each in told.items() if series not in before or each.name != before[series].name}
    decisions.mark(connection, sorted(changed | gone))
    return len(changed | gone)


def due(connection: Connection) -> bool:
    """Whether sales came since this was asked last."""
    return segments.take_marks(connection)
