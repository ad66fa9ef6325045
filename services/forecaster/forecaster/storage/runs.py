"""Training runs: rows that only ever gain an end. A run's job (progress, cancel, fencing) has the same id."""

import zlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from chassis.database import Connection, rows, scalar
from sqlalchemy import text

SHOWN = (
    "run.id, run.version, run.kind, run.cause, run.requested_by, run.requested_at, run.as_of, run.horizon,"
    " run.first_week, COALESCE(run.outcome, CASE WHEN run.published THEN 'succeeded' ELSE job.status END) AS status,"
    " COALESCE(run.message, job.message) AS error, job.stage, COALESCE(job.done, 0) AS done,"
    " COALESCE(job.total, 0) AS total, job.seconds_left, job.started_at, run.finished_at, run.series,"
    " run.active_series, run.history_weeks, run.metrics, run.methods, run.versions, run.offsets, run.seed, run.seconds,"
    " run.published_at, run.published_by, run.published_for, run.models_of, run.pruned_at,"
    " COALESCE(run.id = (SELECT run_id FROM publication ORDER BY id DESC LIMIT 1), false) AS live"
)
LISTED = SHOWN.replace("run.metrics", "run.metrics - 'engine' AS metrics")
FROM = (
    " FROM (SELECT run.*, published_at, published_by, reason AS published_for, published_at IS NOT NULL AS published"
    " FROM run LEFT JOIN LATERAL (SELECT published_at, published_by, reason FROM publication WHERE run_id = run.id"
    " ORDER BY id DESC LIMIT 1) AS p ON true) AS run"
    " LEFT JOIN job ON job.id = run.id"
)


def create(connection: Connection, values: Mapping[str, Any]) -> None:
    """A run that waits: id, kind, cause, requested_by, as_of, horizon, first_week, seed."""
    columns = ("id", "kind", "cause", "requested_by", "as_of", "horizon", "first_week", "seed")
    connection.execute(
        text(f"INSERT INTO run ({', '.join(columns)}) VALUES ({', '.join(':' + name for name in columns)})"),
        {name: values[name] for name in columns},
    )


def open_like(connection: Connection, kind: str, as_of: date, horizon: int) -> UUID | None:
    """A run for the same day and horizon that has not begun: asking twice is asking once."""
    found = scalar(
        connection,
        "SELECT run.id FROM run JOIN job ON job.id = run.id WHERE run.kind = :kind AND as_of = :as_of"
        " AND horizon = :horizon AND job.status = 'waiting' AND NOT cancel_requested LIMIT 1",
        kind=kind, as_of=as_of, horizon=horizon,
    )  # fmt: skip
    return None if found is None else UUID(str(found))


def get(connection: Connection, run_id: UUID) -> dict[str, Any] | None:
    """A run as it is shown."""
    found = rows(connection, f"SELECT {SHOWN}{FROM} WHERE run.id = :id", id=run_id)
    return found[0] if found else None


def newest_first(connection: Connection, before: int | None, limit: int) -> list[dict[str, Any]]:
    """Runs, newest first, with a version below `before`; no rehearsals, nor what the engine told."""
    return rows(
        connection,
        f"SELECT {LISTED}{FROM} WHERE run.version < :before AND run.kind <> 'rehearsal'"
        " ORDER BY run.version DESC LIMIT :limit",
        before=before or 2**62, limit=limit,
    )  # fmt: skip


def models_in_use(connection: Connection) -> UUID | None:
    """The training whose models made what is live: the live run itself, or the one that it was updated from."""
    found = scalar(
        connection,
        "SELECT COALESCE(run.models_of, run.id) FROM publication AS p JOIN run ON run.id = p.run_id"
        " ORDER BY p.id DESC LIMIT 1",
    )
    return None if found is None else UUID(str(found))


def promoted(connection: Connection, run_id: UUID) -> None:
    """A run that was kept back is no longer."""
    connection.execute(
        text("UPDATE run SET outcome = 'succeeded', message = NULL WHERE id = :id AND outcome = 'not-promoted'"),
        {"id": run_id},
    )


def live(connection: Connection) -> dict[str, Any] | None:
    """The run published last."""
    found = scalar(connection, "SELECT run_id FROM publication ORDER BY id DESC LIMIT 1")
    return None if found is None else get(connection, UUID(str(found)))


def publications(connection: Connection) -> Iterator[dict[str, Any]]:
    """What became live, newest first, read as it is asked for: kind, run_id, and whether the run's forecasts are still
    `kept`."""
    before = 2**62
    while found := rows(
        connection,
        "SELECT p.id, p.kind, p.run_id, run.pruned_at IS NULL AS kept FROM publication AS p"
        " JOIN run ON run.id = p.run_id WHERE p.id < :before"
        " ORDER BY p.id DESC LIMIT 20",
        before=before,
    ):
        yield from found
        before = found[-1]["id"]


def wants_run(connection: Connection, as_of: date) -> bool:
    """Whether the week that ended on `as_of` has no run that succeeded or is under way, in a business that sells.

    Old data that somebody forecasts as of its own end is left alone. A system that has never trained waits until
    its first import is over: quiet for a minute, or an hour old.
    """
    done = (
        "SELECT EXISTS (SELECT FROM run LEFT JOIN job ON job.id = run.id WHERE run.kind = 'train' AND as_of >= :as_of"
        " AND (outcome = 'succeeded' OR outcome IS NULL AND job.status IN ('waiting', 'running')))"
    )
    sells = "SELECT EXISTS (SELECT FROM demand_week WHERE week > CAST(:as_of AS date) - 91 AND week <= :as_of)"
    if scalar(connection, done, as_of=as_of) or not scalar(connection, sells, as_of=as_of):
        return False
    if scalar(connection, "SELECT EXISTS (SELECT FROM publication)"):
        return True
    return bool(
        scalar(
            connection,
            "SELECT max(changed_at) < now() - interval '1 minute' OR min(changed_at) < now() - interval '1 hour'"
            " FROM demand_week WHERE week <= :as_of",
            as_of=as_of,
        )
    )


def scheduled(connection: Connection, as_of: date) -> list[dict[str, Any]]:
    """The weekly runs of a week, oldest first: what became of each, and how long ago."""
    return rows(
        connection,
        "SELECT id, outcome, now() - finished_at AS ago FROM run WHERE cause = 'schedule' AND as_of = :as_of"
        " ORDER BY version",
        as_of=as_of,
    )


def newest_scheduled(connection: Connection) -> dict[str, Any] | None:
    """The newest weekly run."""
    found = rows(connection, f"SELECT {SHOWN}{FROM} WHERE run.cause = 'schedule' ORDER BY run.version DESC LIMIT 1")
    return found[0] if found else None


def keep_snapshot(
    connection: Connection, run_id: UUID, snapshot: str, offsets: dict[str, dict[str, int]], versions: dict[str, str],
    inputs: bytes, newest: datetime | None,
) -> None:  # fmt: skip
    """What the run saw. A run that is resumed after a crash starts from a new snapshot."""
    connection.execute(
        text(
            "UPDATE run SET snapshot = CAST(:snapshot AS pg_snapshot), offsets = CAST(:offsets AS jsonb),"
            " versions = CAST(:versions AS jsonb), newest_sale = :newest WHERE id = :id"
        ),
        {"id": run_id, "newest": newest, "snapshot": snapshot, "offsets": orjson.dumps(offsets).decode(),
         "versions": orjson.dumps(versions).decode()},
    )  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO run_input (run_id, content) VALUES (:id, :content)"
            " ON CONFLICT (run_id) DO UPDATE SET content = EXCLUDED.content"
        ),
        {"id": run_id, "content": inputs},
    )


def freshness(connection: Connection) -> float | None:
    """Seconds from the newest sale in the history of the newest publication to that publication."""
    found = rows(
        connection,
        "SELECT EXTRACT(epoch FROM p.published_at - run.newest_sale)::float8 AS seconds FROM publication AS p"
        " JOIN run ON run.id = p.run_id WHERE run.newest_sale IS NOT NULL ORDER BY p.id DESC LIMIT 1",
    )
    return found[0]["seconds"] if found else None


def inputs(connection: Connection, run_id: UUID) -> bytes:
    """The run's inputs beside the sales, as kept."""
    return bytes(scalar(connection, "SELECT content FROM run_input WHERE run_id = :id", id=run_id) or b"")


def end(connection: Connection, run_id: UUID, outcome: str, **columns: Any) -> None:
    """End a run: outcome and whatever else is known of it."""
    values = {
        name: orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY, default=str).decode()
        if isinstance(value, dict) else value
        for name, value in columns.items()
    }  # fmt: skip
    assignments = "".join(f", {name} = :{name}" for name in values)
    connection.execute(
        text(f"UPDATE run SET outcome = :outcome, finished_at = now(){assignments} WHERE id = :id AND outcome IS NULL"),
        {"id": run_id, "outcome": outcome, **values},
    )


def pack(document: Any) -> bytes:
    """A document, compressed; the same document always gives the same bytes."""
    return zlib.compress(orjson.dumps(document, option=orjson.OPT_SORT_KEYS, default=str), 6)


def unpack(content: bytes) -> Any:
    """What `pack` packed."""
    return orjson.loads(zlib.decompress(content))
