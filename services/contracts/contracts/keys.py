"""Partition keys. A series is a (sku, location); its key is `location:sku`, so that a series keeps its order."""

from functools import lru_cache


def _escape(part: str) -> str:
    return part.replace("%", "%25").replace(":", "%3A")


@lru_cache(maxsize=200_000)
def series_key(sku: str, location: str) -> str:
    """The Kafka key of a series; `:` and `%` are percent-encoded in each part, so that two series never share one."""
    return f"{_escape(location)}:{_escape(sku)}"


def split_series_key(key: str) -> tuple[str, str]:
    """The (sku, location) of a key made by `series_key`."""
    location, sku = key.split(":", 1)
    return tuple(part.replace("%3A", ":").replace("%25", "%") for part in (sku, location))  # type: ignore[return-value]
