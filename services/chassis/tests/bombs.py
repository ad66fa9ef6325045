"""Small files that write out to large ones, by kind; and how they are read, in a process whose peak can be measured."""

import io
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as parquet

MILLION = 1_000_000


def _parquet(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    parquet.write_table(table, out, **{"compression": "zstd", "write_statistics": False} | options)
    return out.getvalue()


def one_word_a_million_times() -> bytes:
    places = pa.Array.from_buffers(pa.int32(), MILLION, [None, pa.py_buffer(bytes(4 * MILLION))])
    return _parquet(pa.table({"sku": pa.DictionaryArray.from_arrays(places, ["x" * 30_000])}))


def nothing_but_zeros() -> bytes:
    rows = pa.array([b"\0" * 10_000] * 15_000, pa.binary())
    return _parquet(pa.table({"sku": rows}), use_dictionary=False, data_page_size=1024**3)


def front_coded() -> bytes:
    rows = pa.array(["x" * 30_000 + str(place) for place in range(3_000)])
    return _parquet(pa.table({"sku": rows}), use_dictionary=False, column_encoding={"sku": "DELTA_BYTE_ARRAY"})


def a_footer_that_lies() -> bytes:
    """The bomb of zeros, whose footer says that it writes out to 4 kB."""
    honest = nothing_but_zeros()
    size = parquet.ParquetFile(io.BytesIO(honest)).metadata.row_group(0).column(0).total_uncompressed_size
    true = _varint(2 * size)
    return honest.replace(true, _varint(2 * 4096, len(true)))


def _varint(number: int, length: int = 1) -> bytes:
    out = bytearray()
    while number >= 0x80 or len(out) < length - 1:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def many_columns() -> bytes:
    return _parquet(pa.table({f"c{place}": [1] for place in range(20_000)}))


def many_rows() -> bytes:
    return _parquet(pa.table({"sku": pa.nulls(6 * MILLION, pa.string())}))


def lists() -> bytes:
    return _parquet(pa.table({"sku": [["a"] * MILLION]}))


def many_named_columns() -> bytes:
    return ",".join(f"c{place}" for place in range(50_000)).encode() + b"\n1\n"


def one_line_of_commas() -> bytes:
    return b"sku,quantity,sold_at\n" + b"," * 100 * MILLION


def one_endless_cell() -> bytes:
    return b'sku,quantity,sold_at\n"' + b"x\n" * 50 * MILLION


def no_line_break() -> bytes:
    return b"sku,quantity,sold_at\n" + b"x" * 100 * MILLION


def zeros_packed_as_gzip() -> bytes:
    return zlib.compress(b"sku,quantity\n" * MILLION, wbits=31)


KINDS: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        one_word_a_million_times, nothing_but_zeros, front_coded, a_footer_that_lies, many_columns, many_rows, lists,
        many_named_columns, one_line_of_commas, one_endless_cell, no_line_break, zeros_packed_as_gzip,
    )
}  # fmt: skip


def _peak() -> int:
    """The most that this process ever held, in KiB; unlike `getrusage`'s, not that of whoever started it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


def main(path: str) -> None:
    """Read the file as an import does; print what came of it, and by how many MiB the process grew."""
    from chassis.reading import tables
    from chassis.reading.bounds import UnreadableFile

    before, said, lines = _peak(), "read", 0
    with Path(path).open("rb") as file:
        try:
            for lines, _ in tables.rows(file, tables.layout(file)):  # noqa: B007
                pass
        except UnreadableFile as refused:
            said = str(refused)
    print(f"{(_peak() - before) // 1024}\t{lines}\t{said}")


if __name__ == "__main__":
    main(sys.argv[1])
