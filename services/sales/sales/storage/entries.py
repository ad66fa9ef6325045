"""Writing entries and the events that tell of them: the ledger's hot path, a batch at a time.

What is written here has been validated on its way in, so the events' JSON is put together without their models;
a test holds it to what the models write.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from uuid import UUID

import orjson
import psycopg2
from chassis import binary, outbox
from chassis.database import Connection
from contracts.events import SaleRecorded
from contracts.keys import series_key
from sqlalchemy import text

from sales.domain.changes import Entry
from sales.domain.claims import iso

COLUMNS = (
    "sale_id", "source", "event_id", "kind", "sku", "location", "quantity", "unit_price", "amount", "sold_at",
    "reference", "original_id", "content_hash", "import_id", "line", "recorded_at",
)  # fmt: skip
TOPIC = SaleRecorded.TOPIC.name


def id_array(ids: Iterable[UUID]) -> str:
    """Ids as one array parameter: thousands of single ones cost more than the query."""
    return "{" + ",".join([f"{id_.int:032x}" for id_ in ids]) + "}"


def stored(connection: Connection, ids: Iterable[str]) -> set[str]:
    """Those that the ledger has."""
    found = connection.execute(
        text("SELECT sale_id::text FROM sale WHERE sale_id = ANY(CAST(:ids AS uuid[]))"),
        {"ids": "{" + ",".join(ids) + "}"},
    )
    return set(found.scalars())


def append(connection: Connection, entries: Iterable[Entry], now: datetime) -> None:
    """Add entries that are certain to be new."""
    _copy(connection, "sale", entries, now)


def _copy(connection: Connection, table: str, entries: Iterable[Entry], now: datetime) -> None:
    at = binary.instant(binary.micros(now))
    binary.copy(connection, table, COLUMNS, [row(entry) + at for entry in entries])


def row(entry: Entry) -> bytes:
    """The entry as COPY reads it; it lacks only the moment of recording."""
    (
        sale_id, source, event_id, kind, sku, location, quantity, unit_price, amount, sold_at, reference, original_id,
        content_hash, import_id, line,
    ) = entry  # fmt: skip
    cells = [
        binary.cell(sale_id.bytes), *[binary.cell(text.encode()) for text in (source, event_id, kind, sku, location)],
        *[binary.numeric(str(number)) for number in (quantity, unit_price, amount)],
        binary.instant(binary.micros(sold_at)),
        binary.NULL if reference is None else binary.cell(reference.encode()),
        binary.NULL if original_id is None else binary.cell(original_id.bytes), binary.cell(content_hash.bytes),
        binary.NULL if import_id is None else binary.cell(import_id.bytes),
        binary.NULL if line is None else binary.integer(line),
    ]  # fmt: skip
    return b"".join(cells)


def insert(connection: Connection, entries: Sequence[Entry], now: datetime) -> tuple[Sequence[Entry], list[Entry]]:
    """Add entries; answers those added, and those that another process has recorded meanwhile."""
    # In one order everywhere, so that two processes with the same sales wait for each other, not in a circle.
    ordered = sorted(entries, key=lambda entry: entry.sale_id.int)
    savepoint = connection.begin_nested()
    try:
        append(connection, ordered, now)
    except psycopg2.errors.UniqueViolation:
        savepoint.rollback()
    else:
        savepoint.commit()
        return entries, []
    added = _insert_others(connection, ordered, now)
    return [e for e in entries if e.sale_id in added], [e for e in entries if e.sale_id not in added]


def _insert_others(connection: Connection, ordered: list[Entry], now: datetime) -> set[UUID]:
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS sale_batch (LIKE sale) ON COMMIT DELETE ROWS"))
    _copy(connection, "sale_batch", ordered, now)
    names = ", ".join(COLUMNS)
    added = connection.execute(
        text(
            f"INSERT INTO sale ({names}) SELECT {names} FROM sale_batch ORDER BY sale_id"
            " ON CONFLICT DO NOTHING RETURNING sale_id"
        )
    ).scalars()
    found = set(added)
    connection.execute(text("TRUNCATE sale_batch"))
    return found


def publish(connection: Connection, changes: Iterable[tuple[Entry, Entry | None]], now: datetime) -> None:
    """Queue `sale-recorded` for entries, each with the one it replaces."""
    told = _instant(now)
    keys, ids, types, contents = [], [], [], []
    for entry, old in changes:
        id_ = _uuid_text(entry.sale_id)
        keys.append(series_key(entry.sku, entry.location))
        ids.append(id_)
        types.append(SaleRecorded.TYPES[entry.kind])
        contents.append(_content(entry, id_, old, told))
    outbox.publish_written(connection, TOPIC, "sales", SaleRecorded.VERSION, keys, ids, types, contents)


def _instant(moment: datetime) -> str:
    return iso(moment)[:-6] + "Z"  # the ledger's instants are in UTC


def _uuid_text(id_: UUID) -> str:
    text = f"{id_.int:032x}"  # str(id_) takes twice as long
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _json(text: str) -> str:
    return orjson.dumps(text).decode()


_json_repeated = lru_cache(maxsize=1 << 16)(_json)  # of what sales share


def _content(entry: Entry, id_: str, old: Entry | None, told: str) -> str:
    content = (
        f'{{"sale_id":"{id_}","source":{_json_repeated(entry.source)},"event_id":{_json(entry.event_id)},'
        f'"kind":"{entry.kind}","sku":{_json_repeated(entry.sku)},"location":{_json_repeated(entry.location)},'
        f'"quantity":"{entry.quantity!s}","unit_price":"{entry.unit_price!s}","amount":"{entry.amount!s}",'
        f'"sold_at":"{_instant(entry.sold_at)}","recorded_at":"{told}"'
    )
    if entry.reference is not None:
        content += f',"reference":{_json(entry.reference)}'
    if entry.original_id is not None:
        content += f',"original_id":"{entry.original_id}"'
    if old is not None:
        content += (
            f',"replaces":{{"sku":{_json(old.sku)},"location":{_json(old.location)},"quantity":"{old.quantity}",'
            f'"amount":"{old.amount}","sold_at":"{_instant(old.sold_at)}"}}'
        )
    return content + "}"
