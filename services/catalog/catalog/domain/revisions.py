"""Two who change the same thing: the second is told, and nothing is lost."""

from chassis.failures import Conflict


def expect(current: int, read: int | None) -> None:
    """A conflict when the caller read another revision than the newest; one who read none changes whatever there is."""
    if read is not None and read != current:
        raise Conflict(f"It was changed meanwhile: its revision is {current}, not {read}.", code="stale_revision")
