"""Every topic, declared once: partitions, retention, key, publisher. The broker creates none by itself.

All topics are LogAppendTime: a producer's old timestamps must not let retention delete what nobody has read.
Partition counts are never changed in place, since that would move keys; a new topic is made instead.
"""

from dataclasses import dataclass

DAY_MS = 24 * 3600 * 1000
FOR_EVER = -1
SERIES_PARTITIONS = 12
ENTITY_PARTITIONS = 3


@dataclass(frozen=True)
class Topic:
    """A Kafka topic: `key` says what its records are keyed by, `publishers` who may write it."""

    name: str
    key: str
    publishers: tuple[str, ...]
    partitions: int = ENTITY_PARTITIONS
    retention_ms: int = FOR_EVER
    compacted: bool = False

    @property
    def config(self) -> dict[str, str]:
        """The broker's settings of this topic."""
        config = {"message.timestamp.type": "LogAppendTime", "max.message.bytes": str(1024 * 1024)}
        if self.compacted:
            return config | {"cleanup.policy": "compact", "delete.retention.ms": str(7 * DAY_MS)}
        return config | {"cleanup.policy": "delete", "retention.ms": str(self.retention_ms), "retention.bytes": "-1"}


SALE_SUBMITTED = Topic("sale-submitted", "series", ("producers", "sales"), SERIES_PARTITIONS, 30 * DAY_MS)
SALE_RECORDED = Topic("sale-recorded", "series", ("sales",), SERIES_PARTITIONS)
SALE_REJECTED = Topic("sale-rejected", "series", ("sales",), SERIES_PARTITIONS, 30 * DAY_MS)
CATALOG_SUBMITTED = Topic("catalog-submitted", "sku", ("producers", "sales"), ENTITY_PARTITIONS, 30 * DAY_MS)
PRODUCT_CHANGED = Topic("product-changed", "product id", ("catalog",), compacted=True)
LOCATION_CHANGED = Topic("location-changed", "location code", ("catalog",), compacted=True)
PRICE_CHANGED = Topic("price-changed", "sku", ("catalog",))
PROMOTION_CHANGED = Topic("promotion-changed", "promotion id", ("catalog",))
EVENT_CHANGED = Topic("event-changed", "event id", ("catalog",))
STOCK_CHANGED = Topic("stock-changed", "series", ("catalog",))
TRAINING_REQUESTED = Topic("training-requested", "run id", ("forecaster",), retention_ms=30 * DAY_MS)
TRAINING_PROGRESSED = Topic("training-progressed", "run id", ("forecaster",), retention_ms=30 * DAY_MS)
TRAINING_COMPLETED = Topic("training-completed", "run id", ("forecaster",), retention_ms=30 * DAY_MS)
FORECAST_READY = Topic("forecast-ready", "series", ("forecaster",), SERIES_PARTITIONS, compacted=True)
ANOMALY_DETECTED = Topic("anomaly-detected", "series", ("forecaster",), retention_ms=365 * DAY_MS)
FINDING_CHANGED = Topic("finding-changed", "root", ("forecaster",), compacted=True)
ORDER_PROPOSED = Topic("order-proposed", "order id", ("catalog",), retention_ms=365 * DAY_MS)
ORDER_APPROVED = Topic("order-approved", "order id", ("catalog",), retention_ms=365 * DAY_MS)
ORDER_CANCELLED = Topic("order-cancelled", "order id", ("catalog",), retention_ms=365 * DAY_MS)
AUDIT_RECORDED = Topic(
    "audit-recorded", "service", ("auth", "catalog", "sales", "forecaster"), partitions=ENTITY_PARTITIONS
)

TOPICS: dict[str, Topic] = {value.name: value for value in list(globals().values()) if isinstance(value, Topic)}
