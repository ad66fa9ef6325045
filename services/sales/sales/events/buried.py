"""Records of `sale-submitted` that became dead letters: their producer is told, where they name it and themselves."""

from collections.abc import Mapping, Sequence

import orjson
from chassis.database import Connection
from chassis.dead_letters import DeadLetter
from chassis.event_log import Record
from contracts.events import SaleFate
from pydantic import ValidationError

from sales.application import announce


def tell_buried(connection: Connection, letters: Sequence[DeadLetter]) -> None:
    """Queue their `sale-fate`, in the transaction that keeps them."""
    told = []
    for letter in letters:
        named = _named(letter.record)
        try:
            told.append(
                SaleFate(
                    source=named["source"], event_id=named["id"], fate="dead-letter", code=letter.code[:64],
                    message=letter.message[:500].replace("\n", " "),
                )
            )  # fmt: skip
        except (KeyError, ValidationError):
            continue  # nobody to tell
    announce.fates(connection, told)


def _named(record: Record) -> Mapping[str, str]:
    """Source and id of a record in either mode, as far as it has them."""
    headers = {name: (raw or b"").decode(errors="replace") for name, raw in record.headers}
    if "ce_id" in headers:
        return {name: headers[f"ce_{name}"] for name in ("source", "id") if f"ce_{name}" in headers}
    try:
        document = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError:
        return {}
    return (
        {name: str(document[name]) for name in ("source", "id") if name in document}
        if isinstance(document, dict)
        else {}
    )
