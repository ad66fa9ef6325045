"""Failed lines of an import are corrected in place and run again, without the file.

They are read by the rules that the file was read by, and enter the ledger as any claim. A line keeps its id, so that
running it twice, or importing the mended file later, records nothing twice; only where somebody has mended what
identifies it, it gets the id that the mended file would give it.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid
from chassis.jobs import Claim
from contracts.events import sale_id

from sales.application.bound_keys import only_own
from sales.application.follow_import import existing, shown, under_way
from sales.application.import_answers import ImportOut, LineFault, MendOut
from sales.application.record import record
from sales.domain.claims import Horizon, normalise, refused
from sales.domain.lines import LineError, Reader, numbered
from sales.domain.reading import Reading
from sales.domain.sale import Refusal, Refused, Sale
from sales.settings import Settings
from sales.storage import entries, failed_lines, import_lines, imports
from sales.storage.failed_lines import KeptLine

KIND = "mend-import"
CHUNK = 1_000
ORDINALS, MOST_ALIKE = 50, 10_000  # looked at at once, and at most, of lines that are alike


def check_lines(
    database: Database, import_id: UUID, changed: Mapping[int, Mapping[str, str]], horizon: Horizon
) -> MendOut:
    """How failed lines would read with these cells; nothing is kept."""
    with database.snapshot() as connection:
        row = existing(connection, import_id)
        _, kept = _kept(connection, row, changed)
    return _judged(row, kept, horizon, dry_run=True)


def mend_lines(
    database: Database, import_id: UUID, changed: Mapping[int, Mapping[str, str]], actor: str, bound: str | None,
    horizon: Horizon,
) -> MendOut:  # fmt: skip
    """Keep the corrected cells and queue all failed lines to be run again; without any they are run as they are."""
    with database.transaction() as connection:
        row = existing(connection, import_id, lock=True)
        only_own(bound, row["source"])
        _mendable(connection, row)
        before, kept = _kept(connection, row, changed)
        kept = _identified(connection, row, before, kept)
        failed_lines.mend(connection, import_id, kept, actor)
        answer = _judged(row, kept, horizon, dry_run=False)
        if not under_way(connection, row["mend_job"]):  # one that runs may be past these lines
            job = uuid4()
            imports.began_mending(connection, import_id, job)
            jobs.submit(connection, KIND, {"import_id": str(import_id)}, actor, id=job)
        audit.record(connection, "sales", actor, "import-mended", f"import {import_id}", lines=len(kept))
    return answer


def cancel_mend(database: Database, import_id: UUID, actor: str, bound: str | None) -> ImportOut:
    """Stop running lines again; what was recorded stays recorded."""
    with database.transaction() as connection:
        row = existing(connection, import_id)
        only_own(bound, row["source"])
        if row["mend_job"] is None or not jobs.cancel(connection, row["mend_job"]):
            raise Conflict("No failed lines of this import are being run again.", code="ended")
        audit.record(connection, "sales", actor, "import-mend-cancelled", f"import {import_id}")
        return shown(connection, row)


def _mendable(connection: Connection, row: dict[str, Any]) -> None:
    if under_way(connection, row["id"]):
        raise Conflict("This import is still under way.", code="under_way")
    if row["undo"]:
        raise Conflict("This import was undone; import the file again.", code="undone")
    if not row["reading"]:
        raise Conflict("How this file was read was not kept; import it again.", code="not_kept")


def _kept(
    connection: Connection, row: dict[str, Any], changed: Mapping[int, Mapping[str, str]]
) -> tuple[dict[int, KeptLine], list[KeptLine]]:
    """The lines as they are, and with their cells as they are to be. Raises Invalid for what is no line or column."""
    reading = _reading(row)
    found = failed_lines.of_lines(connection, row["id"], list(changed))
    mended = []
    for line, cells in changed.items():
        if line not in found:
            raise invalid(f"lines.{line}", "is no failed line of this import whose cells are kept", "no_failed_line")
        if unknown := sorted(cells.keys() - set(reading.headers)):
            raise invalid(f"lines.{line}.{unknown[0]}", "is no column of the file", "no_column")
        mended.append(found[line]._replace(mended=(found[line].mended or {}) | dict(cells)))
    return found, mended


def _reading(row: dict[str, Any]) -> Reading:
    if not row["reading"]:
        raise Conflict("How this file was read was not kept; import it again.", code="not_kept")
    return Reading.model_validate(row["reading"])


def _judged(row: dict[str, Any], kept: Sequence[KeptLine], horizon: Horizon, *, dry_run: bool) -> MendOut:
    reading = _reading(row)
    reader = reading.reader(row["id"])
    faults = []
    for one in kept:
        sale = _claim(reader, reading, one, row["source"], horizon)
        if isinstance(sale, LineError):
            faults.append(LineFault(line=one.line, column=sale.column, code=sale.code, message=sale.message))
        elif isinstance(sale, Refusal):
            column = reading.column(sale.field) or sale.field
            faults.append(LineFault(line=one.line, column=column, code=sale.code, message=sale.message))
    return MendOut(lines=len(kept), faults=faults, dry_run=dry_run)


def _claim(
    reader: Reader, reading: Reading, one: KeptLine, source: str, horizon: Horizon
) -> Sale | Refusal | LineError:
    """What a line says with its mended cells."""
    said = reader.sale(one.line, reading.ordered(one.current))
    if isinstance(said, LineError):
        return said
    try:
        return normalise(said, source, one.event_id, horizon)
    except Refused as reason:
        return refused(said, source, one.event_id, reason)


class MendJob:
    """Runs the failed lines of one import again."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def run(self, job: Claim) -> None:
        """From the file's first failed line to its last; a chunk is judged and recorded in one transaction."""
        import_id = UUID(job.arguments["import_id"])
        with self._database.snapshot() as connection:
            row = existing(connection, import_id)
            total = int(job.state.get("total") or failed_lines.count(connection, import_id))
        done, after = int(job.state.get("done", 0)), int(job.state.get("line", -1))
        while True:
            with self._database.transaction() as connection:
                job.hold(connection)
                job.check()
                found = failed_lines.following(connection, import_id, after, CHUNK)
                if not found:
                    imports.settle(connection, import_id)
                    return job.finish(connection, "succeeded")
                self._again(connection, row, found)
                done, after = done + len(found), found[-1].line
                state = {"total": total, "done": done, "line": after}
                job.progress("running lines again", done, total, state=state, connection=connection)

    def _again(self, connection: Connection, row: dict[str, Any], found: Sequence[KeptLine]) -> None:
        reading = _reading(row)
        reader = reading.reader(row["id"])
        horizon = Horizon(self._settings.zone, datetime.now(UTC))
        said = [_claim(reader, reading, one, row["source"], horizon) for one in found]
        failed_lines.forget_outcomes(connection, row["id"], [one.line for one in found])
        rejected = [
            (row["id"], one.line, fault.code, fault.column, fault.message, ",".join(one.current.values())[:2000])
            for one, fault in zip(found, said, strict=True)
            if isinstance(fault, LineError)
        ]
        import_lines.note_rejected(connection, rejected)
        record(
            connection,
            [one for one in said if isinstance(one, Sale)],
            [one for one in said if isinstance(one, Refusal)],
        )


def _identified(
    connection: Connection, row: dict[str, Any], before: Mapping[int, KeptLine], mended: Sequence[KeptLine]
) -> list[KeptLine]:
    """The lines under the ids that their mended cells give them: others only if what identifies them is another."""
    reading = _reading(row)
    reader = reading.reader(row["id"])
    lines, chosen = [], set[str]()
    for one in mended:
        own, basis = reader.basis(reading.ordered(one.current))
        if (own, basis) != reader.basis(reading.ordered(before[one.line].current)):
            one = one._replace(event_id=own or _free(connection, row, basis, chosen))
            chosen.add(one.event_id)
        lines.append(one)
    return lines


def _free(connection: Connection, row: dict[str, Any], basis: str, chosen: set[str]) -> str:
    """The first id of this basis that no sale and no other failed line has."""
    for first in range(1, MOST_ALIKE, ORDINALS):
        ids = [numbered(basis, ordinal) for ordinal in range(first, first + ORDINALS)]
        taken = chosen | failed_lines.known_as(connection, row["id"], ids)
        recorded = entries.hashes(connection, [sale_id(row["source"], id_) for id_ in ids])
        for id_ in ids:
            if id_ not in taken and sale_id(row["source"], id_) not in recorded:
                return id_
    raise invalid("lines", f"more than {MOST_ALIKE} lines are alike", "too_many_alike")
