"""What kits consist of, by the day from which on they do."""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE kit (
            sku text NOT NULL,
            valid_from date NOT NULL,
            pre_packed boolean NOT NULL,
            PRIMARY KEY (sku, valid_from)
        )
    """)
    op.execute("""
        CREATE TABLE kit_component (
            kit text NOT NULL,
            valid_from date NOT NULL,
            sku text NOT NULL,
            quantity numeric(8, 3) NOT NULL CHECK (quantity > 0),
            PRIMARY KEY (kit, valid_from, sku),
            FOREIGN KEY (kit, valid_from) REFERENCES kit ON DELETE CASCADE
        )
    """)
    op.execute("CREATE INDEX kit_component_sku ON kit_component (sku)")
    # The components of kits that are assembled when they are sold, and the days on which they are.
    op.execute("""
        CREATE VIEW assembled AS
        SELECT c.kit, c.sku, c.quantity, c.valid_from, k.until
        FROM kit_component AS c JOIN (
            SELECT sku, valid_from, pre_packed, lead(valid_from) OVER (PARTITION BY sku ORDER BY valid_from) AS until
            FROM kit
        ) AS k ON k.sku = c.kit AND k.valid_from = c.valid_from
        WHERE NOT k.pre_packed
    """)
    # What is held, of components as the kits that are held consist of today.
    op.execute("""
        CREATE VIEW held AS
        SELECT reference, sku, location, quantity, needed_on FROM reservation
        UNION ALL
        SELECT r.reference, a.sku, r.location, r.quantity * a.quantity, r.needed_on
        FROM reservation AS r JOIN assembled AS a ON a.kit = r.sku AND a.valid_from <= current_date
            AND (a.until IS NULL OR a.until > current_date)
    """)


def downgrade() -> None:
    op.execute("DROP VIEW held")
    op.execute("DROP VIEW assembled")
    op.execute("DROP TABLE kit_component")
    op.execute("DROP TABLE kit")
