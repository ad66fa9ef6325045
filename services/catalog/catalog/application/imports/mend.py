"""Refused lines of a shop's file are corrected in place and taken without the file, by the rules that it was read by.

What belongs together is taken together: with a line of a delivery, the delivery's other lines that were refused. Lines
are judged and written as the import would have, and what they say already changes nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis import audit, jobs
from chassis.database import Connection, Database
from chassis.failures import Conflict, invalid

from catalog.application.imports.answers import ShopMendOut, faults_of
from catalog.application.imports.follow import ENDED, existing
from catalog.application.imports.judging import Tally, cut, judged
from catalog.application.imports.kind import Context, Kind, LineFate
from catalog.application.imports.kinds import KINDS
from catalog.domain.imports.columns import ShopMapping
from catalog.domain.imports.lines import CONTRADICTION
from catalog.domain.imports.reading import ShopReading
from catalog.storage import imports
from catalog.storage.imports import RefusedRow

Changed = Mapping[int, Mapping[str, str]]


def check_lines(database: Database, zone: ZoneInfo, import_id: UUID, changed: Changed) -> ShopMendOut:
    """How refused lines would be taken with these cells; nothing is kept."""
    with database.snapshot() as connection:
        row = existing(connection, import_id)
        found = _chosen(connection, row, changed, zone)
        fates = [fate for some in _judge(connection, row, found, zone, locks=False) for fate in some]
    return _told(fates, dry_run=True)


def mend_lines(database: Database, zone: ZoneInfo, import_id: UUID, changed: Changed, actor: str) -> ShopMendOut:
    """Keep the corrected cells and take the lines; without any all refused lines are judged again as they are."""
    with database.transaction() as connection:
        row = existing(connection, import_id, lock=True)
        found = _chosen(connection, row, changed, zone)
        imports.mend(connection, import_id, {line: dict(cells) for line, cells in changed.items()}, actor)
        kind, context = KINDS[row["kind"]], _context(row, zone, locks=True)
        fates: list[LineFate] = []
        for some in _judge(connection, row, found, zone, locks=True):
            writing = [fate for fate in some if fate.outcome in ("created", "changed")]
            if writing:
                kind.write(connection, writing, context)
            fates += some
        _keep(connection, row, found, fates)
        taken = sum(fate.outcome in ("created", "changed") for fate in fates)
        audit.record(connection, "catalog", actor, f"{kind.name}-import-mended", f"import {import_id}", lines=taken)
    return _told(fates, dry_run=False)


def _chosen(connection: Connection, row: dict[str, Any], changed: Changed, zone: ZoneInfo) -> list[RefusedRow]:
    """The lines that are judged again, with their cells as they are to be. Raises Conflict and Invalid."""
    if (jobs.get(connection, row["id"]) or {}).get("status") not in ENDED:
        raise Conflict("This import has not ended.", code="not_ended")
    if row["undone_at"] is not None:
        raise Conflict("This import was undone; import the file again.", code="undone")
    if not row["reading"]:
        raise Conflict("How this file was read was not kept; import it again.", code="not_kept")
    kind, headers = KINDS[row["kind"]], set(_reading(row).columns.values())
    there = imports.refused_rows(connection, row["id"], None if kind.group or not changed else list(changed))
    by_line = {one.line: one for one in there}
    for line, cells in changed.items():
        if line not in by_line or by_line[line].cells is None:
            raise invalid(f"lines.{line}", "is no refused line of this import whose cells are kept", "no_failed_line")
        if unknown := sorted(cells.keys() - headers):
            raise invalid(f"lines.{line}.{unknown[0]}", "is no column of the file that is read", "no_column")
        by_line[line] = by_line[line].with_cells(cells)
    return _with_their_group(row, kind, list(by_line.values()), changed, zone)


def _with_their_group(
    row: dict[str, Any], kind: Kind, there: Sequence[RefusedRow], changed: Changed, zone: ZoneInfo
) -> list[RefusedRow]:
    """Those that were mended with what belongs to them; without any all, but what another line contradicts."""
    kept = [one for one in there if one.cells is not None]
    if not changed:
        return [one for one in kept if CONTRADICTION not in one.codes or one.mended]
    if not kind.group:
        return [one for one in kept if one.line in changed]
    reader = _reading(row).reader(kind.columns, zone)

    def group(one: RefusedRow) -> tuple[str, ...]:
        values = reader.read(one.line, one.current).values
        return tuple(str(values.get(target, "")) for target in kind.group)

    groups = {group(one) for one in kept if one.line in changed}
    return [one for one in kept if one.line in changed or group(one) in groups]


def _reading(row: dict[str, Any]) -> ShopReading:
    return ShopReading.model_validate(row["reading"])


def _context(row: dict[str, Any], zone: ZoneInfo, *, locks: bool) -> Context:
    mapping, reader = ShopMapping.model_validate(row["mapping"]), _reading(row).reader(KINDS[row["kind"]].columns, zone)
    return Context(mapping, zone, row["created_at"], row["created_by"], row["digest"], reader, locks)


def _judge(
    connection: Connection, row: dict[str, Any], found: Sequence[RefusedRow], zone: ZoneInfo, *, locks: bool
) -> Iterator[list[LineFate]]:
    """What each would change now, batch by batch: a batch is judged when those before it were written."""
    kind, context = KINDS[row["kind"]], _context(row, zone, locks=locks)
    names = (*kind.key, *kind.group)
    lines = context.reader.lines(((one.line, one.current) for one in sorted(found)), names)
    for batch in cut(lines, kind, context):
        yield judged(connection, kind, batch, context)


def _keep(connection: Connection, row: dict[str, Any], found: Sequence[RefusedRow], fates: Sequence[LineFate]) -> None:
    """What became of the lines, in the place of what had."""
    tally = Tally.of(row["tally"] or (jobs.get(connection, row["id"]) or {}).get("state") or {})
    for one in found:
        tally.outcomes["rejected"] -= 1
        tally.reasons.subtract(one.codes)
    tally.add(fates)
    tally.reasons = +tally.reasons  # without those that are no more
    imports.settle(
        connection, row["id"],
        [(f.line.number, f.outcome, f.line.values, f.before, [asdict(one) for one in f.line.faults]) for f in fates],
        tally.kept(),
    )  # fmt: skip


def _told(fates: Sequence[LineFate], *, dry_run: bool) -> ShopMendOut:
    outcomes = [fate.outcome for fate in fates]
    faults = [fault for fate in fates for fault in faults_of(fate.line.number, map(asdict, fate.line.faults))]
    return ShopMendOut(
        lines=len(fates), created=outcomes.count("created"), changed=outcomes.count("changed"),
        unchanged=outcomes.count("unchanged"), faults=faults, dry_run=dry_run,
    )  # fmt: skip
