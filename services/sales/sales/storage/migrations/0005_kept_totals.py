"""The ledger's totals are kept with its entries, so that nobody counts the ledger to read them.

By source and kind there are as many rows as writers were at it at once: each adds to one that no other holds, so that
none waits for another and none can deadlock; the totals are their sum, exact in every snapshot. A trigger keeps them,
since it sees entries however they come, COPY included, and without another round trip.
"""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Rows are updated for ever and none of their indexes changes: with room on their page they stay there.
TABLE = """
CREATE TABLE sale_total (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    kind text NOT NULL,
    entries bigint NOT NULL,
    counting bigint NOT NULL,
    units numeric NOT NULL,
    amount numeric NOT NULL
) WITH (fillfactor = 40);
CREATE INDEX sale_total_part ON sale_total (source, kind)
"""

ADD = """
CREATE FUNCTION add_to_sale_total(
    of_source text, of_kind text, more_entries bigint, more_counting bigint, more_units numeric, more_amount numeric
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    free bigint;
BEGIN
    SELECT id INTO free FROM sale_total WHERE source = of_source AND kind = of_kind
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF free IS NULL THEN
        INSERT INTO sale_total (source, kind, entries, counting, units, amount)
            VALUES (of_source, of_kind, more_entries, more_counting, more_units, more_amount);
    ELSE
        UPDATE sale_total SET entries = entries + more_entries, counting = counting + more_counting,
            units = units + more_units, amount = amount + more_amount WHERE id = free;
    END IF;
END $$
"""

# Entries are only ever added, and superseded once.
TRIGGERS = """
CREATE FUNCTION total_added_sales() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM add_to_sale_total(source, kind, entries, entries, units, amount) FROM (
        SELECT source, kind, count(*) AS entries, sum(quantity) AS units, sum(amount) AS amount
        FROM added GROUP BY source, kind
    ) AS part;
    RETURN NULL;
END $$;
CREATE FUNCTION total_superseded_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM add_to_sale_total(OLD.source, OLD.kind, 0, -1, -OLD.quantity, -OLD.amount);
    RETURN NULL;
END $$;
CREATE TRIGGER sale_added AFTER INSERT ON sale REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION total_added_sales();
CREATE TRIGGER sale_superseded AFTER UPDATE ON sale
    FOR EACH ROW WHEN (OLD.superseded_by IS NULL AND NEW.superseded_by IS NOT NULL)
    EXECUTE FUNCTION total_superseded_sale()
"""

# After the triggers, whose lock keeps writers out until this is committed.
BACKFILL = """
INSERT INTO sale_total (source, kind, entries, counting, units, amount)
    SELECT source, kind, count(*), count(*) FILTER (WHERE superseded_by IS NULL),
        COALESCE(sum(quantity) FILTER (WHERE superseded_by IS NULL), 0),
        COALESCE(sum(amount) FILTER (WHERE superseded_by IS NULL), 0)
    FROM sale GROUP BY source, kind
"""


def upgrade() -> None:
    for statement in (TABLE, ADD, TRIGGERS, BACKFILL):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER sale_added ON sale; DROP TRIGGER sale_superseded ON sale")
    op.execute("DROP FUNCTION total_added_sales; DROP FUNCTION total_superseded_sale; DROP FUNCTION add_to_sale_total")
    op.execute("DROP TABLE sale_total")
