"""Sums over decisions are kept by run, supplier and class, as rows of differences that triggers add.

A trigger, so that they are those of the decisions whoever changes these; rows that are only added, so that two who
change decisions of one supplier do not wait for each other. What its class is told to sell stands with a decision.
"""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SUMS = """
CREATE TABLE decision_sum (
    run_id uuid NOT NULL,
    supplier text NOT NULL,
    segment text,
    series bigint NOT NULL,
    excess_series bigint NOT NULL,
    at_risk_series bigint NOT NULL,
    out_of_stock_series bigint NOT NULL,
    wanted bigint NOT NULL,
    due bigint NOT NULL,
    inventory_value numeric NOT NULL,
    excess_value numeric NOT NULL,
    revenue_at_risk numeric NOT NULL,
    at_risk_value numeric NOT NULL,
    wanted_value numeric NOT NULL,
    due_value numeric NOT NULL,
    revenue numeric NOT NULL
);
ALTER TABLE decision ADD revenue double precision NOT NULL DEFAULT 0;
UPDATE decision d SET revenue = c.revenue FROM segment c WHERE c.sku = d.sku AND c.location = d.location;
CREATE INDEX decision_oldest ON decision (run_id, decided_at);
CREATE INDEX decision_order_by ON decision (run_id, supplier, order_by) WHERE quantity > 0
"""

# `n` is 1 of a decision that is there from now on, -1 of one that was.
ADD = """
INSERT INTO decision_sum (run_id, supplier, segment, series, excess_series, at_risk_series, out_of_stock_series,
    wanted, due, inventory_value, excess_value, revenue_at_risk, at_risk_value, wanted_value, due_value, revenue)
SELECT run_id, supplier, segment, sum(n), sum(CASE WHEN excess > 0 THEN n ELSE 0 END),
    sum(CASE WHEN at_risk THEN n ELSE 0 END), sum(CASE WHEN out_of_stock THEN n ELSE 0 END),
    sum(CASE WHEN quantity > 0 THEN n ELSE 0 END), sum(CASE WHEN due THEN n ELSE 0 END),
    sum(n * stock_value::numeric), sum(n * excess_value::numeric), sum(n * revenue_at_risk::numeric),
    sum(CASE WHEN at_risk THEN n * revenue_at_risk::numeric ELSE 0 END), sum(n * order_value::numeric),
    sum(CASE WHEN due THEN n * order_value::numeric ELSE 0 END), sum(n * revenue::numeric)
FROM ({rows}) AS changed GROUP BY run_id, supplier, segment
"""

KEEP = f"""
CREATE FUNCTION keep_decision_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        {ADD.format(rows="SELECT 1 AS n, * FROM fresh")};
    ELSIF TG_OP = 'UPDATE' THEN
        {ADD.format(rows="SELECT 1 AS n, * FROM fresh UNION ALL SELECT -1, * FROM gone")};
    ELSE
        {ADD.format(rows="SELECT -1 AS n, * FROM gone")};
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER decision_added AFTER INSERT ON decision REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION keep_decision_sum();
CREATE TRIGGER decision_changed AFTER UPDATE ON decision REFERENCING OLD TABLE AS gone NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION keep_decision_sum();
CREATE TRIGGER decision_removed AFTER DELETE ON decision REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION keep_decision_sum()
"""


def upgrade() -> None:
    op.execute(SUMS)
    op.execute(ADD.format(rows="SELECT 1 AS n, * FROM decision"))
    op.execute(KEEP)


def downgrade() -> None:
    for name in ("added", "changed", "removed"):
        op.execute(f"DROP TRIGGER decision_{name} ON decision")
    op.execute("DROP FUNCTION keep_decision_sum(); DROP TABLE decision_sum")
    op.execute("DROP INDEX decision_oldest, decision_order_by; ALTER TABLE decision DROP revenue")
