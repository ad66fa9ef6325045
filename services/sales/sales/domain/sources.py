"""What the sources of sales are called, and which of them only the ledger itself may name.

A source and an event's id are a sale's identity: who names another's source can repeat, correct and void its sales.
"""

REST = "rest"  # of people, and of keys that are bound to no source
_FILE = "file:"


def of_file(name: str) -> str:
    """The source of a file's sales."""
    return f"{_FILE}{name}"[:200]


def is_file(source: str) -> bool:
    """Whether it is a file's, so that only an import may name it."""
    return source.startswith(_FILE)


def named(source: str) -> str:
    """A source as whoever brings a file names it."""
    return source.removeprefix(_FILE)
