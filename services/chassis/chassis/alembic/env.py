"""Alembic's environment, shared by all: runs on the connection and version table that `chassis.migrations` gives."""

from alembic import context

given = context.config.attributes
context.configure(connection=given["connection"], version_table=given["version_table"], transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
