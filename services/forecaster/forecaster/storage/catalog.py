"""What catalog told of products, places, prices, promotions, calendar events and stock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
from chassis.database import Connection, copy_rows, rows, scalar
from contracts.events import EventChanged, LocationChanged, ProductChanged, PromotionChanged
from sqlalchemy import text

_PRODUCT = (
    "product_id", "sku", "name", "category", "price", "cost", "archived", "on_sale_from", "on_sale_until", "like_sku",
    "like_multiplier", "replaces_sku", "may_oversell", "revision",
)  # fmt: skip
_PART = ("kit", "sku", "quantity", "first_day", "last_day")


def _upsert(table: str, key: str, columns: Sequence[str], condition: str, defaults: Sequence[str] = ()) -> str:
    """`defaults`: columns that are set to what they are by default, at each change."""
    changed = [name for name in (*columns, *defaults) if name != key]
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"
        f" ON CONFLICT ({key}) DO UPDATE SET {', '.join(f'{name} = EXCLUDED.{name}' for name in changed)}"
        f" WHERE {condition}"
    )


def keep_product(
    connection: Connection, product: ProductChanged, day: date, parts: Sequence[Mapping[str, Any]]
) -> None:
    """Keep a product's state, and the `parts` of which it consists; `day` is when it was told, which dates an
    archiving."""
    values = {name: getattr(product, name) for name in _PRODUCT}
    values |= {
        "archived_on": day if product.archived else None,
        "attributes": orjson.dumps(product.attributes).decode(),
    }
    # A code that moved to another product belongs to the one told of last.
    connection.execute(
        text("DELETE FROM product WHERE sku = :sku AND product_id <> :id"),
        {"sku": product.sku, "id": product.product_id},
    )
    statement = _upsert("product", "product_id", list(values), "product.revision <= EXCLUDED.revision")
    statement = statement.replace(
        "archived_on = EXCLUDED.archived_on",
        "archived_on = CASE WHEN EXCLUDED.archived THEN COALESCE(product.archived_on, EXCLUDED.archived_on) END",
    ).replace(":attributes", "CAST(:attributes AS jsonb)")
    if connection.execute(text(statement), values).rowcount:
        connection.execute(text("DELETE FROM kit_part WHERE kit = :kit"), {"kit": product.sku})
        copy_rows(connection, "kit_part", _PART, ([part[name] for name in _PART] for part in parts))


def keep_location(connection: Connection, location: LocationChanged) -> None:
    """Keep a location's state."""
    values = {
        "code": location.code, "name": location.name, "archived": location.archived, "revision": location.revision,
        "country": location.country, "region": location.region, "holidays": location.holidays,
        "attributes": orjson.dumps(location.attributes).decode(),
    }  # fmt: skip
    statement = _upsert("location", "code", list(values), "location.revision <= EXCLUDED.revision")
    connection.execute(text(statement.replace(":attributes", "CAST(:attributes AS jsonb)")), values)


def keep_promotion(connection: Connection, promotion: PromotionChanged) -> None:
    """Keep a promotion's state."""
    values = promotion.model_dump(include={
        "promotion_id", "name", "skus", "locations", "starts", "ends", "discount", "kind", "planned_quantity",
        "removed", "revision",
    })  # fmt: skip
    # Told again as it was, it stays known to the runs that knew it.
    newer = "promotion.revision < EXCLUDED.revision"
    connection.execute(text(_upsert("promotion", "promotion_id", list(values), newer, ("changed_by",))), values)


def keep_calendar_event(connection: Connection, event: EventChanged) -> None:
    """Keep a calendar event's state."""
    kept = {"event_id", "name", "kind", "starts", "ends", "locations", "removed", "revision"}
    values = event.model_dump(include=kept)
    connection.execute(
        text(_upsert("calendar_event", "event_id", list(values), "calendar_event.revision <= EXCLUDED.revision")),
        values,
    )


def keep_prices(connection: Connection, values: list[tuple[Any, ...]]) -> None:
    """Keep (sku, location or '', valid_from, price, told_at)."""
    _keep(connection, "price", ("sku", "location", "valid_from"), ("price", "told_at"), values, "told_at")


def keep_stock(connection: Connection, values: list[tuple[Any, ...]]) -> None:
    """Keep (sku, location, day, on_hand, at)."""
    _keep(connection, "stock_day", ("sku", "location", "day"), ("on_hand", "at"), values, "at")


def _keep(
    connection: Connection, table: str, key: Sequence[str], columns: Sequence[str], values: list[tuple[Any, ...]],
    newest: str,
) -> None:  # fmt: skip
    if not values:
        return
    names = ", ".join((*key, *columns))
    batch = f"{table}_batch"
    connection.execute(
        text(f"CREATE TEMP TABLE IF NOT EXISTS {batch} (LIKE {table} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS")
    )
    copy_rows(connection, batch, (*key, *columns), values)
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    connection.execute(
        text(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {batch} ORDER BY {', '.join(key)}"
            f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes} WHERE {table}.{newest} <= EXCLUDED.{newest}"
        )
    )


_UNTIL = {
    "prices": "SELECT max(valid_from) FROM price",
    "promotions": "SELECT max(ends) FROM promotion WHERE NOT removed",
    "events": "SELECT max(ends) FROM calendar_event WHERE NOT removed",
    "weather": "SELECT max(day) FROM weather",
}


def planned_until(connection: Connection) -> dict[str, date | None]:
    """By driver the last day that anything is entered of; None: nothing is."""
    return {name: scalar(connection, sql) for name, sql in _UNTIL.items()}


def locations(connection: Connection) -> list[dict[str, Any]]:
    """Where locations lie, and which holidays count there."""
    return rows(connection, _TRAINING_INPUTS["locations"])


_TRAINING_INPUTS = {
    "products": "SELECT sku, name, category, price, archived_on, on_sale_from, on_sale_until, like_sku,"
    " like_multiplier, replaces_sku, may_oversell, attributes FROM product ORDER BY sku",
    "prices": "SELECT sku, location, valid_from, price FROM price ORDER BY sku, location, valid_from",
    "promotions": "SELECT skus, locations, starts, ends, discount, kind FROM promotion WHERE NOT removed"
    " ORDER BY promotion_id",
    "events": "SELECT kind, starts, ends, locations FROM calendar_event WHERE NOT removed ORDER BY event_id",
    "locations": "SELECT code, country, region, holidays FROM location WHERE NOT archived ORDER BY code",
    "kits": f"SELECT {', '.join(_PART)} FROM kit_part ORDER BY kit, sku, first_day",
    "exclusions": "SELECT sku, location, first_week, last_week, reason, author FROM exclusion WHERE restored_at IS NULL"
    " ORDER BY sku, location, first_week, id",
    # Only the days on which a series ran out or came back matter.
    "stock": "SELECT sku, location, day, in_stock FROM (SELECT sku, location, day, on_hand > 0 AS in_stock,"
    " lag(on_hand > 0) OVER (PARTITION BY sku, location ORDER BY day) AS before"
    " FROM stock_day WHERE day <= :as_of) AS days"
    " WHERE in_stock IS DISTINCT FROM COALESCE(before, true) ORDER BY sku, location, day",
}


def training_inputs(
    connection: Connection, as_of: date, names: Iterable[str] = _TRAINING_INPUTS
) -> dict[str, list[dict[str, Any]]]:
    """All that a training reads beside the sales, or some of it, as plain rows: kept with the run, so that it can be
    repeated."""
    return {
        name: rows(connection, _TRAINING_INPUTS[name], **({"as_of": as_of} if name == "stock" else {}))
        for name in names
    }
