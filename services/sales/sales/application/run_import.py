"""The import job: products first, then lines, then wait until each line has an outcome.

Resumes after a crash at the last committed chunk; ids are the same whenever a line is read, so nothing doubles.
"""

import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO, cast
from uuid import UUID, uuid5

from chassis import outbox, stored_files
from chassis.database import Connection, Database
from chassis.jobs import Claim
from chassis.reading import tables
from chassis.reading.day_order import BesideDays
from chassis.reading.units import other_money
from chassis.weeks import business_day, yesterday
from contracts.envelope import Event, new_event
from contracts.events import CatalogSubmitted

from sales.application import named_codes, still_counting
from sales.application.identity import KnownBy, current_ids, identify, resumed
from sales.application.survey import Survey, survey
from sales.domain.claims import Horizon
from sales.domain.lines import LINE_NAMESPACE, LineError, Reader
from sales.domain.mapping import Mapping
from sales.domain.reading import Reading
from sales.settings import Settings
from sales.storage import failed_lines, import_lines, imports, known
from sales.storage.failed_lines import KeptLine

KIND = "import"
CHUNK_LINES = 5_000
PRODUCTS_SECONDS = 120
QUIET_SECONDS = 600
MOST_FAILED = 100_000  # lines whose cells are kept: of a file with more the mapping is to be mended, not its lines


class ImportJob:
    """Works one import off."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    def run(self, job: Claim) -> None:
        """From the stored file to the last line's outcome."""
        id_ = UUID(job.arguments["import_id"])
        with tempfile.TemporaryFile() as handle:
            file = cast(BinaryIO, handle)
            with self._database.transaction() as connection:
                stored_files.fetch(connection, id_, file)
                stored = imports.get(connection, id_)
            job.progress("reading the file", 0, 1)
            assert stored is not None
            came = business_day(stored["created_at"], self._settings.zone)
            found = survey(file, Mapping.model_validate(stored["mapping"]), BesideDays(came))
            if found.questions:
                raise ValueError(found.questions[0].message)
            shift = self._prepare(id_, stored["source"], found)
            identity = self._identify(job, stored["source"], file, found, shift)
            reading = found.reading(shift, identity.within)
            if not job.state.get("products_sent"):
                self._send_products(job, stored["source"], found)
            self._wait_for_products(job, found)
            self._send_lines(job, id_, stored["source"], file, found, reading, identity)
            self._settle(job, id_, found.lines)
            self._end(job, id_, stored["source"], file, found, reading, identity)

    def _prepare(self, id_: UUID, source: str, found: Survey) -> int:
        shift = 0
        with self._database.transaction() as connection:
            if found.mapping.shift_to_last_ended_week:
                day = yesterday(self._settings.zone)
                weeks = found.weeks_to_shift(day, self._settings.first_weekday)
                shift = imports.fixed_shift(connection, source, weeks)
            told = [*found.warnings, *other_money(found.units, self._settings.currency)]
            imports.surveyed(connection, id_, found.lines, shift, told)
        return shift

    def _identify(self, job: Claim, source: str, file: BinaryIO, found: Survey, shift: int) -> KnownBy:
        """By what its lines are known; an import that is resumed stays with what it has begun with."""
        horizon = Horizon(self._settings.zone, datetime.now(UTC))
        with self._database.transaction() as connection:
            if "within" in job.state:
                within = tuple(job.state["within"])
                return resumed(connection, file, found, source, shift, horizon, within)
            identity = identify(connection, file, found, source, shift, horizon)
            said = still_counting.told(connection, file, found, identity)
            imports.warn(connection, job.id, *([identity.told] if identity.told else []), *said)
        job.state["within"] = list(identity.within)
        return identity

    def _send_products(self, job: Claim, source: str, found: Survey) -> None:
        """Claim what the file says of products; codes that no product has become some only if they may (ADR 0025)."""
        with self._database.transaction() as connection:
            job.hold(connection)
            codes = named_codes.of_file(connection, source, found.mapping, found.products)
            named_codes.keep(connection, found.products, codes)
            events = [_product_event(source, found, sku) for sku in found.products if sku in codes.claimed]
            new = found.places.keys() - known.locations(connection)
            makers = {place: found.places[place] & codes.claimed for place in sorted(new)}
            events += [_place_event(source, place, there) for place, there in makers.items() if there]
            imports.warn(connection, job.id, *named_codes.places_told(new, makes=found.mapping.make_locations))
            outbox.publish(connection, events)
            if codes.warning:
                imports.warn(connection, job.id, codes.warning)
            state = job.state | {"products_sent": True, "made": len(codes.unknown) if codes.makes else 0}
            job.progress("creating products", 0, len(events), state=state, connection=connection)

    def _wait_for_products(self, job: Claim, found: Survey) -> None:
        """What is not known in time is no loss: its sales wait in quarantine."""
        made, moved = int(job.state.get("made", 0)), time.monotonic()
        with self._database.snapshot() as connection:
            left = named_codes.of_file(connection, "", found.mapping, found.products).unknown if made else frozenset()
        while left and time.monotonic() - moved < PRODUCTS_SECONDS:
            with self._database.snapshot() as connection:
                now_left = left - known.skus(connection, left)
            if now_left != left:
                left, moved = now_left, time.monotonic()
                job.progress("creating products", made - len(left), made)
            if left:
                job.check()
                time.sleep(0.2)

    def _send_lines(
        self, job: Claim, id_: UUID, source: str, file: BinaryIO, found: Survey, reading: Reading, identity: KnownBy
    ) -> None:
        reader = reading.reader(id_)
        done = int(job.state.get("line", 0))
        lines: Iterator[tuple[int, dict[str, str]]] = tables.rows(file, found.layout)
        while chunk := list(islice(lines, CHUNK_LINES)):
            sales, rejected, cells = [], [], []
            for line, row in chunk:
                sale = reader.read(line, row)
                if line <= done:
                    continue
                if isinstance(sale, LineError):
                    content = ",".join(row.values())[:2000].replace("\x00", "")
                    rejected.append((id_, line, sale.code, sale.column, sale.message, content))
                    cells.append(_kept(line, sale.event_id, row))
                else:
                    sales.append((identity.of(line, sale[0]), sale[1]))
            last = chunk[-1][0]
            if last <= done:
                continue
            with self._database.transaction() as connection:
                job.hold(connection)
                ids = current_ids(connection, source, [event_id for event_id, _ in sales])
                outbox.publish(connection, [new_event(sale, source, id=ids.get(id, id)) for id, sale in sales])
                import_lines.note_rejected(connection, rejected)
                held = int(job.state.get("held", 0))
                cells = cells[: max(0, MOST_FAILED - held)]
                _keep(connection, id_, source, identity, cells)
                state = job.state | {"line": last, "held": held + len(cells)}
                job.progress("sending lines", last, found.lines, state=state, connection=connection)

    def _settle(self, job: Claim, id_: UUID, lines: int) -> None:
        settled, moved = -1, time.monotonic()
        while True:
            began = time.monotonic()
            with self._database.transaction() as connection:
                now_settled = sum(imports.outcomes(connection, id_).values())
            if now_settled != settled:
                settled, moved = now_settled, time.monotonic()
            job.progress("recording", settled, lines)
            if settled >= lines:
                break
            if time.monotonic() - moved > QUIET_SECONDS:
                raise RuntimeError(
                    f"{lines - settled} lines have had no outcome for {QUIET_SECONDS} s; see dead letters"
                )
            time.sleep(max(0.5, 10 * (time.monotonic() - began)))  # counting must not slow down what is counted

    def _end(
        self, job: Claim, id_: UUID, source: str, file: BinaryIO, found: Survey, reading: Reading, identity: KnownBy
    ) -> None:
        """Keep the cells of lines that were refused later or wait, to be mended without the file, and let go of it."""
        with self._database.transaction() as connection:
            imports.keep_reading(connection, id_, reading.model_dump(mode="json"))
            wanted = failed_lines.without_cells(connection, id_, MOST_FAILED)
        reader, lines = reading.reader(id_), tables.rows(file, found.layout)
        while wanted and (chunk := list(islice(lines, CHUNK_LINES))):
            kept = _cells(reader, chunk, wanted)
            with self._database.transaction() as connection:
                job.hold(connection)
                _keep(connection, id_, source, identity, kept)
                job.progress("keeping failed lines", chunk[-1][0], found.lines, connection=connection)
        with self._database.transaction() as connection:
            stored_files.forget(connection, id_)
            imports.settle(connection, id_)
            job.finish(connection, "succeeded")


def _cells(reader: Reader, chunk: Iterable[tuple[int, dict[str, str]]], wanted: Set[int]) -> list[KeptLine]:
    """Those of the lines that are wanted; all are read, since their ids depend on those before."""
    kept = []
    for line, row in chunk:
        sale = reader.read(line, row)
        if line in wanted:
            event_id = sale.event_id if isinstance(sale, LineError) else sale[0]
            kept.append(_kept(line, event_id, row))
    return kept


def _kept(line: int, event_id: str, row: dict[str, str]) -> KeptLine:
    return KeptLine(line, event_id, {name: cell.replace("\x00", "") for name, cell in row.items()})


def _keep(connection: Connection, id_: UUID, source: str, identity: KnownBy, lines: Sequence[KeptLine]) -> None:
    """Keep the cells of lines under the ids that they are known by now."""
    known_by = [one._replace(event_id=identity.of(one.line, one.event_id)) for one in lines]
    ids = current_ids(connection, source, [one.event_id for one in known_by])
    failed_lines.keep(connection, id_, [one._replace(event_id=ids.get(one.event_id, one.event_id)) for one in known_by])


def _place_event(source: str, place: str, sold_there: Set[str]) -> Event:
    """Catalog makes the places that a claim of a product names."""
    claim = CatalogSubmitted(sku=min(sold_there), location=place)
    return new_event(claim, source, id=str(uuid5(LINE_NAMESPACE, f"{source}\nplace\n{claim.model_dump_json()}")))


def _product_event(source: str, found: Survey, sku: str) -> Event:
    product = found.products[sku]
    claim = CatalogSubmitted(
        sku=sku, name=product.name, category=product.category, price=product.price, location=found.mapping.location,
        stock=product.stock, first_sold=product.first_sold,
    )  # fmt: skip
    # The same claim of the same source is the same event: importing a file again claims nothing new.
    return new_event(claim, source, id=str(uuid5(LINE_NAMESPACE, f"{source}\n{claim.model_dump_json()}")))
