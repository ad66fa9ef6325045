"""How large a Parquet file is once it is written out, found page by page before anything is unpacked.

The file's footer says so too, but a footer can say anything. A page's own header is what a reader allocates by, so
these are walked: a column's pages lie one after another, each behind a header (Thrift, compact protocol) that names its
size, packed and unpacked, its values and their encoding.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from chassis.reading.bounds import UnreadableFile

MOST_PAGES = 200_000
MOST_HEADER = 64 * 1024  # bytes of a page's header: the least and greatest value may stand in it
_DICTIONARY = 2  # a kind of page
_ENCODING_FIELD = {0: 2, 3: 4}  # of the two kinds of data pages
_HEADER_FIELD = {0: 5, 3: 8}
# A value is what it shares with the one before, and a rest: a few bytes a value write out to any size.
_FRONT_CODED = 7


@dataclass(frozen=True)
class PackedPage:
    """A page as its header says: bytes once it is unpacked, and values; a dictionary has none of its own."""

    dictionary: bool
    size: int
    values: int


class _Damaged(Exception):
    pass


class _Thrift:
    """A reader of the compact protocol over a few bytes."""

    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise _Damaged
        self.at += 1
        return self.data[self.at - 1]

    def number(self) -> int:
        """An unsigned varint."""
        value = shift = 0
        while shift < 64:
            part = self.byte()
            value |= (part & 0x7F) << shift
            if part < 0x80:
                return value
            shift += 7
        raise _Damaged

    def signed(self) -> int:
        value = self.number()
        return (value >> 1) ^ -(value & 1)

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Fields by number."""
        found: dict[int, Any] = {}
        field = 0
        while kind_and_step := self.byte():
            step, kind = kind_and_step >> 4, kind_and_step & 0x0F
            field = field + step if step else self.signed()
            found[field] = self._value(kind, depth)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        if depth > 4:
            raise _Damaged
        if kind in (1, 2):
            return kind == 1
        if kind in (4, 5, 6):
            return self.signed()
        if kind == 12:
            return self.struct(depth + 1)
        skipped = {3: 1, 7: 8}.get(kind)
        if kind == 8:
            skipped = self.number()
        if skipped is None:
            raise _Damaged  # a page's header has no lists, sets or maps
        self.at += skipped
        return None


def pages(file: BinaryIO, column: Any, size: int) -> Iterator[PackedPage]:
    """The pages of a column's chunk, which its metadata places. Raises UnreadableFile."""
    at = column.data_page_offset
    if column.has_dictionary_page and 0 < (column.dictionary_page_offset or 0) < at:
        at = column.dictionary_page_offset
    end = at + column.total_compressed_size
    if not 0 < at <= end <= size:
        raise _damaged()
    while at < end:
        file.seek(at)
        thrift = _Thrift(file.read(min(MOST_HEADER, end - at)))
        try:
            header = thrift.struct()
            packed = header[3]
            page = _page(header)
        except (_Damaged, KeyError, TypeError, AttributeError):
            raise _damaged() from None
        if packed < 0 or page.size < 0 or page.values < 0:
            raise _damaged()
        yield page
        at += thrift.at + packed


def _page(header: dict[int, Any]) -> PackedPage:
    kind, size = header[1], header[2]
    if kind == _DICTIONARY:
        return PackedPage(True, size, 0)
    if kind not in _HEADER_FIELD:
        return PackedPage(False, size, 0)
    said = header[_HEADER_FIELD[kind]]
    if said[_ENCODING_FIELD[kind]] == _FRONT_CODED:
        raise UnreadableFile("a column is written in DELTA_BYTE_ARRAY; save the file with another encoding")
    return PackedPage(False, size, said[1])


def _damaged() -> UnreadableFile:
    return UnreadableFile("this Parquet file is damaged: a page does not lie where the file says")
