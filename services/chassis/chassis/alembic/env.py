"""Alembic's environment, shared by all services: runs on the connection that `chassis.migrations` opened."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table="schema_version", transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
