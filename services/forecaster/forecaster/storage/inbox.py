"""Which ledger entries the history has counted, for as long as one of them can come again.

`sale_seen` holds an entry's id from when it was counted. The ledger publishes an entry once, but it can arrive again:

- *The same record again*, after a crash or when the group's offsets are lost, back to the first record of all. Its
  offset lies before the projection's own, which is kept in the transaction of the effects: so it was counted.
- *Another record of the same entry*: the relay sends what it has no receipt of, when it is back; an operator redrives
  another service's dead letter. Such a record is new, but the entry says when it was recorded.

So an entry is judged by its id while the inbox remembers all that was counted since `sale_window.since`. One recorded
before that is judged by its offset: before the projection's, it was counted; after, it may have been, so it becomes a
dead letter and is left to a replay, which reads each entry of the log once however old it is. Nothing is counted
twice, and nothing is lost silently. Where the topic was made again from the ledger, its records say so
(`republished`): one of those that is as old was counted before, or the replay that follows finds that it was not.

`since` moves only past what was counted long ago, and only once everything in the log up to a day ago is counted: a
projection that is rebuilt from the first offset forgets nothing on its way. Forgotten ids are still counted in
`forgotten`, so that how many entries the history holds stays known.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import psycopg2
from chassis.database import Connection, copy_lines, copy_rows, rows, scalar
from sqlalchemy import text

KEEP = timedelta(days=90)
BATCH = 20_000


def remember(connection: Connection, sale_ids: Iterable[str]) -> set[str]:
    """Store the ids, UUIDs as PostgreSQL writes them; those that were there before."""
    # In one order everywhere, so that two workers with the same ids wait for each other, not in a circle.
    wanted = sorted(sale_ids)
    savepoint = connection.begin_nested()
    try:
        copy_lines(connection, "sale_seen", ("sale_id",), wanted)
    except psycopg2.errors.UniqueViolation:
        savepoint.rollback()
    else:
        savepoint.commit()
        return set()
    connection.execute(text("CREATE TEMP TABLE IF NOT EXISTS sale_batch (sale_id uuid) ON COMMIT DELETE ROWS"))
    copy_lines(connection, "sale_batch", ("sale_id",), wanted)
    fresh = connection.execute(
        text(
            "INSERT INTO sale_seen (sale_id) SELECT sale_id FROM sale_batch ORDER BY sale_id"
            " ON CONFLICT DO NOTHING RETURNING sale_id::text"
        )
    ).scalars()
    return set(wanted).difference(fresh)


def since(connection: Connection) -> date | None:
    """The first day from which on every entry's id is remembered; None: all are."""
    found: date | None = scalar(connection, "SELECT since FROM sale_window")
    return found


def add_counted(connection: Connection, entries: int) -> None:
    """Keep that so many more entries were counted: last in a batch, for other batches wait for that row."""
    connection.execute(text("UPDATE history_total SET events = events + :entries"), {"entries": entries})


def counted(connection: Connection) -> int:
    """How many entries the history has counted, ever: by the ids, all of which are read for it."""
    return int(scalar(
        connection,
        "SELECT (SELECT count(*) FROM sale_seen) + COALESCE((SELECT forgotten FROM sale_window), 0)",
    ))  # fmt: skip


def move_window(connection: Connection, today: date) -> None:
    """Promise to remember only what was counted in the last `KEEP`. Whoever does holds `locks.HISTORY` alone.

    An entry is recorded before it is counted; a day is left for clocks that differ.
    """
    connection.execute(
        text(
            "INSERT INTO sale_window (since) VALUES (:since) ON CONFLICT (one)"
            " DO UPDATE SET since = GREATEST(sale_window.since, EXCLUDED.since)"
        ),
        {"since": today - KEEP + timedelta(days=1)},
    )


def forget(connection: Connection) -> int:
    """Forget some of the ids that were counted before the window; how many. None are left when it is below `BATCH`."""
    gone = connection.execute(
        text(
            "DELETE FROM sale_seen WHERE ctid = ANY(ARRAY(SELECT ctid FROM sale_seen"
            " WHERE seen_at < (SELECT since - 1 FROM sale_window) LIMIT :batch))"
        ),
        {"batch": BATCH},
    ).rowcount
    connection.execute(text("UPDATE sale_window SET forgotten = forgotten + :gone"), {"gone": gone})
    return gone


def forget_all(connection: Connection) -> None:
    """Before a repair that is to leave just the log's ids, not those of records that the ledger never wrote."""
    connection.execute(text("DELETE FROM sale_seen"))
    connection.execute(text("DELETE FROM sale_window"))


def repair(connection: Connection, ids: Iterable[str]) -> int:
    """Remember all ids that the log holds, also those forgotten on purpose; how many were missing."""
    connection.execute(text("CREATE TEMP TABLE replay_ids (sale_id uuid) ON COMMIT DROP"))
    copy_rows(connection, "replay_ids", ("sale_id",), ((value,) for value in ids))
    forgotten = sum(row["forgotten"] for row in rows(connection, "DELETE FROM sale_window RETURNING forgotten"))
    added = connection.execute(
        text("INSERT INTO sale_seen (sale_id) SELECT sale_id FROM replay_ids ON CONFLICT DO NOTHING")
    ).rowcount
    connection.execute(text("UPDATE history_total SET events = :entries"), {"entries": counted(connection)})
    return int(added - forgotten)
