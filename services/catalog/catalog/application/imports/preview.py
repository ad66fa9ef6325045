"""How a file would be taken, before it counts: judged as its import judges it, whole; nothing is written."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, BinaryIO

from chassis.database import Database
from chassis.reading import tables
from chassis.reading.asking import asked
from chassis.reading.kept import only

from catalog.application.imports import days_before, kept_mappings
from catalog.application.imports.answers import KindName, ShopPreview, ShownCell, ShownLine, faults_of
from catalog.application.imports.judging import Look, Tally, batches, digest_of, judged, look
from catalog.application.imports.kind import LineFate, ShopSettings
from catalog.application.imports.kinds import KINDS
from catalog.domain.imports.columns import ShopMapping

SHOWN = 50


def preview_import(
    database: Database, business: ShopSettings, file: BinaryIO, kind: KindName, given: ShopMapping | None, actor: str
) -> ShopPreview:
    """Judge the file as its import would. Raises Invalid for what is no table."""
    now = datetime.now(UTC)
    with database.snapshot() as connection:
        mapping, saved = kept_mappings.resolved(connection, file, kind, given)
        beside = days_before.beside(connection, file, kind, business.zone, now)
    found = look(file, KINDS[kind], mapping, beside, business.currency)
    missing = found.kind.missing(found.columns)
    tally, verdicts = Tally(), dict[int, LineFate]()
    if not missing:
        with only(file, found.layout, set(found.columns.values())) as kept:
            digest = digest_of(kept)
        context = found.context(business.zone, now, actor, digest, locks=False)
        for batch in batches(file, found, context):
            with database.snapshot() as connection:
                some = judged(connection, found.kind, batch, context)
            tally.add(some)
            _keep_shown(verdicts, some)
    outcomes = tally.outcomes
    return ShopPreview(
        kind=kind, targets=[column.target for column in found.kind.columns], columns=found.layout.headers,
        mapping=found.columns, missing=missing, format=found.layout.format,
        delimiter=found.layout.delimiter, encoding=found.layout.encoding, day_first=found.notation.day_first,
        lines=_shown(file, found, verdicts), total=sum(outcomes.values()), created=outcomes["created"],
        changed=outcomes["changed"], unchanged=outcomes["unchanged"], refused=outcomes["rejected"],
        reasons=dict(tally.reasons), warnings=[*([saved.told] if saved else []), *found.warnings, *tally.told()],
        questions=[question.message for question in found.questions], asked=asked(found.questions),
        undoable=found.kind.undo is not None, undo_note=found.kind.final, saved_mapping=saved,
    )  # fmt: skip


def _keep_shown(kept: dict[int, LineFate], some: list[LineFate]) -> None:
    """The first lines, and as many more of those that are refused."""
    for verdict in some:
        number = verdict.line.number
        refused = verdict.outcome == "rejected" and sum(line > SHOWN for line in kept) < SHOWN
        if number <= SHOWN or refused:
            kept[number] = verdict


def _shown(file: BinaryIO, found: Look, verdicts: dict[int, LineFate]) -> list[ShownLine]:
    shown = []
    for number, row in tables.rows(file, found.layout) if verdicts else ():
        if number in verdicts:
            shown.append(_line(found, verdicts[number], row))
        if len(shown) == len(verdicts):
            break
    return shown


def _line(found: Look, verdict: LineFate, row: dict[str, str]) -> ShownLine:
    values = verdict.line.values
    cells = [
        ShownCell(column=header, target=target, raw=row.get(header, ""), read=_told(values.get(target)))
        for target, header in found.columns.items()
    ]
    changes = {name: _told(value) for name, value in (verdict.before or {}).items()}
    faults = [asdict(fault) for fault in verdict.line.faults]
    return ShownLine(
        line=verdict.line.number, outcome="refused" if verdict.outcome == "rejected" else verdict.outcome, cells=cells,
        changes=changes, errors=faults_of(verdict.line.number, faults),
    )  # fmt: skip


def _told(value: Any) -> str | None:
    if value is None:
        return None
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
