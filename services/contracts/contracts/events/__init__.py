"""All payloads, and which type and topic belong to which."""

from contracts.events.audit import AuditRecorded
from contracts.events.base import Payload
from contracts.events.catalog import (
    Bill,
    CatalogSubmitted,
    EventChanged,
    KitComponent,
    LocationChanged,
    PriceChanged,
    ProductChanged,
    PromotionChanged,
    StockChanged,
    WeatherIssued,
)
from contracts.events.findings import FindingChanged
from contracts.events.forecasts import (
    AnomalyDetected,
    ForecastReady,
    TrainingCompleted,
    TrainingProgressed,
    TrainingRequested,
)
from contracts.events.orders import OrderApproved, OrderCancelled, OrderLine, OrderProposed
from contracts.events.sales import Effect, Replaced, SaleFate, SaleRecorded, SaleRejected, SaleSubmitted, sale_id

PAYLOADS: tuple[type[Payload], ...] = (
    SaleSubmitted, SaleRecorded, SaleRejected, SaleFate, CatalogSubmitted, ProductChanged, LocationChanged,
    PriceChanged, PromotionChanged, EventChanged, WeatherIssued, StockChanged, TrainingRequested, TrainingProgressed,
    TrainingCompleted, ForecastReady, AnomalyDetected, FindingChanged, OrderProposed, OrderApproved, OrderCancelled,
    AuditRecorded,
)  # fmt: skip

BY_TYPE: dict[str, type[Payload]] = {
    type_: payload for payload in PAYLOADS for type_ in getattr(payload, "TYPES", {"": payload.TYPE}).values()
}

__all__ = [
    "BY_TYPE", "PAYLOADS", "AnomalyDetected", "AuditRecorded", "Bill", "CatalogSubmitted", "Effect",
    "EventChanged", "FindingChanged", "ForecastReady", "KitComponent", "LocationChanged", "OrderApproved",
    "OrderCancelled", "OrderLine", "OrderProposed", "Payload", "PriceChanged", "ProductChanged", "PromotionChanged",
    "Replaced", "SaleFate", "SaleRecorded", "SaleRejected", "SaleSubmitted", "StockChanged", "TrainingCompleted",
    "TrainingProgressed", "TrainingRequested", "WeatherIssued", "sale_id",
]  # fmt: skip
