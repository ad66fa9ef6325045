"""An entry of the ledger as it leaves: its row and its event, both written, but for the moment of recording."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from contracts.events import SaleRecorded
from contracts.events.sales import Replaced
from contracts.keys import series_key

from sales.domain import columns
from sales.domain.columns import Written
from sales.domain.sale import Sale

_REPLACED = tuple(Replaced.model_fields)


class Entry(msgspec.Struct, gc=False):
    """An entry, written. `key` is its series' partition key, `type` its event's."""

    sale_id: str
    type: str
    key: str
    row: bytes
    content: str


class Place(msgspec.Struct, frozen=True, eq=False, gc=False):
    """What is sold and where, as entries of it are keyed and written. Equal only to itself."""

    sku: str
    location: str
    key: str
    written: Written


class UsualEntry(Entry, gc=False):
    """The entry of a sale or return that came with all of its fields, `sold_at` in UTC."""

    source: str
    series: Place
    sold_at: str
    import_id: UUID | None
    line: int | None
    traceparent: str | None


def told(entries: Sequence[Entry], recorded_at: str) -> list[str]:
    """The values of their events."""
    rest = f',"recorded_at":"{recorded_at}"}}'
    return [entry.content + rest for entry in entries]


def told_again(entry: Entry, recorded_at: str) -> str:
    """The value of its event when the topic is made again."""
    return f'{entry.content},"recorded_at":"{recorded_at}","republished":true}}'


def written(sale: Sale, replaced: Sale | None = None) -> Entry:
    """An entry, and in its event what it replaces."""
    content = "{" + columns.members(sale)
    if replaced is not None:
        content += f',"replaces":{{{columns.members(replaced, _REPLACED).removeprefix(",")}}}'
    return Entry(
        sale_id=columns.id_text(sale.sale_id), type=SaleRecorded.TYPES[sale.kind],
        key=series_key(sale.sku or "", sale.location or ""), row=columns.row(sale), content=content,
    )  # fmt: skip
