"""With many entries on the attention list the news reads the newest alone."""

from datetime import UTC, date, datetime, timedelta

from catalog.storage import attention
from chassis.database import Connection, Database, scalar
from sqlalchemy import text

ENTRIES, SHOWN, TODAY = 4000, 8, date(2026, 11, 28)
MADE = """
INSERT INTO attention (id, root, kind, sku, location, money, title, detail, evidence, status, snoozed_until, first_seen,
    last_seen, changed_by, changed_at, urgency)
SELECT gen_random_uuid(), 'root ' || n, 'excess', 'P' || n % 900, 'main', n % 77, 'Too much', '{}', DATE '2026-11-22',
    (ARRAY['open', 'open', 'snoozed', 'acknowledged', 'resolved'])[1 + n % 5],
    CASE WHEN n % 5 = 2 THEN DATE '2026-11-27' + n % 3 END, CAST(:newest AS timestamptz) - make_interval(mins => n),
    now(), CASE WHEN n % 4 = 0 THEN 'system' WHEN n % 4 = 1 THEN 'somebody' END,
    CASE WHEN n % 4 < 2 THEN CAST(:newest AS timestamptz) - make_interval(mins => n / 2) END, n % 3
FROM generate_series(1, :entries) AS n
"""


def read_whole(connection: Connection) -> int:
    """How many rows of the list this connection has read so far."""
    return int(
        scalar(
            connection,
            "SELECT seq_tup_read + COALESCE(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
            " WHERE relname = 'attention'",
        )
    )


def test_the_newest_open_entries_are_told_and_few_others_read(database: Database) -> None:
    newest = datetime(2026, 11, 28, 9, tzinfo=UTC)
    with database.transaction() as connection:
        connection.execute(text(MADE), {"newest": newest, "entries": ENTRIES})
        connection.exec_driver_sql("ANALYZE attention")
    with database.snapshot() as connection:
        every = connection.exec_driver_sql(
            "SELECT id, CASE WHEN changed_by = 'system' THEN GREATEST(first_seen, changed_at) ELSE first_seen END AS b"
            " FROM attention WHERE status = 'open' OR status = 'snoozed' AND snoozed_until <= '2026-11-28'"
            " ORDER BY 2 DESC, urgency DESC, money DESC, id"
        ).all()
        since = newest - timedelta(hours=1)
        assert attention.news(connection, None, SHOWN, TODAY)[0] == len(every)
    with database.snapshot() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")  # so few rows are quicker read than looked up
        before = read_whole(connection)
        count, told = attention.news(connection, since, SHOWN, TODAY)
        read = read_whole(connection) - before
    assert [(each["id"], each["began"]) for each in told] == [(id_, began) for id_, began in every[:SHOWN]]
    assert count == sum(began > since for _, began in every)
    assert read < ENTRIES / 10
