"""What a spreadsheet makes of a cell: text that begins like a formula would be computed where the file is opened."""

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r")


def harmless(cell: object) -> str:
    """The cell as text that no spreadsheet takes for a formula; None is nothing."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_BEGINNINGS) else text
