"""Which service answers which path: one table, by the first segment after /api."""

SERVICES = ("auth", "catalog", "sales", "forecaster")

_OWNERS = {
    "auth": ("auth", "users", "api-keys", "audit", ".well-known"),
    "catalog": (
        "products", "categories", "locations", "prices", "promotions", "events", "weather", "stock", "suppliers",
        "supply-terms", "receipts", "orders", "orders.csv", "deliveries", "replenishment", "excess", "segments",
        "series", "attention", "scenarios", "shop-imports", "digest",
    ),
    "sales": ("sales", "imports"),
    "forecaster": ("forecast", "overrides", "replays"),
}  # fmt: skip
OWNER = {segment: service for service, segments in _OWNERS.items() for segment in segments}
# Every service has these; here they carry the service's name as the second segment.
PER_SERVICE = ("dead-letters", "consumers", "republications")

READ_SECONDS = 30.0
UPLOAD_SECONDS = 600.0


def upstream(path: str) -> tuple[str, str] | None:
    """(service, its own path) for a path without /api, or None when nobody owns it."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in PER_SERVICE:
        service, _, rest = rest.partition("/")
        return (service, f"/{first}/{rest}".rstrip("/")) if service in SERVICES else None
    return (OWNER[first], path) if first in OWNER else None


def public(service: str, path: str) -> str:
    """The gateway's path for a service's own: the reverse of `upstream`."""
    first, _, rest = path.removeprefix("/").partition("/")
    if first in PER_SERVICE:
        return f"/api/{first}/{service}/{rest}".rstrip("/")
    return f"/api{path}"


def deadline(path: str) -> float:
    """Seconds to wait for an answer."""
    return UPLOAD_SECONDS if path.startswith(("/imports", "/shop-imports")) else READ_SECONDS
