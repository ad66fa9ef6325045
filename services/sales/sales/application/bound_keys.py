"""A key that is bound to a source sees to that source's claims, and no other's; people and free keys to all."""

from chassis.failures import NotAllowed


def only_own(bound: str | None, source: str) -> None:
    """Raise NotAllowed where the caller's key is bound to another source. A file's source begins with `file:`."""
    if bound is not None and source not in (bound, f"file:{bound}"):
        raise NotAllowed(f"This key is bound to the source {bound}.", code="other_source")
