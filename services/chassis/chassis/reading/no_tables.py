"""Files that are no tables, by their first bytes, and what their sender can do: said alike wherever a file comes in."""

# Heard: every text of this module is said to readers (frontend/scripts/spoken.py).

_WORKBOOK = "this is a workbook, not a table: save its sheet as CSV (UTF-8), and send that"
_ARCHIVE = "this is an archive, not a table: unpack it, and send the table that is in it"
_PAGE = "this is a page or XML, not a table: open it in a spreadsheet, save that as CSV (UTF-8), and send that"
_BEGINNINGS = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _WORKBOOK,  # of Excel until 2003
    b"\x1f\x8b": _ARCHIVE, b"BZh": _ARCHIVE, b"\xfd7zXZ\x00": _ARCHIVE, b"7z\xbc\xaf\x27\x1c": _ARCHIVE,
    b"\x28\xb5\x2f\xfd": _ARCHIVE, b"Rar!\x1a": _ARCHIVE,
}  # fmt: skip
_PAGES = (b"<!doctype", b"<html", b"<head", b"<meta", b"<body", b"<table", b"<?xml")
_ZIP, _NAME_LENGTH, _NAME = b"PK\x03\x04", slice(26, 28), 30  # of its first entry
_TABLES = (b".csv", b".txt", b".tsv", b".parquet", b"/")


def what_it_is(sample: bytes) -> str | None:
    """What a file is that begins so, and what to do with it; None if it may be a table."""
    for begins, said in _BEGINNINGS.items():
        if sample.startswith(begins):
            return said
    if sample.startswith(_ZIP):  # as Excel and LibreOffice write workbooks, and whoever packs files
        name = sample[_NAME : _NAME + int.from_bytes(sample[_NAME_LENGTH], "little")].lower()
        office = name.startswith((b"_rels", b"docprops", b"xl/", b"[content", b"mimetype"))
        return _ARCHIVE if name.endswith(_TABLES) and not office else _WORKBOOK
    text = sample[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return _PAGE if text.startswith(_PAGES) else None
