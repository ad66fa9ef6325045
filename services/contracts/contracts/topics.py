"""Every topic, declared once: partitions, retention, key, publisher. The broker creates none by itself.

All topics are LogAppendTime: a producer's old timestamps must not let retention delete what nobody has read.
Partition counts are never changed in place, since that would move keys; a new topic is made instead.
"""

from dataclasses import dataclass

DAY_MS = 24 * 3600 * 1000
FOR_EVER = -1
MAX_RECORD_BYTES = 1024 * 1024
SERIES_PARTITIONS = 12
ENTITY_PARTITIONS = 3


@dataclass(frozen=True)
class Topic:
    """A Kafka topic: `key` says what its records are keyed by, `publishers` who may write it.

    `stale` names what is to be fetched again once it has a record, whoever serves it: paths of the API without `/api`
    and without parameters; one is enough for all below it. It is empty where the record only asks, and a topic of its
    own tells what became of it, and where the record itself is shown.
    """

    name: str
    key: str
    publishers: tuple[str, ...]
    partitions: int = ENTITY_PARTITIONS
    retention_ms: int = FOR_EVER
    compacted: bool = False
    stale: tuple[str, ...] = ()

    @property
    def config(self) -> dict[str, str]:
        """The broker's settings of this topic."""
        config = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(MAX_RECORD_BYTES)}
        if self.compacted:
            return config | {"cleanup.policy": "compact", "delete.retention.ms": str(7 * DAY_MS)}
        return config | {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms), "retention.bytes": "-1"}


# What follows from a stock level or a forecast: computed by catalog when one of them changes.
_DECIDED = ("attention", "deliveries", "excess", "replenishment")
_ORDERED = ("orders", "stock", *_DECIDED)

SALE_SUBMITTED = Topic("sale-submitted", "series", ("producers", "sales"), SERIES_PARTITIONS, 30 * DAY_MS)
SALE_RECORDED = Topic(
    "sale-recorded", "series", ("sales",), SERIES_PARTITIONS,
    stale=("sales", "imports", "overview", "status", "forecast/history", "forecast/weekly", "stock", *_DECIDED),
)  # fmt: skip
SALE_REJECTED = Topic("sale-rejected", "series", ("sales",), SERIES_PARTITIONS, 30 * DAY_MS, stale=("sales", "imports"))
SALE_FATE = Topic("sale-fate", "source", ("sales",), retention_ms=30 * DAY_MS, stale=("sales",))
CATALOG_SUBMITTED = Topic("catalog-submitted", "sku", ("producers", "sales"), ENTITY_PARTITIONS, 30 * DAY_MS)
PRODUCT_CHANGED = Topic(
    "product-changed", "product id", ("catalog",), compacted=True,
    stale=("products", "categories", "prices", "supply-terms", "segments", "stock", "forecast/summary", *_DECIDED),
)  # fmt: skip
LOCATION_CHANGED = Topic(
    "location-changed", "location code", ("catalog",), compacted=True,
    stale=("locations", "stock", "forecast/drivers", *_DECIDED),
)  # fmt: skip
PRICE_CHANGED = Topic("price-changed", "sku", ("catalog",), stale=("prices", "products", "forecast/drivers", *_DECIDED))
PROMOTION_CHANGED = Topic("promotion-changed", "promotion id", ("catalog",), stale=("promotions", "forecast/drivers"))
EVENT_CHANGED = Topic("event-changed", "event id", ("catalog",), stale=("events", "forecast/drivers"))
WEATHER_ISSUED = Topic("weather-issued", "location code", ("catalog",), stale=("weather", "forecast/drivers"))
STOCK_CHANGED = Topic("stock-changed", "series", ("catalog",), stale=("receipts", *_ORDERED))
TRAINING_REQUESTED = Topic(
    "training-requested", "run id", ("forecaster",), retention_ms=30 * DAY_MS,
    stale=("forecast/runs", "overview", "status"),
)  # fmt: skip
TRAINING_PROGRESSED = Topic("training-progressed", "run id", ("forecaster",), retention_ms=30 * DAY_MS)
TRAINING_COMPLETED = Topic(
    "training-completed", "run id", ("forecaster",), retention_ms=30 * DAY_MS,
    stale=("forecast", "overrides", "overview", "segments", "series", "status", *_DECIDED),
)  # fmt: skip
FORECAST_READY = Topic(
    "forecast-ready", "series", ("forecaster",), SERIES_PARTITIONS, compacted=True,
    stale=("forecast", "overrides", "segments", "series", *_DECIDED),
)  # fmt: skip
ANOMALY_DETECTED = Topic("anomaly-detected", "series", ("forecaster",), retention_ms=365 * DAY_MS, stale=("attention",))
FINDING_CHANGED = Topic("finding-changed", "root", ("forecaster",), compacted=True, stale=("attention",))
ORDER_PROPOSED = Topic("order-proposed", "order id", ("catalog",), retention_ms=365 * DAY_MS, stale=_ORDERED)
ORDER_APPROVED = Topic("order-approved", "order id", ("catalog",), retention_ms=365 * DAY_MS, stale=_ORDERED)
ORDER_CANCELLED = Topic("order-cancelled", "order id", ("catalog",), retention_ms=365 * DAY_MS, stale=_ORDERED)
# Whatever a person changes is told here, so what no other topic tells of hangs on this one.
AUDIT_RECORDED = Topic(
    "audit-recorded", "service", ("auth", "catalog", "sales", "forecaster"), partitions=ENTITY_PARTITIONS,
    stale=(
        "audit", "users", "api-keys", "suppliers", "supply-terms", "series", "receipts", "orders", "deliveries",
        "overrides", "replays", "forecast/runs", "forecast/exclusions", "forecast/summary", "imports", "shop-imports",
        "attention", "stock/reservations", "stock/supplier-returns", "dead-letters", "consumers", "republications",
        "weather/feed",
    ),
)  # fmt: skip

TOPICS: dict[str, Topic] = {value.name: value for value in list(globals().values()) if isinstance(value, Topic)}
