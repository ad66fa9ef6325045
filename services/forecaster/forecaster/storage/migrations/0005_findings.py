"""Findings are published and dealt with in catalog's attention list; here stays what was last said of each.

Entries that are open or snoozed are published as they stand, with who had them and what was noted in their detail.
One that somebody has resolved is remembered as said, so that it comes back only when it is found to be otherwise.
Of an anomaly only its week is needed, to tell it once.
"""

from datetime import UTC, datetime
from typing import Any

import orjson
from alembic import op
from chassis import outbox
from chassis.database import Connection, rows
from contracts.envelope import new_event
from contracts.events import FindingChanged

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

FINDINGS = """
CREATE TABLE finding (
    root text PRIMARY KEY,
    kind text NOT NULL,
    money double precision NOT NULL,
    title text NOT NULL,
    detail jsonb NOT NULL,
    sku text,
    location text,
    week date
);
INSERT INTO finding (root, kind, money, title, detail, sku, location, week)
    SELECT root, kind, money, title, detail, sku, location, week FROM attention
    WHERE status <> 'resolved' OR settled_by <> 'system'
"""

ANOMALIES = """
ALTER TABLE anomaly DROP COLUMN kind, DROP COLUMN actual, DROP COLUMN expected, DROP COLUMN low, DROP COLUMN high
"""

ATTENTION = """
CREATE TABLE attention (
    id uuid PRIMARY KEY,
    root text NOT NULL UNIQUE,
    kind text NOT NULL,
    sku text,
    location text,
    money double precision NOT NULL,
    title text NOT NULL,
    detail jsonb NOT NULL,
    status text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'resolved')),
    snoozed_until date,
    assignee text,
    note text,
    week date,
    first_seen timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT now(),
    settled_at timestamptz,
    settled_by text
);
CREATE INDEX attention_money ON attention (money DESC, id) WHERE status <> 'resolved';
INSERT INTO attention (id, root, kind, money, title, detail, sku, location, week)
    SELECT gen_random_uuid(), root, kind, money, title, detail, sku, location, week FROM finding
"""

MEASURES = ("actual", "expected", "low", "high")


def _published(row: dict[str, Any], now: datetime) -> FindingChanged:
    """An open entry as an event; what people had said of it goes with it once."""
    people = {name: row[name] for name in ("status", "assignee", "note", "snoozed_until") if row[name] is not None}
    detail = orjson.loads(orjson.dumps({**row["detail"], "before": people}, default=str))
    return FindingChanged(
        root=row["root"], kind=row["kind"], money=row["money"], title=row["title"], detail=detail, sku=row["sku"],
        location=row["location"], week=row["week"], open=True, found_at=now,
    )  # fmt: skip


def publish_open_entries(connection: Connection) -> None:
    """Say of every entry that is not settled what it is."""
    now = datetime.now(UTC)
    entries = rows(connection, "SELECT * FROM attention WHERE status <> 'resolved' ORDER BY root")
    outbox.publish(connection, [new_event(_published(row, now), "forecaster") for row in entries])


def upgrade() -> None:
    op.execute(FINDINGS)
    publish_open_entries(op.get_bind())
    op.execute("DROP TABLE attention")
    op.execute(ANOMALIES)


def downgrade() -> None:
    op.execute("ALTER TABLE anomaly ADD COLUMN kind text NOT NULL DEFAULT 'spike'")
    for name in MEASURES:
        op.execute(f"ALTER TABLE anomaly ADD COLUMN {name} double precision NOT NULL DEFAULT 0")
    op.execute(ATTENTION)
    op.execute("DROP TABLE finding")
