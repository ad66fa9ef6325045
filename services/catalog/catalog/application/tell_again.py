"""Topics made again from what catalog keeps: every state as it is now, which is what each of their records was once.

Orders are not among them: they ask others to act, so each is told once. Nor are claims, which are others' to repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chassis.database import Connection
from chassis.republish import Portion, TopicSource
from contracts import topics
from contracts.topics import Topic

from catalog.application import announce
from catalog.domain.products import Product
from catalog.storage import states

PORTION = 1_000
Rows = Sequence[Mapping[str, Any]]


def _products(connection: Connection, found: Rows) -> None:
    announce.products(connection, [Product(**{**row, "edited": frozenset(row["edited"])}) for row in found])


def _stock(connection: Connection, found: Rows) -> None:
    announce.stock(
        connection, [((row["sku"], row["location"]), row["on_hand"], row["updated_at"], "told again") for row in found]
    )  # fmt: skip


def _places(table: str) -> Callable[[Connection, Rows], None]:
    def tell(connection: Connection, found: Rows) -> None:
        for row in found:
            announce.place(connection, table, row)

    return tell


def _source(topic: Topic, table: str, announced: Callable[[Connection, Rows], None]) -> TopicSource:
    def tell(connection: Connection, after: Any) -> Portion:
        found, last = states.portion(connection, table, after, PORTION)
        announced(connection, found)
        return Portion(len(found), last if len(found) == PORTION else None)

    return TopicSource(topic, lambda connection: states.count(connection, table), tell)


SOURCES = (
    _source(topics.PRODUCT_CHANGED, "product", _products),
    _source(topics.LOCATION_CHANGED, "location", _places("location")),
    _source(topics.PRICE_CHANGED, "price", announce.prices),
    _source(topics.PROMOTION_CHANGED, "promotion", _places("promotion")),
    _source(topics.EVENT_CHANGED, "calendar_event", _places("calendar_event")),
    _source(topics.WEATHER_ISSUED, "weather", announce.weather),
    _source(topics.STOCK_CHANGED, "stock_level", _stock),
)
