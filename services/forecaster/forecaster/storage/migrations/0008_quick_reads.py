"""What the history holds is kept, not counted; which series of a run have left the range is read from an index.

Triggers keep the sums, so that they are those of the rows whoever changes these: projection, replay or operator. The
row of sums is the first that they lock, and held until the transaction ends: so a series that two add to at once is
new to one of them only.
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TOTAL = """
CREATE TABLE history_total (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    weeks bigint NOT NULL,
    series bigint NOT NULL,
    entries bigint NOT NULL,
    units numeric NOT NULL,
    revenue numeric NOT NULL,
    events bigint NOT NULL
);
INSERT INTO history_total (weeks, series, entries, units, revenue, events)
    SELECT count(*), count(DISTINCT (sku, location)), COALESCE(sum(entries), 0), COALESCE(sum(units), 0),
        COALESCE(sum(revenue), 0),
        (SELECT count(*) FROM sale_seen) + COALESCE((SELECT forgotten FROM sale_window), 0)
    FROM demand_week;
CREATE INDEX demand_week_week ON demand_week (week);
CREATE INDEX forecast_ended ON forecast (run_id, sku, location) WHERE method = 'discontinued'
"""

KEEP = """
CREATE FUNCTION keep_history_total() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE history_total AS t SET weeks = t.weeks + s.weeks, entries = t.entries + s.entries,
            units = t.units + s.units, revenue = t.revenue + s.revenue
        FROM (SELECT count(*) AS weeks, sum(entries) AS entries, sum(units) AS units, sum(revenue) AS revenue
            FROM fresh) AS s WHERE s.weeks > 0;
        IF FOUND THEN
            UPDATE history_total SET series = series + (
                SELECT count(*) FROM (SELECT sku, location, count(*) AS weeks FROM fresh GROUP BY 1, 2) AS s
                WHERE s.weeks = (SELECT count(*) FROM (SELECT FROM demand_week AS d
                    WHERE d.sku = s.sku AND d.location = s.location LIMIT s.weeks + 1) AS known));
        END IF;
    ELSIF TG_OP = 'UPDATE' THEN
        UPDATE history_total AS t SET entries = t.entries + s.entries, units = t.units + s.units,
            revenue = t.revenue + s.revenue
        FROM (SELECT sum(entries) AS entries, sum(units) AS units, sum(revenue) AS revenue
            FROM (SELECT entries, units, revenue FROM fresh
                UNION ALL SELECT -entries, -units, -revenue FROM gone) AS change) AS s WHERE s.entries IS NOT NULL;
    ELSE
        UPDATE history_total AS t SET weeks = t.weeks - s.weeks, entries = t.entries - s.entries,
            units = t.units - s.units, revenue = t.revenue - s.revenue
        FROM (SELECT count(*) AS weeks, sum(entries) AS entries, sum(units) AS units, sum(revenue) AS revenue
            FROM gone) AS s WHERE s.weeks > 0;
        IF FOUND THEN
            UPDATE history_total SET series = series - (
                SELECT count(*) FROM (SELECT DISTINCT sku, location FROM gone) AS s
                WHERE NOT EXISTS (SELECT FROM demand_week AS d WHERE d.sku = s.sku AND d.location = s.location));
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER demand_week_added AFTER INSERT ON demand_week REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION keep_history_total();
CREATE TRIGGER demand_week_changed AFTER UPDATE ON demand_week REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION keep_history_total();
CREATE TRIGGER demand_week_removed AFTER DELETE ON demand_week REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_history_total()
"""


def upgrade() -> None:
    op.execute(TOTAL)
    op.execute(KEEP)


def downgrade() -> None:
    for name in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER demand_week_{name} ON demand_week")
    op.execute("DROP FUNCTION keep_history_total()")
    op.execute("DROP TABLE history_total")
    op.execute("DROP INDEX demand_week_week, forecast_ended")
