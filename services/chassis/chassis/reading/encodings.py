"""How a file's text is written: decided on all of its bytes, so that no letter is replaced in silence.

A file is UTF-8 only if all of it is. Else it is what tills and spreadsheets in the West write, Windows-1252, which is
Latin-1 with signs like `€` where that has none; or, if a letter of it is none there, the code page of old tills (850).
"""

import codecs
from typing import BinaryIO

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_PART = 1024 * 1024
_CONTROLS = [bytes([code]) for code in range(32) if code not in b"\t\n\r\x0b\x0c"]
_MOST_CONTROLS = 0.05  # of a text's bytes
_MOSTLY = 0.3  # of the bytes at even or odd places that are zero: text in UTF-16 that does not say so


def of(file: BinaryIO, sample: bytes) -> str | None:
    """The encoding of the file, which begins with the sample; None if it is no text."""
    if sample[:2] in _WIDE:
        return "utf-16"
    if b"\x00" in sample:
        wide = _unmarked(sample)
        if wide is not None:
            return wide
    if sum(sample.count(sign) for sign in _CONTROLS) > _MOST_CONTROLS * len(sample):
        return None
    if not _all_of(file, "utf-8"):
        return "cp1252" if _all_of(file, "cp1252") else "cp850"
    return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8"


def _unmarked(sample: bytes) -> str | None:
    even, odd = (sample[place::2].count(0) / max(1, len(sample) // 2) for place in (0, 1))
    if odd > _MOSTLY and not even:
        return "utf-16-le"
    return "utf-16-be" if even > _MOSTLY and not odd else None


def _all_of(file: BinaryIO, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    file.seek(0)
    try:
        while part := file.read(_PART):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
