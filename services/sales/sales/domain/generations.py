"""Ids of what was taken back. An undone import's voids have ids made of their sales', so that an undo that is repeated
voids nothing twice; and a line whose sale was taken back comes again under its next id, since the void stays true.
"""

from uuid import UUID, uuid5

from contracts.events import sale_id

UNDO_NAMESPACE = UUID("0d5c1e0a-7a0e-5b0b-9d54-5a2f4c7f7f31")


def undo_id(sale: UUID) -> str:
    """The event id of the void by which an undo takes this sale back."""
    return str(uuid5(UNDO_NAMESPACE, f"void\n{sale}"))


def undone_by(source: str, sale: UUID) -> UUID:
    """The ledger's id of that void."""
    return sale_id(source, undo_id(sale))


def following(event_id: str) -> str:
    """The id under which a line comes again whose sale was taken back under this one."""
    return str(uuid5(UNDO_NAMESPACE, f"again\n{event_id}"))
