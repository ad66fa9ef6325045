"""Classifying: every series' class by what it sold lately; whoever changes his class is decided anew."""

from chassis.database import Connection

from catalog.domain.segments import SEGMENT_WEEKS, Segment, classify, weekly_units
from catalog.domain.stock import Series
from catalog.storage import decisions, segments


def classify_sold(connection: Connection) -> int:
    """Look at all classes again; how many series changed theirs, and are marked."""
    sold = segments.sales_by_week(connection, SEGMENT_WEEKS)
    classes = classify(
        [float(row["revenue"]) for row in sold], [weekly_units(row["ago"], row["units"]) for row in sold]
    )
    found: dict[Series, Segment] = {
        (row["sku"], row["location"]): each for row, each in zip(sold, classes, strict=True)
    }
    before = segments.names(connection)
    segments.replace(connection, found)
    changed = [
        series for series in before.keys() | found.keys()
        if before.get(series) != (found[series].name if series in found else None)
    ]  # fmt: skip
    decisions.mark(connection, sorted(changed))
    return len(changed)


def due(connection: Connection) -> bool:
    """Whether sales came since this was asked last."""
    return segments.take_marks(connection)
