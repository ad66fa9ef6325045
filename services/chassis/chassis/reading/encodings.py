"""How a file's text is written: decided on all of its bytes, so that no letter is replaced in silence.

A file is UTF-8 if more of its letters are than are not: what is not was put in by another program, in Windows-1252,
and is told. Else it is that, which tills and spreadsheets in the West write (Latin-1 with signs like `€` where that has
none), or the code page of old tills (850), of old Macs or of Central Europe (1250), if its letters stand as words have
them there and do not in the others.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

_WIDE = (b"\xff\xfe", b"\xfe\xff")
_PART = 1024 * 1024
_CONTROLS = [bytes([code]) for code in range(32) if code not in b"\t\n\r\x0b\x0c"]
_MOST_CONTROLS = 0.05  # of a text's bytes
WESTERN = ("cp1252", "cp850", "mac_roman", "cp1250")  # of equals the first; the last is of Central Europe
_BESIDE = re.compile(rb"[\x80-\xff]+")
_IN_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_MOST_KINDS = 5_000
_LETTERS = frozenset("äöüßéèêëàâáãåæçñóòôõøœíìîïúùûýÿºª")
_CENTRAL = frozenset("äöüßéáíóúýąćęłńśźżčďěňřšťůžőűăâîșşțţđôľĺŕ")
_HUNGARIAN = frozenset("áéíóöőúüű")
_SIGNS = frozenset("€£§°®©™²³½¼¾¡¿«»„“”‚‘’–—…•·×\u00a0")
_ASKEW = re.compile("\ufffd|[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")
_MOSTLY = 0.3  # of the bytes at even or odd places that are zero: text in UTF-16 that does not say so


def of(file: BinaryIO, sample: bytes) -> tuple[str | None, int]:
    """The encoding of the file, which begins with the sample (None if it is no text); how many bytes are none of it."""
    if sample[:2] in _WIDE:
        return "utf-16", 0
    if b"\x00" in sample:
        wide = _unmarked(sample)
        if wide is not None:
            return wide, 0
    if sum(sample.count(sign) for sign in _CONTROLS) > _MOST_CONTROLS * len(sample):
        return None, 0
    strays = 0
    if not _all_of(file, "utf-8"):
        letters, strays = _of_utf_8(file)
        if letters <= strays:
            return _western(file)
    return "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else "utf-8", strays


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


def read_askew(text: str) -> bool:
    """Whether a text shows letters that were lost, or read in another encoding than they were written in."""
    return _ASKEW.search(text) is not None


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """What stands in a file of UTF-8 and is none."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stands = error.object[error.start : error.end]
    return stands.decode("cp1252", errors="replace") if error.encoding == "utf-8" else "\ufffd", error.end


OF_OTHERS = "almanac-western"  # how what is not of a file's encoding is read
codecs.register_error(OF_OTHERS, _as_windows)


def _of_utf_8(file: BinaryIO) -> tuple[int, int]:
    """How many letters beyond ASCII the file has in UTF-8, and how many bytes that are none."""
    found, others = 0, 0
    for part in _parts(file):
        inside = _IN_UTF_8.findall(part)
        found += len(inside)
        others += sum(map(len, _BESIDE.findall(part))) - sum(map(len, inside))
    return found, others


def _western(file: BinaryIO) -> tuple[str, int]:
    """The encoding in which fewest of the file's letters stand as no word has them; and how many bytes it lacks."""
    seen = Counter[bytes]()
    for part in _parts(file):
        for found in _BESIDE.finditer(part):
            around = part[max(0, found.start() - 1) : found.end() + 1]
            if around in seen or len(seen) < _MOST_KINDS:
                seen[around] += 1
    strange = {
        encoding: sum(times * _strange(around, encoding) for around, times in seen.items()) for encoding in WESTERN
    }
    best = min(WESTERN, key=lambda encoding: strange[encoding])
    if best == "cp1252" and strange["cp1250"] == strange[best] and _is_hungarian(seen):
        best = "cp1250"
    return best, sum(times * around.decode(best, errors="replace").count("\ufffd") for around, times in seen.items())


def _is_hungarian(seen: Iterable[bytes]) -> bool:
    """Whether what may be `õ` and `û` is `ő` and `ű`: all letters are of Hungarian, and not all of one in the West.

    Portuguese has `õ` before `e`, and neither `û` nor `ö`; Estonian has it beside `ä`; French has no `õ`.
    """
    text = " ".join(around.decode("cp1250", errors="replace") for around in seen).lower()
    letters = {sign for sign in text if sign.isalpha() and not sign.isascii()}
    alone = "ű" in letters or bool(letters & set("öü") and letters & set("áíóú"))
    return letters <= _HUNGARIAN and alone and re.search("ő[^e]", text) is not None


def _parts(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while part := file.read(_PART):
        yield part + file.readline()


def _strange(around: bytes, encoding: str) -> int:
    """How many letters of a few that stand together, with one more on each side, are none or stand as in no word."""
    text = around.decode(encoding, errors="replace")
    strange = 0
    for place, sign in enumerate(text):
        if sign.isascii():
            continue
        beside = text[max(0, place - 1) : place] + text[place + 1 : place + 2]
        within_word = len(beside) == 2 and beside.isalpha()
        letter = sign.lower() in (_CENTRAL if encoding == "cp1250" else _LETTERS)
        small = any(one.islower() for one in beside) and not beside[:1].isspace()
        odd_case = letter and within_word and small and sign.isupper()
        strange += not (letter or sign == "’" or (sign in _SIGNS and not within_word)) or odd_case
    return strange
