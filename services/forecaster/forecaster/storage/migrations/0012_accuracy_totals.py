"""Accuracy is summed once a week and kept; what a week's sums depend on says when it changes."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE accuracy_week (
    week date PRIMARY KEY,
    forecasts text NOT NULL,
    seen pg_snapshot NOT NULL
);
CREATE TABLE accuracy_total (
    week date NOT NULL REFERENCES accuracy_week ON DELETE CASCADE,
    lag integer NOT NULL,
    category text NOT NULL,
    location text NOT NULL,
    method text NOT NULL,
    cells bigint NOT NULL,
    rehearsed bigint NOT NULL,
    actual float8 NOT NULL,
    final_error float8 NOT NULL,
    model_error float8 NOT NULL,
    naive_error float8 NOT NULL,
    bias float8 NOT NULL,
    inside float8 NOT NULL,
    pinball float8 NOT NULL,
    scaled float8,
    scaled_cells bigint NOT NULL,
    PRIMARY KEY (week, lag, category, location, method)
);
CREATE TABLE history_change (
    week date PRIMARY KEY,
    changed_by xid8 NOT NULL
);
INSERT INTO history_change SELECT DISTINCT week, pg_current_xact_id() FROM demand_week
"""

# The name of a trigger is its turn: after those of history_total, whose row a transaction holds until it ends, so that
# two of them never wait for each other's weeks. The week of what changes for all weeks at once is -infinity.
NOTE = """
CREATE FUNCTION note_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO history_change SELECT DISTINCT week, pg_current_xact_id() FROM moved ORDER BY week
        ON CONFLICT (week) DO UPDATE SET changed_by = EXCLUDED.changed_by;
    RETURN NULL;
END $$;
CREATE TRIGGER demand_week_weeks_added AFTER INSERT ON demand_week REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_history_change();
CREATE TRIGGER demand_week_weeks_changed AFTER UPDATE ON demand_week REFERENCING NEW TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_history_change();
CREATE TRIGGER demand_week_weeks_removed AFTER DELETE ON demand_week REFERENCING OLD TABLE AS moved
    FOR EACH STATEMENT EXECUTE FUNCTION note_history_change();
CREATE FUNCTION note_category_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.category IS NOT DISTINCT FROM OLD.category THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM demand_week WHERE sku = COALESCE(NEW.sku, OLD.sku)) THEN
        INSERT INTO history_change VALUES ('-infinity', pg_current_xact_id())
            ON CONFLICT (week) DO UPDATE SET changed_by = EXCLUDED.changed_by;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER product_category_noted AFTER INSERT OR UPDATE OR DELETE ON product
    FOR EACH ROW EXECUTE FUNCTION note_category_change()
"""


def upgrade() -> None:
    op.execute(TABLES)
    op.execute(NOTE)


def downgrade() -> None:
    op.execute("DROP TRIGGER product_category_noted ON product")
    for what in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER demand_week_weeks_{what} ON demand_week")
    op.execute("DROP FUNCTION note_history_change(), note_category_change()")
    op.execute("DROP TABLE accuracy_total, accuracy_week, history_change")
